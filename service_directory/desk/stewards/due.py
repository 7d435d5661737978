"""Today's work: all that waits for a steward, each thing with what to do about it and where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from starlette.responses import Response

from service_directory.clause_words import section_name, spoken_day
from service_directory.desk.entries.assessments import Assessments
from service_directory.desk.entries.colleagues import Colleagues
from service_directory.desk.logbook import note
from service_directory.desk.people import STEWARDS
from service_directory.desk.reports import ReportKind, Reports
from service_directory.desk.silence import nobody_to_ask
from service_directory.desk.stewards.common import PAGES, addresses_of, shelf
from service_directory.desk.stewards.deciding import hindrance
from service_directory.desk.stewards.shelf import Looked
from service_directory.desk.stewards.waiting import decisions_waiting
from service_directory.desk.web.pages import Call
from service_directory.duties import Duty, in_order
from service_directory.importing.staging import Staging
from service_directory.standards import day_in_london

_Name = Callable[[str], str]

#: More of one kind than this are not listed here, but counted, with a way to all of them.
MOST: Final = 25

#: What to do about a duty, and on which page of its service.
_DO: Final[Mapping[str, tuple[str, str]]] = {
    "attestation": ("Have it looked at, then record the decision", ""),
    "review": ("Look at it again, then record the decision", ""),
    "contact": ("Try it, then record that you did", "/checked"),
    "hours": ("Ask for them, then record that you did", "/checked"),
    "funding": ("Ask whether it goes on, then record that", "/standing"),
    "suspension": ("See whether the reason is gone", ""),
    "unanswered": ("Ring them, then record what they said", "/still-right"),
    "nobody_to_ask": ("Ring them, and ask for an address to write to", "/keepers"),
}
HANDLED: Final = {
    "tried": "I tried it, and it works",
    "changed": "I had the entry put right",
    "suspended": "I suspended it",
    "asked": "I asked the service, and it will not happen again",
    "nothing": "There is nothing to it",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: of what, what is known of it, what to do, and the page where."""

    title: str
    says: str
    do: str
    path: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Heap:
    """The tasks of one kind. `count` is of all, `tasks` are those that are listed; `rest` leads to the others."""

    key: str
    title: str
    tasks: tuple[Task, ...]
    count: int
    rest: str = ""


@PAGES.get("/today", may=STEWARDS)
async def work(call: Call) -> Response:
    reports = await Reports(call.desk.database).waiting()
    names = (await shelf(call).catalogue(call.at)).services
    looked = await shelf(call).looked_soon(call.at)
    return call.page(
        "stewards/today.html",
        gathering=looked is None,
        reports=[(one, names[one.service_id].name if one.service_id in names else one.service_id) for one in reports],
        heaps=[heap for heap in await heaps_of(call, looked or {}) if heap.count],
        handled=HANDLED,
    )


@PAGES.post("/reports/{service_id}/handled", may=STEWARDS)
async def handled(call: Call) -> Response:
    """A steward has seen to what men said of a service: it is forgotten."""
    done, kind = str(call.form.get("done", "")), str(call.form.get("kind", ""))
    try:
        which, week = ReportKind(kind), date.fromisoformat(str(call.form.get("week", "")))
    except ValueError:
        call.not_found()
    if done not in HANDLED:
        return call.go("/today", told="Choose what was done, then press the button again.")
    service_id = str(call.path["service_id"])
    gone = await Reports(call.desk.database).handle(service_id, which, week)
    if not gone:
        return call.go("/today", told="Somebody was quicker: it was handled already.")
    async with call.desk.database.write() as connection:
        # What was done, and not what men said nor when: that is deleted.
        await note(connection, at=call.at, who=call.visitor.name, what="report handled", about=f"{service_id}: {done}")
    return call.go("/today", told="Handled. What men said is deleted.")


