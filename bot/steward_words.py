"""What the stewards' commands print: duties, reasons and history, for reading and for programs. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from dialogs.book import Book
from dialogs.steps import Find
from service_directory.clause_words import spoken_day
from service_directory.duties import URGENCIES, Duty
from service_directory.explaining import Clause
from service_directory.standards import LONDON, SELF, Verdict, day_in_london
from service_directory.standing import Explanation
from service_directory.stewarding import Line
from service_directory.store import Recorded
from service_directory.view import month_and_year

_LONGEST_VALUE = 200


# --- what is due


def duties_in_words(duties: Sequence[Duty], within: int) -> Iterator[str]:
    """What is due, under a heading for each urgency."""
    if not duties:
        yield f"Nothing is due within {within} days."
    headings = {
        "now": "Now: men miss these services, or may be told what is no longer true",
        "soon": f"Soon: it will be so within {within} days",
        "later": "Later",
    }
    found = [urgency for urgency in URGENCIES if any(duty.urgency == urgency for duty in duties)]
    for urgency in found:
        due = [duty for duty in duties if duty.urgency == urgency]
        if urgency != found[0]:
            yield ""
        yield f"{headings[urgency]} ({len(due)})"
        for service_id, group in groupby(due, key=lambda duty: duty.service_id):
            together = list(group)
            yield f"  {together[0].name} ({service_id})"
            for duty in together:
                yield f"    {duty.says}"
                yield f"      To do: {duty.do}"


def duty_record(duty: Duty) -> dict[str, Any]:
    """A duty for a program."""
    return {
        "urgency": duty.urgency,
        "kind": duty.kind,
        "service_id": duty.service_id,
        "name": duty.name,
        "on": None if duty.on is None else duty.on.isoformat(),
        "says": duty.says,
        "do": duty.do,
    }


# --- why a service is shown, or is not


def standing_in_words(told: Explanation, words: str, area_name: Callable[[str], str]) -> Iterator[str]:
    """Whether men are shown a service, what they read of who recorded it (`words`), and every clause of the rule."""
    day = spoken_day(told.on)
    if told.last_day is not None:
        yield f"{told.name} ({told.service_id}) is shown to men today, {day}."
        yield f"As things are recorded now, {spoken_day(told.last_day)} is the last day on which it is."
        yield f"Men read: {words}"
    else:
        yield f"{told.name} ({told.service_id}) is not shown to men today, {day}."
    needs = ", ".join(told.needs) or "nothing"
    areas = ", ".join(map(area_name, told.areas)) or "nowhere"
    yield f"It is for men who look for: {needs}. In: {areas}."
    for heading, held in (("Missing", False), ("Holding", True)):
        if some := [clause for clause in told.clauses if clause.holds == held]:
            yield f"\n{heading}"
            yield from _clauses_in_words(some)


def missing_in_words(told: Explanation, words: str) -> Iterator[str]:
    """The same in short, after a change: whether men are shown it now, and only those clauses that do not hold."""
    if told.last_day is not None:
        yield f"{told.name} is shown to men now, until {spoken_day(told.last_day)} as things are recorded."
        if words:
            yield f"Men read: {words}"
        return
    yield f"{told.name} is not shown to men now. What is missing:"
    yield from _clauses_in_words([clause for clause in told.clauses if not clause.holds])
    if words:
        yield f"Once nothing is missing, men read: {words}"


def _clauses_in_words(clauses: Iterable[Clause]) -> Iterator[str]:
    said: set[tuple[str, str]] = set()
    for clause in clauses:
        # Where nothing is recorded of a section, that is said once, not of each clause that asks for something of it.
        if clause.section and not clause.holds and (clause.section, clause.found) in said:
            continue
        said.add((clause.section, clause.found))
        yield f"  {clause.number}. {clause.asks}"
        if clause.found:
            yield f"     Recorded: {clause.found}."
        if clause.do:
            yield f"     To do: {clause.do}."


def standing_record(told: Explanation, words: str) -> dict[str, Any]:
    """Why a service is shown or not, for a program."""
    return {
        "service_id": told.service_id,
        "name": told.name,
        "on": told.on.isoformat(),
        "shown": told.view is not None,
        "last_day": None if told.last_day is None else told.last_day.isoformat(),
        "men_read": words,
        "needs": list(told.needs),
        "areas": list(told.areas),
        "clauses": [
            {
                "number": one.number,
                "section": one.section,
                "holds": one.holds,
                "asks": one.asks,
                "found": one.found,
                "do": one.do,
            }
            for one in told.clauses
        ],
    }


def men_read(book: Book, verdict: Verdict | None) -> str:
    """The line under a service that says who recorded it, in the words of the conversations; empty when nobody did."""
    finds = [step for flow in book.flows.values() for step in flow.steps.values() if isinstance(step, Find)]
    if verdict is None or verdict.who is None or verdict.recorded_on is None or not finds:
        return ""
    when = month_and_year(verdict.recorded_on)
    if verdict.basis == SELF:
        return finds[0].lines["self_assessed"].render({"when": when})
    return finds[0].lines["recorded"].render({"who": verdict.who, "when": when})


# --- history


def history_in_words(lines: Iterable[Line], *, whole: bool) -> Iterator[str]:
    """What was changed, under a heading for each time that somebody changed something.

    `whole`: all that a new service began with, which is much; else that it is new.
    """
    for number, ((at, who, why), acts) in enumerate(groupby(lines, key=_occasion)):
        if number:
            yield ""
        yield f"{spoken_day(day_in_london(at))}, {at.astimezone(LONDON):%H:%M}  {who}: {why}"
        for service_id, of_service in groupby(acts, key=lambda line: line.service_id):
            together = [line.recorded for line in of_service]
            begun = any(one.action == "create" and one.what == f"service {service_id}" for one in together)
            if begun and not whole:
                yield f"  service {service_id}: new"
                continue
            if service_id and not whole:
                yield f"  service {service_id}"
            yield from _acts_in_words(service_id, together)


def _occasion(line: Line) -> tuple[datetime, str, str]:
    return line.recorded.at, line.recorded.who, line.recorded.why


def _acts_in_words(service_id: str, acts: Iterable[Recorded]) -> Iterator[str]:
    for (what, action), fields in groupby(acts, key=lambda one: (one.what, one.action)):
        table, _, row_id = what.partition(" ")
        inside = row_id.removeprefix(f"{service_id}/")
        name = inside if inside.startswith(f"{table}/") else f"{table} {inside}"
        if action == "update":
            yield from (f"  {name}: {one.field}: {_value(one.before)} -> {_value(one.after)}" for one in fields)
            continue
        held = [
            f"{one.field} {_value(one.before if action == 'delete' else one.after)}"
            for one in fields
            if one.field not in _TOLD_BY_THE_NAME
        ]
        done = {"create": "new", "delete": "taken away"}.get(action, action)
        yield f"  {name}: {done}: {'; '.join(held)}"


# What a row's name says already, or nobody reads.
_TOLD_BY_THE_NAME = frozenset({"attestation_id", "criterion", "criterion_result_id", "taxonomy_term_id", "position"})


def _value(text: str) -> str:
    if not text:
        return "(nothing)"
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."


def history_record(line: Line) -> dict[str, Any]:
    """A line of history for a program."""
    one = line.recorded
    return {
        "at": one.at.isoformat(),
        "who": one.who,
        "service_id": line.service_id,
        "what": one.what,
        "action": one.action,
        "field": one.field,
        "before": one.before,
        "after": one.after,
        "why": one.why,
    }
