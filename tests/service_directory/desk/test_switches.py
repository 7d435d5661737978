"""What is switched off stays off until somebody switches it on, and both are in the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from service_directory.desk.keeping import desk_database
from service_directory.desk.switches import BOT, AlreadySwitched, Switch, Switches, lifeline_switch
from service_directory.desk.tables import LogRow
from service_directory.store import Directory

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def switches_of(directory: Directory) -> Switches:
    return Switches(await desk_database(directory))


async def logged(directory: Directory) -> list[tuple[str, str, str]]:
    async with directory.database.read() as connection:
        rows = (await connection.execute(sa.select(LogRow.__table__).order_by(LogRow.id))).all()
    return [(row.who, row.what, row.about) for row in rows]


async def test_at_first_nothing_is_off(directory: Directory) -> None:
    assert await (await switches_of(directory)).all() == ()


async def test_what_is_off_says_since_when_by_whom_and_why(directory: Directory) -> None:
    switches = await switches_of(directory)
    await switches.off(BOT, message="We are back at noon.", why="wrong numbers", who="Ann Lead", at=NOON)
    await switches.off(lifeline_switch("galop"), message="", why="nobody answers", who="Ben Lead", at=NOON)
    assert await switches.all() == (
        Switch("bot", "We are back at noon.", "wrong numbers", "Ann Lead", NOON),
        Switch("lifeline:galop", "", "nobody answers", "Ben Lead", NOON),
    )
    assert [switch.lifeline for switch in await switches.all()] == [None, "galop"]


async def test_what_is_on_again_leaves_only_the_log(directory: Directory) -> None:
    switches = await switches_of(directory)
    await switches.off(BOT, message="Soon.", why="a trial", who="Ann Lead", at=NOON)
    await switches.on(BOT, who="Ben Lead", at=NOON + timedelta(minutes=5))
    assert await switches.all() == ()
    assert await logged(directory) == [
        ("Ann Lead", "switched off", "bot: a trial"),
        ("Ben Lead", "switched on", "bot"),
    ]


async def test_of_two_leads_the_second_is_told_and_the_first_ones_words_stand(directory: Directory) -> None:
    switches = await switches_of(directory)
    await switches.off(BOT, message="The first.", why="one", who="Ann Lead", at=NOON)
    with pytest.raises(AlreadySwitched):
        await switches.off(BOT, message="The second.", why="two", who="Ben Lead", at=NOON)
    assert [switch.message for switch in await switches.all()] == ["The first."]
    await switches.on(BOT, who="Ann Lead", at=NOON)
    with pytest.raises(AlreadySwitched):
        await switches.on(BOT, who="Ben Lead", at=NOON)
    assert len(await logged(directory)) == 2
