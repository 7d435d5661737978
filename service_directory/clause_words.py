"""What is recorded of a service and what is to be done about it, in words for stewards. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from service_directory.criteria import shipped
from service_directory.standards import SELF, Attestation, Policy, Record
from service_directory.view import month_and_year


def spoken_day(day: date) -> str:
    """A day as it is read out: "1 March 2026"."""
    return f"{day.day} {month_and_year(day)}"


def section_name(section: str) -> str:
    """A section in the middle of a sentence: "AE, access and engagement,"."""
    title = next((one.title for one in shipped().sections if one.code == section), "")
    return f"{section}, {title[0].lower()}{title[1:]}," if title else section


def as_decided(latest: Attestation) -> str:
    days = " to ".join(spoken_day(day) for day in (latest.valid_from, latest.valid_until) if day is not None)
    decided = "" if latest.decided_on is None else f"decided on {spoken_day(latest.decided_on)}, "
    return (
        f"{latest.outcome.replace('_', ' ')}, {latest.basis}, by {latest.assessor.strip() or 'nobody named'}, {decided}"
        + (f"valid {days}" if days else "with no dates of validity")
    )


def nothing(record: Record, section: str, policy: Policy) -> str:
    elsewhere = {f"{one.standard} {one.version}" for one in record.attestations if one.section == section}
    elsewhere -= {f"{policy.standard} {version}" for version in policy.accepted}
    if elsewhere:
        return f"nothing is recorded for the standard that counts here, only for {', '.join(sorted(elsewhere))}"
    if any(one.section == section for one in record.attestations):
        return "nothing is decided yet"
    return "nothing is recorded"


def not_standing(latest: Attestation | None, on: date) -> str:
    if latest is None or latest.decided_on is None:
        return ""
    if latest.decided_on > on:
        return "it is dated in the future"
    if latest.state != "confirmed":
        return f"it is {latest.state}"
    if latest.valid_from is not None and on < latest.valid_from:
        return "it is not valid yet"
    if latest.valid_until is not None and on > latest.valid_until:
        return f"it lapsed {counted((on - latest.valid_until).days)} ago"
    return ""


def missing(latest: Attestation, essential: tuple[str, ...]) -> Iterator[str]:
    if not essential:
        yield f"version {latest.version} of the standard names no essential criterion"
    for criterion in essential:
        results = [one for one in latest.results if one.criterion == criterion]
        if not results:
            yield f"{criterion} is not assessed"
        for one in results:
            if one.result == "not_applicable" and not one.reason.strip():
                yield f"{criterion} does not apply, and nobody said why"
            elif one.result not in ("met", "not_applicable"):
                yield f"{criterion} is {one.result.replace('_', ' ')}"


def whose_to_do(latest: Attestation | None, again: str) -> str:
    if latest is not None and latest.basis == SELF:
        return (
            "have somebody other than the service check it; its own word counts only where the operator sets "
            "FINGERPOST_ACCEPT_SELF_ASSESSMENT"
        )
    return again


def counted(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
