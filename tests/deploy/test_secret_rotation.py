"""When FINGERPOST_SECRET changes, conversations begin anew and second factors are set up again; all else stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyotp
import pytest

from bot.desk import desk_of
from bot.rooms import Rooms, opened
from service_directory.desk.accounts import Accounts
from service_directory.desk.second_factor import Outcome, SecondFactor
from service_directory.rows import whole_services
from tests.support.released import CHAT, SECRET, SERVICES, lived_in, settings_of
from tests.support.world import Clock, Phone

NEW = "another secret, which nobody had before today"


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    await lived_in(tmp_path)
    return tmp_path


async def step_of(phone: Phone) -> str:
    return "/".join(await phone.rooms.conversation.place(phone.address))


async def directory_of(rooms: Rooms) -> list[tuple[str, int]]:
    """Every service, with how many lines its history has."""
    async with rooms.own.database.read() as connection:
        services = await whole_services(connection)
    assert len(services) == SERVICES
    return [(one.name, len(await rooms.own.history(one.id))) for one in services]


async def test_a_man_in_the_middle_is_a_stranger_under_a_new_secret_and_the_directory_is_whole(home: Path) -> None:
    clock = Clock()
    before = settings_of(home)
    async with opened(before, clock=clock, serving=True) as rooms:
        under_the_old = await step_of(Phone(rooms, clock, chat=CHAT))
        directory = await directory_of(rooms)
        published = await rooms.publications.history()
    async with opened(replace(before, secret=NEW), clock=clock, serving=True) as rooms:
        phone = Phone(rooms, clock, chat=CHAT)
        assert await step_of(phone) != under_the_old
        assert await directory_of(rooms) == directory
        assert await rooms.publications.history() == published
        await phone.commands("start")
        await phone.taps("Yes")
        assert await step_of(phone) == under_the_old
        await rooms.conversation.sweep()


async def test_who_works_at_the_desk_is_reset_and_joins_again(home: Path) -> None:
    clock = Clock()
    async with opened(settings_of(home), clock=clock) as rooms:
        desk = await desk_of(rooms.settings, rooms.own, rooms.areas, clock)
        (lee,) = await Accounts(desk.database, SECRET).all()

        async def joins(factor: SecondFactor) -> Outcome:
            await factor.begin(lee.number)
            enrolment = await factor.enrolment(lee.number, issuer="x")
            assert enrolment is not None
            code = pyotp.TOTP(enrolment.key.replace(" ", "")).at(clock())
            return await factor.join(lee.number, code, clock())

        assert await joins(SecondFactor(desk.database, SECRET)) is Outcome.RIGHT
        renewed = SecondFactor(desk.database, NEW)
        clock.forward(minutes=2)
        assert await renewed.prove(lee.number, "123456", clock()) is Outcome.LOST
        await Accounts(desk.database, NEW).reset(lee.number, who="Ann", at=clock())
        assert await joins(renewed) is Outcome.RIGHT
