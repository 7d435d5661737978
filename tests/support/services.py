"""Short ways to make the records, entries and documents of services that tests need."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from service_directory.matching import Entry
from service_directory.standards import (
    ESSENTIAL,
    LONDON,
    Attestation,
    CriterionResult,
    Record,
    Spell,
    Verdict,
)

TODAY = date(2026, 11, 23)  # a Monday
NOON = datetime(2026, 11, 23, 12, tzinfo=LONDON)
LEEDS, WEST_YORKSHIRE, YORKSHIRE = "E08000035", "E23000010", "E12000003"
CORNWALL, CARDIFF, GLASGOW, BELFAST = "E06000052", "W06000015", "S12000049", "N09000003"


def days(number: int) -> timedelta:
    return timedelta(days=number)


def all_met(section: str) -> tuple[CriterionResult, ...]:
    return tuple(CriterionResult(criterion, "met") for criterion in ESSENTIAL.get(section, ()))


def attestation(section: str, **changes: Any) -> Attestation:
    """A confirmed judgement, ninety days old, that a section is met."""
    made = Attestation(
        id=f"{section}/01",
        standard="MDAN-DA",
        version="1",
        section=section,
        basis="verified",
        outcome="met",
        state="confirmed",
        assessor="Helpline Team",
        decided_on=TODAY - days(90),
        valid_from=TODAY - days(90),
        valid_until=TODAY + days(275),
        results=all_met(section),
    )
    return replace(made, **changes)


def record(**changes: Any) -> Record:
    """All that the rule asks for."""
    made = Record(
        service_id="leeds-men",
        status="open",
        published=True,
        on_hold=False,
        perpetrator_service=False,
        serves_men="men_only",
        attestations=(attestation("AE"), attestation("SD")),
        suspensions=(),
        contact_checks=(TODAY - days(10),),
    )
    return replace(made, **changes)


def always(who: str = "Helpline Team") -> tuple[Spell, ...]:
    """Days without end on which the rule holds."""
    verdict = Verdict(meets=True, who=who, recorded_on=date(2026, 3, 1), basis="verified")
    return (Spell(date(2000, 1, 1), date(2100, 1, 1), verdict),)


def entry(service_id: str, **changes: Any) -> Entry:
    """A service in the index: talk, for men and women, in Leeds."""
    made = Entry(
        service_id=service_id,
        needs=frozenset({"talk"}),
        areas=frozenset({LEEDS}),
        men_only=False,
        accommodation=False,
        spells=always(),
        checked_on=TODAY - days(10),
    )
    return replace(made, **changes)


def written_attestations(**changes: Any) -> list[dict[str, Any]]:
    """Both sections as a steward writes them."""
    return [
        {
            "section": section,
            "basis": "verified",
            "outcome": "met",
            "by": "Helpline Team",
            "decided": date(2026, 3, 2),
            "valid_from": date(2026, 3, 2),
            "valid_until": date(2027, 3, 1),
            "essential": "met",
            **changes,
        }
        for section in ("AE", "SD")
    ]


def written_service(service_id: str = "leeds-men", **changes: Any) -> dict[str, Any]:
    """A service as a steward writes it, meeting the rule on TODAY. A change to None takes a field away."""
    made: dict[str, Any] = {
        "id": service_id,
        "organization": "northern-men",
        "name": "Leeds Men",
        "helps": "Someone to talk to in Leeds.",
        "status": "open",
        "assured": date(2026, 11, 2),
        "serves_men": "men_only",
        "needs": ["talk", "health"],
        "areas": [LEEDS],
        "languages": ["en", "pl"],
        "hours": "Mo-Fr 09:00-17:00; PH off",
        "hours_checked": date(2026, 11, 1),
        "contacts": [
            {"kind": "phone", "value": "0113 222 4444", "label": "Office", "checked": date(2026, 11, 2)},
            {"kind": "email", "value": "hello@leedsmen.org.uk", "checked": date(2026, 11, 2)},
        ],
        "attestations": written_attestations(),
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


def written(*services: Any, **changes: Any) -> dict[str, Any]:
    """A whole document around services, or around the usual one."""
    return {
        "directory": 1,
        "organizations": [{"id": "northern-men", "name": "Northern Men"}],
        "services": list(services or [written_service()]),
        **changes,
    }
