"""What stewards should look at next, and how soon: judged from a service's rows and the day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from service_directory.clause_words import section_name, spoken_day
from service_directory.criteria import REQUIRED, SECTIONS
from service_directory.explaining import Clause, clauses, last_day_shown
from service_directory.model import ServiceRow
from service_directory.months import months_after
from service_directory.numbers import display_number
from service_directory.records import record_of
from service_directory.standards import Attestation, Policy, Record, latest_decision

Urgency = Literal["now", "soon", "later"]
URGENCIES: tuple[Urgency, ...] = ("now", "soon", "later")

#: After how many months of silence stewards ask a service themselves.
ASK_STEWARDS_MONTHS = 6
#: Clauses that a service which was shown falls out of by the calendar alone: a check brings it back.
_BY_CALENDAR = frozenset({2, 6, 7})


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to look at.

    `urgency`: "now" when men are not shown what they could be, or may be told what is no longer true; "soon" when
    that will be so within the days that were asked for; "later" for the rest. `kind` is attestation, contact, review,
    funding, proposal, hours, unanswered (nobody says that it is still right) or suspension; the desk adds nobody_to_ask
    and bounced. `on` is the day in London that it turns on; None when there is none.
    """

    urgency: Urgency
    kind: str
    service_id: str
    name: str
    on: date | None
    says: str
    do: str


def in_order(duties: Iterable[Duty]) -> tuple[Duty, ...]:
    """By urgency; then what turned, or will turn, first."""
    return tuple(
        sorted(duties, key=lambda one: (URGENCIES.index(one.urgency), one.on or date.max, one.name, one.kind, one.says))
    )


def duties_of(service: ServiceRow, today: date, policy: Policy, within: int) -> Iterator[Duty]:
    """What is due for one service within a number of days.

    Nothing is for one that no check would bring before men: closed, paused, unpublished, on hold, not for them.
    """
    record = record_of(service)
    found = clauses(record, today, policy)
    if not found[0].holds:
        return
    look = _Look(service, record, today, policy, today + timedelta(days=within), found)
    yield from look.attestations()
    yield from look.contacts()
    yield from look.hours()
    yield from look.silence()
    yield from look.funding()
    yield from look.suspensions()


