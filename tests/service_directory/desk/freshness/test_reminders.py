"""Services are asked whether their entries are still right: once at each step, and no more once they have answered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from service_directory.changes import Change, Row
from service_directory.desk.keeping import desk_database
from service_directory.desk.links import Links
from service_directory.desk.reports import ReportKind, Reports
from service_directory.desk.silence import unreached
from service_directory.desk.tables import AccountRow, ReminderRow
from service_directory.importing.proposals import THE_SERVICE
from service_directory.model import ServiceRow
from service_directory.months import months_after
from service_directory.store import Directory
from tests.service_directory.desk.freshness.conftest import HEARD, World, noon
from tests.support.services import written_attestations

FIRST, AGAIN = date(2026, 6, 2), date(2026, 6, 23)
SAM = "sam@leedsmen.org.uk"


def days(number: int) -> timedelta:
    return timedelta(days=number)


async def test_a_service_is_asked_after_three_months_and_once_more_three_weeks_later(world: World) -> None:
    await world.add("leeds-men", SAM)
    reminders = world.reminders()
    assert await reminders.ask(noon(FIRST - days(1))) == 0
    assert await reminders.ask(noon(FIRST)) == 1
    assert await reminders.ask(noon(FIRST)) == 0
    assert await reminders.ask(noon(AGAIN - days(1))) == 0
    assert await reminders.ask(noon(AGAIN)) == 1
    for later in (AGAIN, AGAIN + days(100), AGAIN + days(400)):
        assert await reminders.ask(noon(later)) == 0
    assert await world.letters() == [("reminder_first", SAM, "leeds-men"), ("reminder_again", SAM, "leeds-men")]


async def test_who_was_asked_late_is_asked_again_three_weeks_after_that(light: World) -> None:
    await light.add("leeds-men", SAM)
    late = FIRST + days(60)
    assert await light.reminders().ask(noon(late)) == 1
    assert await light.reminders().ask(noon(late + days(20))) == 0
    assert await light.reminders().ask(noon(late + days(21))) == 1


async def test_who_has_answered_is_asked_again_only_three_months_after_that(world: World) -> None:
    await world.add("leeds-men", SAM)
    await world.reminders().ask(noon(FIRST))
    answered = FIRST + days(5)
    await world.answer("leeds-men", answered)
    assert await world.reminders().ask(noon(AGAIN)) == 0
    assert await world.reminders().ask(noon(months_after(answered, 3) - days(1))) == 0
    assert await world.reminders().ask(noon(months_after(answered, 3))) == 1


async def test_the_link_in_the_letter_is_that_address_own_way_to_the_entry(light: World) -> None:
    await light.add("leeds-men", SAM, "ada@leedsmen.org.uk")
    await light.reminders().ask(noon(FIRST))
    links = Links(light.database, "a secret of the tests, which is long enough")
    tokens = [re.findall(r"/link/(\S+)", words)[0] for words in await light.words()]
    spent = [await links.spend(token, noon(FIRST + days(13))) for token in tokens]
    assert [(link.purpose, link.subject) for link in spent if link] == [("entry", 1), ("entry", 2)]
    assert await links.spend(tokens[0], noon(FIRST + days(13))) is None


async def test_an_address_that_keeps_several_entries_is_written_to_once_about_them_all(world: World) -> None:
    await world.add("leeds-men", SAM, name="Leeds Men")
    await world.add("york-men", SAM.upper().replace("ORG.UK", "org.uk"), name="York Men")
    await world.add("hull-men", SAM, "hull@leedsmen.org.uk", name="Hull Men")
    assert await world.reminders().ask(noon(FIRST)) == 3
    letters = await world.letters()
    assert sorted(about for _, _, about in letters) == ["", "hull-men", "hull-men"]
    (both,) = [words for words in await world.words() if "York Men" in words]
    assert "Leeds Men (last heard of on 2 March 2026)" in both
    assert "Hull Men" not in both


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "closed"},
        {"status": "paused"},
        {"published": False},
        {"hold": "moving house"},
        {"do_not_list": True},
        {"serves_men": "women_only"},
        {"perpetrator_service": True},
    ],
)
async def test_nobody_is_asked_about_an_entry_that_is_not_on_offer(light: World, changes: dict[str, Any]) -> None:
    await light.add("leeds-men", SAM, **changes)
    assert await light.reminders().ask(noon(FIRST)) == 0
    assert await unreached(light.database, noon(FIRST)) == ()


async def test_made_up_services_are_never_written_to(light: World) -> None:
    await light.add("leeds-men", SAM)
    async with light.database.write() as connection:
        await connection.execute(update(ServiceRow).values(example=True))
    assert await light.reminders().ask(noon(FIRST)) == 0
    assert await light.reminders().warn_of_lapses(noon(HEARD + days(1085))) == 0


async def test_who_has_sent_in_a_change_has_answered_until_it_is_decided(light: World) -> None:
    await light.add("leeds-men", SAM)
    row = Row("service", "leeds-men", "leeds-men", {})
    change = Change("update", row, (("description", "Someone to talk to in Leeds.", "Somebody to talk to."),))
    number = await light.directory.propose(
        "leeds-men", [change], at=noon(FIRST - days(2)), who="the service", why="ours", source=THE_SERVICE
    )
    assert await light.reminders().ask(noon(FIRST)) == 0
    assert number is not None
    await light.directory.decide(number, approve=False, at=noon(FIRST), who="Ada", why="it says less")
    assert await light.reminders().ask(noon(FIRST + days(1))) == 1


async def test_who_was_never_decided_on_is_asked_three_months_after_it_was_published(light: World) -> None:
    await light.add("leeds-men", SAM, attestations=[])
    assert await light.reminders().ask(noon(FIRST - days(1))) == 0
    assert await light.reminders().ask(noon(FIRST)) == 1


async def test_where_there_is_nobody_to_ask_stewards_are_told_instead(world: World) -> None:
    await world.add("leeds-men")
    assert await world.reminders().ask(noon(FIRST)) == 0
    assert await unreached(world.database, noon(FIRST - days(1))) == ()
    (duty,) = await unreached(world.database, noon(FIRST))
    assert (duty.kind, duty.service_id, duty.on) == ("nobody_to_ask", "leeds-men", FIRST)
    assert duty.says == (
        "Nobody said since 2 March 2026 that its entry is still right, and no address is known to ask."
    )


async def test_nothing_is_sent_where_mail_came_back_and_stewards_are_told(world: World) -> None:
    await world.add("leeds-men", SAM, "ada@leedsmen.org.uk")
    await world.bounce(SAM, FIRST - days(1))
    await world.reminders().ask(noon(FIRST))
    assert [to for _, to, _ in await world.letters()] == ["ada@leedsmen.org.uk"]
    (duty,) = await unreached(world.database, noon(FIRST))
    assert (duty.kind, duty.on) == ("bounced", FIRST - days(1))
    assert duty.says == f"Mail to {SAM} came back on 1 June 2026. Nothing more is sent there."
    await world.bounce("ada@leedsmen.org.uk", AGAIN)
    assert await world.reminders().ask(noon(AGAIN)) == 0


async def test_of_several_processes_at_once_one_asks(world: World) -> None:
    for number in range(5):
        await world.add(f"leeds-{number}", f"{number}@leedsmen.org.uk")
    asked = await asyncio.gather(*(world.reminders().ask(noon(FIRST)) for _ in range(3)))
    assert sum(asked) == 5
    assert len(await world.letters()) == 5


async def test_who_answers_while_the_letters_are_being_written_gets_none(
    light: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await light.add("leeds-men", SAM)
    from service_directory.desk import reminders

    looked = reminders._due

    async def answered_meanwhile(connection: Any, today: date) -> Any:
        return await looked(connection, today)

    async def due_then_answered(connection: Any, today: date) -> Any:
        found = await answered_meanwhile(connection, today)
        await light.answer("leeds-men", FIRST)
        return found

    monkeypatch.setattr(reminders, "_due", due_then_answered)
    assert await light.reminders().ask(noon(FIRST)) == 0
    assert await light.letters() == []


async def test_what_runs_out_is_told_once_for_each_day_on_which_something_does(world: World) -> None:
    ends = date(2026, 12, 31)
    await world.add("leeds-men", SAM, attestations=written_attestations(valid_until=ends))
    await world.add("york-men", attestations=written_attestations(valid_until=ends))
    reminders = world.reminders()
    assert await reminders.warn_of_lapses(noon(ends - days(61))) == 0
    assert await reminders.warn_of_lapses(noon(ends - days(60))) == 1
    assert await reminders.warn_of_lapses(noon(ends - days(3))) == 0
    assert await reminders.warn_of_lapses(noon(ends + days(1))) == 0
    assert await world.letters() == [("lapsing", SAM, "leeds-men")]
    (words,) = await world.words()
    assert "- AE, access and engagement" in words
    assert "- SD, service delivery" in words
    assert "31 December 2026 is its last day" in " ".join(words.split())


async def test_a_decision_that_a_newer_one_replaced_is_not_told_of(light: World) -> None:
    ends = date(2026, 12, 31)
    old, new = (written_attestations(valid_until=day) for day in (ends, ends + days(300)))
    for one in new:
        one["decided"] = one["valid_from"] = date(2026, 9, 1)
    refused = {**new[1], "outcome": "not_met", "essential": None}
    decided = [*old, new[0], {name: value for name, value in refused.items() if value is not None}]
    await light.add("leeds-men", SAM, on=date(2026, 9, 1), attestations=decided)
    assert await light.reminders().warn_of_lapses(noon(ends - days(3))) == 0


async def test_stewards_and_leads_are_told_every_week_what_waits(world: World) -> None:
    await world.add("leeds-men", SAM)
    await world.bounce(SAM, FIRST)
    await Reports(world.database).add("leeds-men", ReportKind.CLOSED, noon(FIRST))
    joined = {"joined_at": noon(HEARD), "invited_at": noon(HEARD), "invited_by": "Ada"}
    people = [
        ("Ada", "ada@directory.example", {"roles": "lead,editor"} | joined),
        ("Bob", "bob@directory.example", {"roles": "editor"} | joined),
        ("Cy", "cy@directory.example", {"roles": "steward"} | joined | {"closed_at": noon(HEARD)}),
        ("Di", "di@directory.example", {"roles": "steward"} | joined | {"joined_at": None}),
        ("Ed", "ed@directory.example", {"roles": "steward"} | joined),
    ]
    async with world.database.write() as connection:
        for name, email, values in people:
            row = {"name": name, "name_key": name, "email": email, "email_key": email, **values}
            await connection.execute(insert(AccountRow).values(row))
    assert await world.reminders().tell_stewards(noon(AGAIN)) == 2
    # Begun again after it was stopped just before its end, it tells nobody twice.
    assert await world.reminders().tell_stewards(noon(AGAIN)) == 0
    assert [to for _, to, _ in await world.letters()] == ["ada@directory.example", "ed@directory.example"]
    words = (await world.words())[0]
    assert "- Services that nobody tried to reach: 1" in words
    assert "- Addresses from which mail came back: 1" in words
    assert "- Reports from people who were shown a service: 1" in words


# --- whatever happens, and whenever


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, World]]:
    """A world for many lives of services, one after the other."""
    with asyncio.Runner() as runner:
        directory = runner.run(_opened(tmp_path_factory.mktemp("years")))
        yield runner, World(directory, runner.run(desk_database(directory)))
        runner.run(directory.close())


async def _opened(folder: Path) -> Directory:
    return await Directory.open(f"sqlite:///{folder / 'years.db'}")


LIVES = st.lists(st.tuples(st.integers(1, 130), st.sampled_from(["silent"] * 4 + ["answers"])), max_size=8)
_lives = iter(range(1_000_000))


@settings(max_examples=12)
@given(LIVES)
def test_nobody_is_asked_twice_at_one_step_nor_after_answering_and_after_twelve_silent_months_none_is_shown(
    years: tuple[asyncio.Runner, World], life: list[tuple[int, str]]
) -> None:
    runner, world = years
    runner.run(_lived(world, f"leeds-{next(_lives)}", life))


async def _lived(world: World, service_id: str, life: list[tuple[int, str]]) -> None:
    await world.add(service_id, f"{service_id}@leedsmen.org.uk")
    today, heard, steps = HEARD, HEARD, list[tuple[date, str]]()
    for passing, what in [*life, (1, "silent")]:
        today += days(passing)
        before = len(await world.letters())
        await asyncio.gather(world.reminders().ask(noon(today)), world.reminders().ask(noon(today)))
        new = [kind for kind, _, about in (await world.letters())[before:] if about == service_id]
        assert not new or today >= months_after(heard, 3)
        steps += [(heard, kind) for kind in new]
        await world.tried(service_id, today)
        shown = await world.directory.still_shown([service_id], noon(today))
        assert bool(shown) == (today < months_after(heard, 12))
        if what == "answers":
            await world.answer(service_id, today)
            heard = today
            assert await world.directory.still_shown([service_id], noon(today))
    assert len(steps) == len(set(steps))
    async with world.database.write() as connection:
        kept = await connection.scalars(select(ReminderRow.stage).where(ReminderRow.service_id == service_id))
        assert len(list(kept)) == len(steps)
        # Its life is over, so that the next one's letters are all that is written.
        await connection.execute(update(ServiceRow).where(ServiceRow.id == service_id).values(status="closed"))
