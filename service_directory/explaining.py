"""Why a service is shown, or is not: the rule's clauses one by one, for stewards. Pure.

The rule itself answers. Each clause is asked about a record that differs from the service's own only in this: all
that the other clauses look at is as good as can be. So no explanation can disagree with what men are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from service_directory.clause_words import (
    as_decided,
    counted,
    missing,
    not_standing,
    nothing,
    section_name,
    spoken_day,
    whose_to_do,
)
from service_directory.criteria import REQUIRED
from service_directory.months import months_after
from service_directory.standards import (
    MEN_SERVED,
    Attestation,
    CriterionResult,
    Policy,
    Record,
    Verdict,
    latest_decision,
    recorded_as_meeting,
    spells,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of the rule for one service on one day.

    `number` is the clause's in docs/stewards.md, `section` the section that it was asked of (empty when of none),
    `asks` what it demands, `found` what is recorded, and `do` what would make it hold (empty when it does).
    """

    number: int
    section: str
    holds: bool
    asks: str
    found: str
    do: str = ""


def clauses(record: Record, on: date, policy: Policy) -> tuple[Clause, ...]:
    """Every clause of the rule, in the order of the guide. All hold exactly when the rule does.

    `on` is the day in London.
    """
    return tuple(_clauses(record, on, policy))


def _clauses(record: Record, on: date, policy: Policy) -> Iterator[Clause]:
    yield _offered(record, on, policy)
    for section in REQUIRED:
        yield from _decided(record, section, on, policy)
    yield _not_suspended(record, on, policy)
    yield _reached(record, on, policy)
    yield _heard(record, on, policy)


def _offered(record: Record, on: date, policy: Policy) -> Clause:
    bare = replace(_good(record, on, policy), **{name: getattr(record, name) for name in _OFFERED})
    faults = []
    if record.status != "open":
        faults.append((f"it is {record.status}", "record status: open once it is open"))
    if record.do_not_list:
        faults.append(("it asked not to be listed", "nothing, unless the service itself asks to be listed again"))
    if not record.published:
        faults.append(("it is not published", "record published: yes once its entry is complete"))
    if record.on_hold:
        faults.append(("it is on hold", "take hold away once its reason is gone"))
    if record.perpetrator_service:
        faults.append(("it works with people who do harm", "nothing; men are never sent there"))
    if record.serves_men not in MEN_SERVED:
        told = "unknown" if record.serves_men == "unknown" else record.serves_men.replace("_", " ")
        faults.append((f"whom it serves is recorded as: {told}", "ask the service whether it helps men, and record it"))
    return Clause(
        1,
        "",
        _holds(bare, on, policy),
        "It is open, published, not on hold, did not ask to be left out, serves men, is not for people who harm.",
        "; ".join(found for found, _ in faults),
        "; ".join(do for _, do in faults),
    )


_OFFERED = ("status", "published", "do_not_list", "on_hold", "perpetrator_service", "serves_men")


def _decided(record: Record, section: str, on: date, policy: Policy) -> Iterator[Clause]:
    """What the rule asks of the latest decision on one section: that it stands, of what it says, and whose it is."""
    latest = latest_decision(record, section, policy)
    name = section_name(section)
    found = nothing(record, section, policy) if latest is None else as_decided(latest)
    again = f"have {section} assessed, then record that with fingerpost directory attest"
    version = min(policy.accepted, default="") if latest is None else latest.version
    essential = policy.accepted[version].get(section, ()) if version in policy.accepted else ()
    good = _good_decision(section, version, on, policy)
    # Each of the three keeps of the decision what its clause asks of, and takes the rest from a good one.
    stands = latest and replace(latest, basis=good.basis, assessor=good.assessor, results=good.results)
    says = latest and replace(good, results=latest.results)
    comes_from = latest and replace(good, basis=latest.basis, assessor=latest.assessor)

    it_stands, it_says_so, it_counts = (
        _holds(_decided_alone(record, decision, section, on, policy), on, policy)
        for decision in (stands, says, comes_from)
    )
    yield Clause(
        2,
        section,
        it_stands,
        f"The latest decision on {name} is confirmed, says met, and is valid today.",
        "; ".join(part for part in (found, not_standing(latest, on)) if part),
        "" if it_stands else again,
    )
    yield Clause(
        3,
        section,
        it_says_so,
        f"Every essential criterion of {section} ({', '.join(essential)}) is met, or it is said why it does not apply.",
        found if latest is None else "; ".join(missing(latest, essential)),
        "" if it_says_so else again,
    )
    yield Clause(
        4,
        section,
        it_counts,
        f"The word on {section} is of a kind that counts here: {' or '.join(sorted(policy.bases))}.",
        found if latest is None else f"{latest.basis}, {latest.assessor.strip() or 'nobody is named'}",
        "" if it_counts else whose_to_do(latest, again),
    )