@dataclass(frozen=True, slots=True)
class _Look:
    """One service, looked at on one day; `until` is the last day that counts as soon."""

    service: ServiceRow
    record: Record
    today: date
    policy: Policy
    until: date
    clauses: tuple[Clause, ...]

    def _duty(self, urgency: Urgency, kind: str, on: date | None, says: str, do: str) -> Duty:
        return Duty(urgency, kind, self.service.id, self.service.name, on, says, do)

    @property
    def _kept_away_by_the_calendar(self) -> bool:
        """Whether a decision that lapsed, or a contact that nobody tried, is all that keeps it from men."""
        failing = [clause for clause in self.clauses if not clause.holds]
        return all(clause.number in _BY_CALENDAR and self._was_good(clause) for clause in failing)

    def _was_good(self, clause: Clause) -> bool:
        latest = latest_decision(self.record, clause.section, self.policy) if clause.section else None
        return clause.number != 2 or (latest is not None and self._lapsed(latest))

    def _lapsed(self, decision: Attestation) -> bool:
        return _good(decision) and decision.valid_until is not None and decision.valid_until < self.today

    # --- attestations and their reviews

    def attestations(self) -> Iterator[Duty]:
        for section in SECTIONS:
            latest = latest_decision(self.record, section, self.policy)
            if latest is None:
                if section in REQUIRED:
                    yield self._never_decided(section)
                continue
            if not _good(latest):
                # A decision that it is not met, or no longer stands, is no neglect of ours.
                continue
            yield from self._running_out(latest, section)
            yield from self._gaps(section)

    def _never_decided(self, section: str) -> Duty:
        says = f"{section_name(section)} was never decided, so men are not shown it."
        return self._duty("later", "attestation", None, says, self._attest(section))

    def _running_out(self, latest: Attestation, section: str) -> Iterator[Duty]:
        ends, name = latest.valid_until, section_name(section)
        if ends is None:
            says = f"{name} is recorded as met without a last day, and does not count."
            yield self._duty("later", "attestation", None, says, self._attest(section))
        elif ends < self.today:
            counts = section in REQUIRED
            urgency: Urgency = "now" if counts and self._kept_away_by_the_calendar else "later"
            says = f"{name} lapsed: it was good until {spoken_day(ends)}."
            if counts:
                says += " Men are not shown it."
            yield self._duty(urgency, "attestation", ends, says, self._attest(section))
        elif ends <= self.until:
            urgency = "soon" if section in REQUIRED else "later"
            says = f"{name} runs out: {spoken_day(ends)} is its last day."
            yield self._duty(urgency, "attestation", ends, says, self._attest(section))
        else:
            yield from self._review(latest, name)

    def _review(self, latest: Attestation, name: str) -> Iterator[Duty]:
        due = next((row.review_due for row in self.service.attestations if row.id == latest.id), None)
        if due is None or due > self.until:
            return
        late = due < self.today
        says = f"{name} {'was' if late else 'is'} to be reviewed by {spoken_day(due)}."
        yield self._duty("soon" if late else "later", "review", due, says, "ask the service what has changed since")

    def _gaps(self, section: str) -> Iterator[Duty]:
        for clause in self.clauses:
            if clause.section == section and clause.number in (3, 4) and not clause.holds:
                says = f"{section_name(section)} is recorded as met and does not count: {clause.found}."
                yield self._duty("later", "attestation", None, says, self._attest(section))

    def _attest(self, section: str) -> str:
        return f"have it checked, then: fingerpost directory attest {self.service.id} --section {section} ..."

    # --- contacts and hours

    def contacts(self) -> Iterator[Duty]:
        ways = [(display_number(row.number), row.checked_on) for row in self.service.phones]
        ways += [(row.email or row.url, row.checked_on) for row in self.service.contacts]
        fresh = [self._good_until(checked) for _, checked in ways if checked is not None and self._fresh(checked)]
        do = f"try it, then: fingerpost directory checked {self.service.id} --way ..."
        if not fresh:
            last = max((checked for _, checked in ways if checked is not None), default=None)
            urgency: Urgency = "now" if self._kept_away_by_the_calendar else "later"
            says = f"No way to reach it was {_since('tried', last)}. Men are not shown it."
            yield self._duty(urgency, "contact", last and self._good_until(last), says, do)
            return
        if max(fresh) <= self.until:
            says = f"After {spoken_day(max(fresh))} no way to reach it counts as tried, and men are not shown it."
            yield self._duty("soon", "contact", max(fresh), says, do)
        for way, checked in ways:
            if not self._fresh(checked):
                on = checked and self._good_until(checked)
                yield self._duty("later", "contact", on, f"{way} was not {_since('tried', checked)}.", do)

    def hours(self) -> Iterator[Duty]:
        for row in self.service.schedules:
            if self._fresh(row.checked_on):
                continue
            says = (
                f"Its hours ({row.opening_hours}) were not {_since('checked', row.checked_on)}. Men are told that they "
                "are not known."
            )
            do = f"ask for them, then: fingerpost directory checked {self.service.id} --hours"
            yield self._duty("later", "hours", row.checked_on and self._good_until(row.checked_on), says, do)
            return

    def _fresh(self, checked: date | None) -> bool:
        return checked is not None and checked <= self.today <= self._good_until(checked)

    def _good_until(self, checked: date) -> date:
        return checked + timedelta(days=self.policy.contact_days)

    # --- whether anybody answers

    def silence(self) -> Iterator[Duty]:
        heard = self.record.heard_on(self.today)
        if heard is None or self.today < months_after(heard, ASK_STEWARDS_MONTHS):
            return
        ends = months_after(heard, self.policy.silent_months) - timedelta(days=1)
        says = f"Nobody said since {spoken_day(heard)} that its entry is still right. "
        urgency: Urgency = "later"
        if ends < self.today:
            says += "Men are not shown it."
            urgency = "now" if self._kept_away_by_the_calendar else "later"
        else:
            says += f"{spoken_day(ends)} is the last day on which men are shown it."
            urgency = "soon" if ends <= self.until else "later"
        do = f"ask the service, then: fingerpost directory still-right {self.service.id}"
        yield self._duty(urgency, "unanswered", ends, says, do)

    # --- money and suspensions

    def funding(self) -> Iterator[Duty]:
        ends = self.service.funding_end
        if ends is None or ends > self.until:
            return
        over = ends < self.today
        says = f"Its funding {'ended' if over else 'ends'} on {spoken_day(ends)}."
        shown = last_day_shown(self.record, self.today, self.policy) is not None
        do = "ask whether it goes on, then record the new end, or its status"
        yield self._duty("now" if over and shown else "soon", "funding", ends, says, do)

    def suspensions(self) -> Iterator[Duty]:
        for row in self.service.suspensions:
            what = "It" if row.section is None else section_name(row.section)
            if row.from_date > self.today or (row.until_date is not None and row.until_date < self.today):
                continue
            if row.until_date is None:
                says = f"{what} is suspended since {spoken_day(row.from_date)}, until further notice."
                do = f"see whether the reason is gone: fingerpost directory history --service {self.service.id}"
                yield self._duty("later", "suspension", row.from_date, says, do)
            elif row.until_date <= self.until:
                says = f"{what} is suspended until the end of {spoken_day(row.until_date)}; then men may be shown it."
                do = "make sure that its reason is gone by then, or suspend it for longer"
                yield self._duty("soon", "suspension", row.until_date, says, do)


def _good(decision: Attestation) -> bool:
    return decision.state == "confirmed" and decision.outcome == "met"


def _since(done: str, last: date | None) -> str:
    return f"ever {done}" if last is None else f"{done} since {spoken_day(last)}"