async def heaps_of(call: Call, looked: Mapping[str, Looked]) -> list[Heap]:
    """All that waits but for reports, in the order in which to do it; empty heaps too."""
    names = (await shelf(call).catalogue(call.at)).services

    def name(service_id: str) -> str:
        return names[service_id].name if service_id in names else service_id

    duties = in_order(duty for one in looked.values() for duty in one.duties)
    silent = [duty for duty in duties if duty.kind == "unanswered"]
    others = [duty for duty in duties if duty.kind != "unanswered"]
    return [
        _heap("proposals", "Changes that wait for you", await _proposals(call), "/proposals"),
        _heap("decisions", "Decisions that wait for a second person", await _decisions(call, name)),
        _heap("assessments", "Self-assessments that were sent in", await _assessments(call, name)),
        _heap("colleagues", "Addresses that services ask for", await _colleagues(call, name)),
        _heap("bounced", "Mail that came back", await _bounced(call, name)),
        _heap(
            "nobody_to_ask",
            "Services with no address to ask",
            [_of_duty(duty) for duty in await nobody_to_ask(call.desk.database, call.at)],
        ),
        _heap(
            "unanswered", "Reminders that nobody answered", [_of_duty(duty) for duty in silent], "/services?show=due"
        ),
        *(
            _heap(urgency, title, [_of_duty(duty) for duty in others if duty.urgency == urgency], "/services?show=due")
            for urgency, title in (
                ("now", "Now: men miss these services, or may be told what is no longer true"),
                ("soon", "Soon: within 60 days"),
                ("later", "Later"),
            )
        ),
        _heap("imports", "Imports that wait", await _imports(call), "/imports"),
    ]


def _heap(key: str, title: str, tasks: Iterable[Task], rest: str = "") -> Heap:
    every = list(tasks)
    return Heap(key, title, tuple(every[:MOST]), len(every), rest if len(every) > MOST else "")


def _of_duty(duty: Duty) -> Task:
    do, page = _DO.get(duty.kind, ("Look at the entry", ""))
    return Task(duty.name, duty.says, do, f"/services/{duty.service_id}{page}", duty.urgency == "now")


async def _proposals(call: Call) -> list[Task]:
    tasks = []
    for one in await call.desk.proposals.waiting():
        agreed = f" {', '.join(one.approved_by)} agreed." if one.approved_by else ""
        stops = hindrance(call, one)
        tasks.append(
            Task(
                one.service,
                f"Sent in by {one.proposed_by}, {spoken_day(day_in_london(one.proposed_at))}. Takes "
                f"{'two people' if one.needed > 1 else 'one person'}.{agreed}",
                stops or "Look at it, and approve it, give it back or decline it",
                f"/proposals/{one.number}",
                not stops,
            )
        )
    return tasks


async def _decisions(call: Call, name: _Name) -> list[Task]:
    return [
        Task(
            name(one.service_id),
            f"{section_name(one.section).rstrip(',')}: put down as met by {one.put_down_by}.",
            "You put it down; another person agrees to it"
            if one.put_down_by.casefold() == call.visitor.name.casefold()
            else "Look at it, and agree or take it back",
            f"/decisions/{one.number}",
        )
        for one in await decisions_waiting(call.desk.database)
    ]


async def _assessments(call: Call, name: _Name) -> list[Task]:
    return [
        Task(
            name(one.service_id),
            f"{section_name(one.section).rstrip(',')}: {len(one.said)} criteria answered.",
            "Look through it and decide",
            f"/services/{one.service_id}/decide/{one.section}",
        )
        for one in await Assessments(call.desk.database).waiting()
    ]


async def _colleagues(call: Call, name: _Name) -> list[Task]:
    return [
        Task(
            name(one.service_id),
            f"{'Add' if one.action == 'add' else 'Take off'} {one.email}.",
            "Make sure of it with the service, then agree or decline",
            f"/services/{one.service_id}/keepers",
        )
        for one in await Colleagues(call.desk.database, addresses_of(call)).waiting()
    ]


async def _bounced(call: Call, name: _Name) -> list[Task]:
    return [
        Task(
            name(one.service_id),
            f"Mail to {one.email} came back.",
            "Ask the service for an address that works",
            f"/services/{one.service_id}/keepers",
        )
        for one in await addresses_of(call).bounced()
    ]


async def _imports(call: Call) -> list[Task]:
    return [
        Task(
            one.source,
            f"Read by {one.who}, {spoken_day(day_in_london(one.at))}.",
            "See what it would do",
            f"/imports/{one.number}",
        )
        for one in await Staging(call.desk.directory.database).staged()
    ]