def _not_suspended(record: Record, on: date, policy: Policy) -> Clause:
    now = [one for one in record.suspensions if one.stops(on)]
    told = [
        f"{'the service' if one.section is None else section_name(one.section)} is suspended since "
        f"{spoken_day(one.from_date)}, "
        + ("until further notice" if one.until_date is None else f"until the end of {spoken_day(one.until_date)}")
        for one in now
    ]
    return Clause(
        5,
        "",
        _holds(replace(_good(record, on, policy), suspensions=record.suspensions), on, policy),
        "It is not suspended today, whole or in one of these sections.",
        "; ".join(told),
        "see fingerpost directory history for the reason; fingerpost directory resume ends it at once" if now else "",
    )


def _reached(record: Record, on: date, policy: Policy) -> Clause:
    bare = replace(_good(record, on, policy), contact_checks=record.contact_checks)
    holds = _holds(bare, on, policy)
    last = max((day for day in record.contact_checks if day is not None and day <= on), default=None)
    if not record.contact_checks:
        found, do = "no way to reach it is recorded", "record a phone number, an address or a web page that was tried"
    elif last is None:
        found, do = "no way to reach it was ever tried", "try one, and record the day with fingerpost directory checked"
    else:
        found = f"last tried on {spoken_day(last)}, {counted((on - last).days)} ago"
        do = "try one again, and record the day with fingerpost directory checked"
    return Clause(
        6,
        "",
        holds,
        f"At least one way to reach it was tried within the last {policy.contact_days} days.",
        found,
        "" if holds else do,
    )


def _heard(record: Record, on: date, policy: Policy) -> Clause:
    last = record.heard_on(on)
    # A record without a day of its own takes none from the decisions of a good one.
    holds = _holds(replace(_good(record, on, policy), assured_on=last or date.min), on, policy)
    if last is None:
        found = "nobody ever said so"
    else:
        how = "said to be right" if last == record.assured_on else "decided on, and never since said to be right,"
        ends = months_after(last, policy.silent_months) - timedelta(days=1)
        found = f"last {how} on {spoken_day(last)}, good until {spoken_day(ends)}"
    return Clause(
        7,
        "",
        holds,
        f"The service said within the last {policy.silent_months} months that its entry is still right; or, if it was "
        "never asked, something was decided on it.",
        found,
        "" if holds else "ask the service, and record its answer with fingerpost directory still-right",
    )


# --- records that are as good as can be, but for one thing -----------------------------------------------------


def _holds(record: Record, on: date, policy: Policy) -> bool:
    return recorded_as_meeting(record, on, policy).meets


def _good(record: Record, on: date, policy: Policy) -> Record:
    """A record for which the rule holds on a day, whatever the service's own says."""
    return Record(
        service_id=record.service_id,
        status="open",
        published=True,
        on_hold=False,
        perpetrator_service=False,
        serves_men="all",
        attestations=tuple(_good_decision(section, _complete_version(policy), on, policy) for section in REQUIRED),
        contact_checks=(on,),
        assured_on=on,
    )


def _complete_version(policy: Policy) -> str:
    """A version that counts and leaves no section without essential criteria; the rule accepts nothing under others."""
    complete = (version for version, essential in policy.accepted.items() if all(essential.get(s) for s in REQUIRED))
    return min(complete, default="")


def _good_decision(section: str, version: str, on: date, policy: Policy) -> Attestation:
    essential = policy.accepted[version].get(section, ()) if version in policy.accepted else ()
    return Attestation(
        id="",
        standard=policy.standard,
        version=version,
        section=section,
        outcome="met",
        state="confirmed",
        decided_on=on,
        valid_from=on,
        valid_until=on,
        results=tuple(CriterionResult(criterion, "met") for criterion in essential),
        basis=min(policy.bases, default=""),
        assessor="somebody",
    )


def _decided_alone(record: Record, latest: Attestation | None, section: str, on: date, policy: Policy) -> Record:
    """A good record in which one section has this decision and no other."""
    good = _good(record, on, policy)
    others = tuple(one for one in good.attestations if one.section != section)
    return replace(good, attestations=others if latest is None else (*others, latest))


def last_day_shown(record: Record, on: date, policy: Policy) -> date | None:
    """The last day until which the rule holds without a break, from a day on; None when it does not hold on that day.

    It tells of what is recorded now: what is checked again in the meantime is shown longer.
    """
    return next((spell.last for spell in spells(record, policy) if spell.first <= on <= spell.last), None)


def as_men_would_read(record: Record, on: date, policy: Policy) -> Verdict | None:
    """On whose word a service would be shown, and since when, once all that is missing is there.

    None while nothing at all is decided. A section on which nothing is decided yet takes the other's word.
    """
    decided = {section: latest_decision(record, section, policy) for section in REQUIRED}
    found = [one for one in decided.values() if one is not None]
    if not found:
        return None
    good = _good(record, on, policy)
    words = tuple(
        replace(one, decided_on=min(latest.decided_on or on, on), assessor=latest.assessor, basis=latest.basis)
        for one in good.attestations
        for latest in [decided[one.section] or found[0]]
    )
    # Whatever its basis is: it may be accepted by then.
    verdict = recorded_as_meeting(
        replace(good, attestations=words), on, replace(policy, bases=policy.bases | {one.basis for one in found})
    )
    return verdict if verdict.meets else None
