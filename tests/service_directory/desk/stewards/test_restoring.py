"""Any earlier state of an entry can be put back; what others recorded of it is never rewound."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from service_directory.changes import Value
from service_directory.desk.stewards.changing import Changing
from service_directory.desk.stewards.restoring import REWOUND
from service_directory.importing.proposals import Proposals
from service_directory.rows import service_rows
from service_directory.standing import NotDone
from service_directory.stewarding import Stewarding
from service_directory.store import Directory
from tests.support.services import CORNWALL, LEEDS, NOON, written, written_service

CHECKS = {"checked_on", "checked_by"}
PLACE = {"type": "physical", "address": {"line_1": "12 High Street", "town": "Leeds", "postcode": "LS1 4AB"}}
STATES: list[dict[str, Any]] = [
    {},
    {"name": "Leeds Men's Line", "needs": ["talk"], "areas": [LEEDS, CORNWALL], "funding_end": date(2027, 3, 31)},
    {"languages": ["cy"], "costs": [{"option": "Counselling", "amount": 12.5}], "locations": [PLACE]},
    {"contacts": [{"kind": "website", "value": "https://leedsmen.org.uk"}], "hours": "24/7", "age": {"from": 18}},
    {"status": "closed", "hold": "moving", "hours": None},
]

Kept = Mapping[tuple[str, str], Mapping[str, Value]]


async def kept(directory: Directory) -> Kept:
    """All that can be put back, but for who tried which number when."""
    async with directory.database.read() as connection:
        rows = (await service_rows(connection, ["leeds-men"]))["leeds-men"]
    return {
        row.key: {name: value for name, value in row.values.items() if name not in CHECKS}
        for row in rows
        if row.table in REWOUND
    }


async def load(directory: Directory, minutes: int, **changes: Any) -> None:
    document = written(written_service(**changes))
    moment = NOON + timedelta(minutes=minutes)
    report = await directory.load_document(document, at=moment, who="Lee", why=f"load {minutes}", apply=True)
    assert report.rejected == ()


async def lived_through(directory: Directory) -> list[tuple[int, Kept]]:
    """An unpublished service with a past: after each change the number of its last line, and what was kept then."""
    past = []
    for minutes, changes in enumerate(STATES):
        await load(directory, minutes, published=False, attestations=None, **changes)
        past.append(((await Changing(directory).lines("leeds-men"))[-1][0], await kept(directory)))
    return past


async def test_every_earlier_state_comes_back_as_it_was_with_a_line_of_its_own(directory: Directory) -> None:
    changing = Changing(directory)
    for line, then in [*(await lived_through(directory))[:-1]]:
        done = await changing.put_back("leeds-men", line, at=NOON + timedelta(hours=1), who="Ada", why="as it was")
        assert (done.proposal, done.lost) == (None, ())
        assert await kept(directory) == then
    last = (await changing.lines("leeds-men"))[-1][1]
    assert (last.who, last.why) == ("Ada", "as it was")


async def test_half_of_an_act_is_never_put_back(small: Directory) -> None:
    past = await lived_through(small)
    changing = Changing(small)
    (number, _), *_ = [one for one in await changing.lines("leeds-men") if one[1].why == "load 1"]
    await changing.put_back("leeds-men", number, at=NOON, who="Ada", why="as it was")
    assert await kept(small) == past[1][1]


async def test_it_says_so_when_nothing_would_change_and_when_there_is_no_such_line(small: Directory) -> None:
    past = await lived_through(small)
    changing = Changing(small)
    for line, told in ((past[-1][0], "already"), (999_999, "no line of its history")):
        with pytest.raises(NotDone, match=told):
            await changing.put_back("leeds-men", line, at=NOON, who="Ada", why="as it was")
    with pytest.raises(NotDone, match="Say why"):
        await changing.put_back("leeds-men", past[0][0], at=NOON, who="Ada", why=" ")
    with pytest.raises(NotDone, match="would tell of a person"):
        await changing.put_back("leeds-men", past[0][0], at=NOON, who="Ada", why="Mr Smith rang")


async def test_a_former_number_comes_back_only_when_another_person_agrees(directory: Directory) -> None:
    await load(directory, 0)
    line = (await Changing(directory).lines("leeds-men"))[-1][0]
    office = {"kind": "phone", "value": "0113 222 5555", "checked": date(2026, 11, 2)}
    await load(directory, 1, contacts=[office], name="Leeds Men's Line")
    (moved,) = await directory.proposals()
    for who in ("Ada", "Ben"):
        await directory.decide(moved.number, approve=True, at=NOON, who=who, tried=date(2026, 11, 23))

    done = await Changing(directory).put_back("leeds-men", line, at=NOON, who="Ada", why="it was a mistake")
    (view,) = (await directory.still_shown(["leeds-men"], NOON)).values()
    assert (view.name, [one.display for one in view.contacts]) == ("Leeds Men", ["0113 222 5555"])
    (proposal,) = await directory.proposals()
    assert (proposal.number, proposal.approved_by, proposal.needed) == (done.proposal, ("Ada",), 2)
    await Proposals(directory.database).approve(proposal.number, who="Ben", at=NOON, tried=date(2026, 11, 23))
    (view,) = (await directory.still_shown(["leeds-men"], NOON)).values()
    assert [one.display for one in view.contacts] == ["0113 222 4444", "hello@leedsmen.org.uk"]


async def test_decisions_suspensions_and_its_wish_not_to_be_listed_are_never_rewound(small: Directory) -> None:
    await load(small, 0, attestations=None, published=False)
    line = (await Changing(small).lines("leeds-men"))[-1][0]
    await load(small, 1, name="Leeds Men's Line", do_not_list=True)
    await Stewarding(small).suspend("leeds-men", at=NOON, who="Ada", why="the number rings out")
    await Changing(small).put_back("leeds-men", line, at=NOON, who="Ada", why="as it was")
    async with small.database.read() as connection:
        rows = (await service_rows(connection, ["leeds-men"]))["leeds-men"]
    service = next(row for row in rows if row.table == "service")
    assert (service.values["name"], service.values["do_not_list"], service.values["published"]) == (
        "Leeds Men",
        True,
        False,
    )
    assert {"attestation", "suspension"} <= {row.table for row in rows}


async def test_what_was_taken_out_of_history_stays_as_it_is_and_is_named(small: Directory) -> None:
    await load(small, 0, workers="Ask for Jonathan.", published=False, attestations=None)
    line = (await Changing(small).lines("leeds-men"))[-1][0]
    await load(small, 1, workers="Ask for anybody.", name="Leeds Men's Line", published=False, attestations=None)
    await small.redact(["Jonathan"], at=NOON, who="Ada", why="it named somebody")
    done = await Changing(small).put_back("leeds-men", line, at=NOON, who="Ada", why="as it was")
    assert (done.written, done.lost) == (1, ("Who he talks to (service)",))
    own = (await kept(small))["service", "leeds-men"]
    assert (own["name"], own["workers"]) == ("Leeds Men", "Ask for anybody.")


async def test_a_way_that_was_tried_since_stays_tried(small: Directory) -> None:
    await load(small, 0)
    line = (await Changing(small).lines("leeds-men"))[-1][0]
    await load(small, 1, name="Leeds Men's Line")
    await Stewarding(small).checked("leeds-men", on=NOON.date(), at=NOON, who="Ada", why="ok", ways=["0113 222 4444"])
    await Changing(small).put_back("leeds-men", line, at=NOON, who="Ada", why="as it was")
    (view,) = (await small.still_shown(["leeds-men"], NOON)).values()
    assert (view.name, view.contacts[0].checked_on) == ("Leeds Men", NOON.date())


async def test_going_back_to_an_organization_with_another_web_address_takes_another_person(small: Directory) -> None:
    others = [
        {"id": "northern-men", "name": "Northern Men", "website": "https://northern.org.uk"},
        {"id": "aire-men", "name": "Aire Men", "website": "https://aire.org.uk"},
    ]
    for minutes, owner in enumerate(("northern-men", "aire-men")):
        document = written(written_service(organization=owner), organizations=others)
        moment = NOON + timedelta(minutes=minutes)
        await small.load_document(document, at=moment, who="Lee", why=f"load {minutes}", apply=True)
    (moved,) = await small.proposals()
    for who in ("Ada", "Ben"):
        await small.decide(moved.number, approve=True, at=NOON + timedelta(minutes=2), who=who)
    (line, _), *_ = [one for one in await Changing(small).lines("leeds-men") if one[1].why == "load 0"]
    done = await Changing(small).put_back("leeds-men", line, at=NOON, who="Ada", why="it was a mistake")
    (proposal,) = await small.proposals()
    assert (done.written, done.proposal, proposal.needed) == (0, proposal.number, 2)
    assert [(one.field, one.after) for one in proposal.fields] == [("organization_id", "northern-men")]
