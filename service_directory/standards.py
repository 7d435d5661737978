"""The rule "recorded as meeting the access and delivery standards for men".

Pure: a service's record, a day and a policy go in, a verdict comes out. Everything unknown means no, because
a man is sent to a service on the strength of this answer and of nothing else.

The rule is that of the project's reference on the National Quality Service Standards. The criteria are
this project's own words, aligned to the published headings: never quote them as the Standards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

from service_directory.criteria import REQUIRED, SECTIONS, shipped
from service_directory.months import months_after

LONDON = ZoneInfo("Europe/London")

#: The criteria that must be met for a section to count, by section, in the version that comes with the program.
ESSENTIAL: Mapping[str, tuple[str, ...]] = shipped().essential

_NOT_ASKED_FOR = frozenset(SECTIONS) - frozenset(REQUIRED)

SELF = "self"
MEN_SERVED = frozenset({"men_only", "all"})


@dataclass(frozen=True, slots=True)
class Policy:
    """What an operator accepts as evidence that a service meets the standards.

    `accepted` are the versions of the standard that count, each with its essential criteria by section: a judgement
    is held to the criteria of the version under which it was made. `contact_days` is how many days a check of a
    contact route stays good, the last day included. `silent_months` is after how many months in which nobody said that
    an entry is still right it is not shown any more.
    """

    standard: str = "MDAN-DA"
    accepted: Mapping[str, Mapping[str, tuple[str, ...]]] = field(
        default_factory=lambda: MappingProxyType({"1": ESSENTIAL})
    )
    bases: frozenset[str] = frozenset({"verified", "independent"})
    contact_days: int = 183
    silent_months: int = 12

    @property
    def versions(self) -> frozenset[str]:
        return frozenset(self.accepted)


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """What an assessor recorded of one criterion: met, partly, not_met, not_applicable or not_assessed."""

    criterion: str
    result: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Attestation:
    """Someone's recorded judgement of one section of a standard, for one service."""

    id: str
    standard: str
    version: str
    section: str
    basis: str
    outcome: str
    state: str
    assessor: str
    decided_on: date | None
    valid_from: date | None
    valid_until: date | None
    results: tuple[CriterionResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspension:
    """Days, both ends included, on which a service (or one section of it) is not to be shown."""

    from_date: date
    until_date: date | None = None
    section: str | None = None

    def covers(self, day: date) -> bool:
        return self.from_date <= day and (self.until_date is None or day <= self.until_date)

    def stops(self, day: date) -> bool:
        """Whether it keeps the service from men on a day: all do but those of sections that nobody asks for."""
        return self.covers(day) and self.section not in _NOT_ASKED_FOR


@dataclass(frozen=True, slots=True)
class Record:
    """All of a service that the rule looks at."""

    service_id: str
    status: str
    published: bool
    on_hold: bool
    perpetrator_service: bool
    serves_men: str
    do_not_list: bool = False
    attestations: tuple[Attestation, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    contact_checks: tuple[date | None, ...] = ()
    assured_on: date | None = None

    def heard_on(self, on: date) -> date | None:
        """The day, up to another, that silence about this entry is counted from; None when nothing was ever heard."""
        return heard_on(self.assured_on, (one.decided_on for one in self.attestations), on)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a record meets the rule: on whose word and since when, or why not.

    `why_not` is for staff; a man is never told it.
    """

    meets: bool
    why_not: str | None = None
    who: str | None = None
    recorded_on: date | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Spell:
    """An unbroken run of days, both ends included, on which the rule holds with one and the same verdict."""

    first: date
    last: date
    verdict: Verdict


def day_in_london(at: datetime) -> date:
    """The calendar day in London at an aware moment. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone before it has a day in London")
    return at.astimezone(LONDON).date()


def recorded_as_meeting(record: Record, on: date, policy: Policy) -> Verdict:
    """Ask the rule about one service on one day in London."""
    why_not = (
        _not_offered(record)
        or _suspended(record, on)
        or _sections_fail(record, on, policy)
        or _contacts_stale(record, on, policy)
        or _silent(record, on, policy)
    )
    if why_not is not None:
        return Verdict(meets=False, why_not=why_not)
    standing = [latest_decision(record, section, policy) for section in REQUIRED]
    found = [attestation for attestation in standing if attestation is not None]
    bases = {attestation.basis for attestation in found}
    return Verdict(
        meets=True,
        who=" and ".join(dict.fromkeys(attestation.assessor.strip() for attestation in found)),
        # The older of the dates: a claim about all the sections is no fresher than its oldest part.
        recorded_on=min(attestation.decided_on for attestation in found if attestation.decided_on is not None),
        basis=SELF if SELF in bases else min(bases, key=lambda basis: (basis != "verified", basis)),
    )


def spells(record: Record, policy: Policy) -> tuple[Spell, ...]:
    """All the runs of days on which the rule holds for a record, earliest first.

    The rule's answer can only change on the few days that the record names, so asking it on those days
    settles every day. This is what lets an index answer for any date without the record.
    """
    edges = sorted(_edges(record, policy))
    runs: list[Spell] = []
    for first, following in pairwise(edges):
        verdict = recorded_as_meeting(record, first, policy)
        last = following - timedelta(days=1)
        if not verdict.meets:
            continue
        if runs and runs[-1].verdict == verdict and runs[-1].last + timedelta(days=1) == first:
            runs[-1] = Spell(runs[-1].first, last, verdict)
        else:
            runs.append(Spell(first, last, verdict))
    return tuple(runs)


def _edges(record: Record, policy: Policy) -> set[date]:
    """The days on which the rule's answer for a record may differ from the day before."""
    edges: set[date] = set()
    for attestation in record.attestations:
        edges |= {day for day in (attestation.decided_on, attestation.valid_from) if day is not None}
        edges |= {_day_after(attestation.valid_until)} if attestation.valid_until is not None else set()
    for suspension in record.suspensions:
        edges.add(suspension.from_date)
        edges |= {_day_after(suspension.until_date)} if suspension.until_date is not None else set()
    for checked_on in record.contact_checks:
        if checked_on is not None:
            edges |= {checked_on, _day_after(checked_on, policy.contact_days + 1)}
    for heard in (record.assured_on, *(attestation.decided_on for attestation in record.attestations)):
        if heard is not None:
            edges |= {heard, months_after(heard, policy.silent_months)}
    return edges


def _day_after(day: date, days: int = 1) -> date:
    return day + timedelta(days=days) if date.max - day >= timedelta(days=days) else date.max


def _not_offered(record: Record) -> str | None:
    if record.status != "open":
        return "the service is not open"
    if not record.published:
        return "the service is not published"
    if record.do_not_list:
        return "the service asked not to be listed"
    if record.on_hold:
        return "the service is on hold"
    if record.perpetrator_service:
        return "the service works with people who do harm"
    if record.serves_men not in MEN_SERVED:
        return "the service is not recorded as open to men"
    return None


def _suspended(record: Record, on: date) -> str | None:
    if any(suspension.stops(on) for suspension in record.suspensions):
        return "the service is suspended"
    return None


def _sections_fail(record: Record, on: date, policy: Policy) -> str | None:
    for section in REQUIRED:
        why_not = _section_fails(latest_decision(record, section, policy), on, policy)
        if why_not is not None:
            return f"{section}: {why_not}"
    return None


def latest_decision(record: Record, section: str, policy: Policy) -> Attestation | None:
    """The latest decided attestation of a section, never the best of several."""
    decided = [
        (attestation.decided_on, attestation.id, attestation)
        for attestation in record.attestations
        if attestation.section == section
        and attestation.standard == policy.standard
        and attestation.version in policy.accepted
        and attestation.decided_on is not None
    ]
    return max(decided, key=lambda one: one[:2])[2] if decided else None


def _section_fails(attestation: Attestation | None, on: date, policy: Policy) -> str | None:
    if attestation is None or attestation.decided_on is None:
        return "nothing is recorded"
    if attestation.decided_on > on:
        return "the latest decision is dated in the future"
    if attestation.state != "confirmed":
        return f"the latest decision is {attestation.state}"
    if attestation.outcome != "met":
        return f"the latest outcome is {attestation.outcome}"
    if attestation.valid_from is None or attestation.valid_until is None:
        return "the dates it is valid are not recorded"
    if on < attestation.valid_from:
        return "it is not valid yet"
    if on > attestation.valid_until:
        return "it has lapsed"
    if attestation.basis not in policy.bases:
        return f"the basis ({attestation.basis}) is not accepted"
    if not attestation.assessor.strip():
        return "nobody is recorded as having assessed it"
    return _criteria_fail(attestation, policy)


def _criteria_fail(attestation: Attestation, policy: Policy) -> str | None:
    essential = policy.accepted[attestation.version].get(attestation.section, ())
    if not essential:
        return "nobody knows which criteria are essential"
    for criterion in essential:
        results = [result for result in attestation.results if result.criterion == criterion]
        if not results:
            return f"{criterion} is not assessed"
        for one in results:
            excused = one.result == "not_applicable" and one.reason.strip()
            if one.result != "met" and not excused:
                return f"{criterion} is {one.result}"
    return None


def _contacts_stale(record: Record, on: date, policy: Policy) -> str | None:
    oldest = (
        on - timedelta(days=policy.contact_days) if on > date.min + timedelta(days=policy.contact_days) else date.min
    )
    # A check dated in the future is a slip of the pen, and proves nothing.
    if any(checked_on is not None and oldest <= checked_on <= on for checked_on in record.contact_checks):
        return None
    return "no contact was checked recently"


def heard_on(assured_on: date | None, decided: Iterable[date | None], on: date) -> date | None:
    """The day that silence is counted from: when an entry was last said to be right, or else when something was last
    decided on it. What is dated in the future proves nothing.
    """
    if assured_on is not None and assured_on <= on:
        return assured_on
    return max((day for day in decided if day is not None and day <= on), default=None)


def _silent(record: Record, on: date, policy: Policy) -> str | None:
    heard = record.heard_on(on)
    if heard is None or on >= months_after(heard, policy.silent_months):
        return "nobody said lately that the entry is still right"
    return None
