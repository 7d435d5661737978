"""The desk while the program serves: its letters leave by themselves, and the doctor says when they do not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, select, update

from bot.cli import main
from bot.desk import desk_of
from bot.desk_doctor import desk_findings
from bot.desk_work import at_work, jobs_of
from bot.rooms import Rooms, opened
from bot.settings import Settings
from service_directory.desk.desk import Desk
from service_directory.desk.schedule import Schedule
from service_directory.desk.tables import JobRow, KeeperRow, MailRow
from tests.support.mailbox import Mailbox, mailbox
from tests.support.patience import PATIENCE
from tests.support.processes import running, stopped
from tests.support.services import written, written_service

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@asynccontextmanager
async def rooms_with(home: Path, clock: Clock, **variables: str) -> AsyncIterator[tuple[Rooms, Desk]]:
    given = {f"FINGERPOST_{name}": value for name, value in {"HOME": str(home), **variables}.items()}
    async with opened(Settings.read(given), clock=clock, examples=False) as rooms:
        yield rooms, await desk_of(rooms.settings, rooms.own, rooms.areas, clock)


async def told(rooms: Rooms, at: datetime = NOON) -> list[tuple[bool, str]]:
    return [finding async for finding in desk_findings(rooms, at)]


async def send(desk: Desk) -> None:
    letter = desk.letters.weekly(counts={}, link="https://desk.example/desk/")
    await desk.post.send(None, kind="weekly", to="sam@directory.example", letter=letter)


async def arrived(box: Mailbox, number: int) -> None:
    async with asyncio.timeout(PATIENCE):
        await box.has(number)


async def test_letters_leave_by_themselves_while_the_program_serves(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk_work.SEND_EVERY", timedelta(seconds=0.05))
    async with mailbox() as box, rooms_with(tmp_path, clock, SMTP_URL=box.url) as (rooms, desk), at_work(rooms, clock):
        await send(desk)
        await arrived(box, 1)
        await send(desk)
        await arrived(box, 2)
    assert [letter["To"] for letter in box.letters] == ["sam@directory.example"] * 2


async def test_a_service_that_was_silent_gets_its_letter_from_the_running_program(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk_work.SEND_EVERY", timedelta(seconds=0.05))
    public = {"PUBLIC_URL": "https://chat.directory.example"}
    async with mailbox() as box, rooms_with(tmp_path, clock, SMTP_URL=box.url, **public) as (rooms, desk):
        await rooms.own.load_document(
            written(written_service(assured=datetime(2026, 8, 1).date())),  # noqa: DTZ001
            at=NOON,
            who="Sam",
            why="new",
            apply=True,
        )
        await add_keeper(desk)
        async with at_work(rooms, clock):
            await arrived(box, 1)
    (letter,) = box.letters
    assert letter["Subject"] == "Your listing: is it still right?"
    body = letter.get_body(("plain",))
    assert body is not None
    assert "https://chat.directory.example/desk/link/" in body.get_content()


async def test_services_are_not_written_to_while_links_would_lead_to_this_machine_alone(
    tmp_path: Path, clock: Clock
) -> None:
    async with rooms_with(tmp_path, clock) as (_, desk):
        assert [job.name for job in jobs_of(desk, mails=True)] == ["stewards", "tidy"]


async def add_keeper(desk: Desk) -> None:
    row = {"service_id": "leeds-men", "email": "sam@leedsmen.org.uk", "email_key": "sam@leedsmen.org.uk"}
    async with desk.database.write() as connection:
        await connection.execute(insert(KeeperRow).values(**row, added_at=NOON, added_by="Ada"))


async def test_a_fault_of_ours_is_told_of_and_what_failed_is_tried_again(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.desk_work.SEND_EVERY", timedelta(seconds=0.01))
    again = asyncio.Event()
    calls: list[int] = []

    async def fails(self: Any) -> int:
        calls.append(1)
        if len(calls) > 1:
            again.set()
        raise RuntimeError("to sam@directory.example")

    monkeypatch.setattr("bot.desk_work.Sender.send_due", fails)
    url = "smtp://localhost?from=d@a.example"
    async with rooms_with(tmp_path, clock, SMTP_URL=url) as (rooms, _), at_work(rooms, clock):
        await again.wait()
    assert "A letter failed (RuntimeError" in caplog.text
    assert "sam@" not in caplog.text


async def test_without_a_mail_server_nobody_is_written_to_and_old_links_are_still_forgotten(
    tmp_path: Path, clock: Clock
) -> None:
    async with rooms_with(tmp_path, clock) as (rooms, desk):
        assert [job.name for job in jobs_of(desk, mails=False)] == ["tidy"]
        token = await desk.links.make("sign_in", 1, NOON - timedelta(days=3), timedelta(minutes=15))
        await Schedule(desk.database, jobs_of(desk, mails=False), clock=clock).run_due()
        async with desk.database.read() as connection:
            assert await connection.scalar(select(JobRow.done_for)) == "2026-11-23"
        assert await desk.links.look(token, NOON - timedelta(days=3)) is None
        assert await told(rooms) == [
            (
                False,
                "FINGERPOST_SMTP_URL is not set: services are not asked whether their entries are still right, and "
                "whoever wants to sign in at the desk needs a link from 'fingerpost desk invite'.",
            )
        ]


async def test_where_people_could_be_listened_to_there_is_no_desk_and_nothing_of_it_runs(
    tmp_path: Path, clock: Clock
) -> None:
    async with rooms_with(tmp_path, clock, HOST="0.0.0.0") as (rooms, _), at_work(rooms, clock):
        ((stops, words),) = await told(rooms)
    assert not stops
    assert words.startswith("There is no desk")


async def test_the_doctor_finds_nothing_wrong_with_mail_that_leaves(tmp_path: Path, clock: Clock) -> None:
    async with mailbox() as box, rooms_with(tmp_path, clock, SMTP_URL=box.url) as (rooms, _):
        assert await told(rooms) == []


async def test_the_doctor_names_a_mail_server_that_is_not_there_and_letters_that_wait_or_were_given_up(
    tmp_path: Path, clock: Clock
) -> None:
    async with mailbox() as box:
        url = box.url
    async with rooms_with(tmp_path, clock, SMTP_URL=url) as (rooms, desk):
        await send(desk)
        assert [stops for stops, _ in await told(rooms)] == [True]
        (gone, stuck) = await told(rooms, NOON + timedelta(hours=7))
        assert gone[1].startswith("FINGERPOST_SMTP_URL: no letter can be sent by 127.0.0.1: it cannot be reached")
        assert stuck == (
            True,
            "A letter of the desk's waits for more than 6 hours: nobody has tried; is 'fingerpost run' running?",
        )
        await send(desk)
        async with desk.database.write() as connection:
            await connection.execute(update(MailRow).values(trouble="450 busy"))
        assert (await told(rooms, NOON + timedelta(hours=7)))[1][1].startswith("2 of the desk's letters wait")
        async with desk.database.write() as connection:
            await connection.execute(update(MailRow).values(state="failed"))
        assert (await told(rooms, NOON + timedelta(hours=7)))[1:] == [
            (False, "2 of the desk's letters of the last 30 days could not be sent and were given up.")
        ]


async def test_the_doctor_notices_that_the_work_was_done_once_and_is_done_no_more(tmp_path: Path, clock: Clock) -> None:
    async with rooms_with(tmp_path, clock) as (rooms, desk):
        await Schedule(desk.database, jobs_of(desk, mails=False), clock=clock).run_due()
        assert [stops for stops, _ in await told(rooms, NOON + timedelta(days=1))] == [False]
        late = (await told(rooms, NOON + timedelta(days=3)))[-1]
    assert late == (True, "The desk's work is not done (tidy). It is while 'fingerpost run' runs.")


def fingerpost(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), env={"FINGERPOST_HOME": str(home)})


def test_an_operator_notes_an_address_that_mail_came_back_from(tmp_path: Path) -> None:
    async def prepared() -> None:
        async with rooms_with(tmp_path, Clock()) as (rooms, desk):
            await rooms.own.load_document(written(), at=NOON, who="Sam", why="new", apply=True)
            await add_keeper(desk)

    asyncio.run(prepared())
    first = fingerpost(tmp_path, "desk", "bounced", "Sam@leedsmen.org.uk")
    assert first.output == ("Sam@leedsmen.org.uk is not written to until a steward has looked. It keeps: leeds-men.\n")
    again = fingerpost(tmp_path, "desk", "bounced", "sam@leedsmen.org.uk")
    assert again.exit_code == 1
    assert "is not among the addresses of services" in again.output
    back = fingerpost(tmp_path, "desk", "bounced", "sam@leedsmen.org.uk", "--reaches-again")
    assert back.output == "sam@leedsmen.org.uk is written to again. It keeps: leeds-men.\n"


async def test_a_mail_server_that_hangs_does_not_hold_up_the_end_of_the_program(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk_work.STOP_WITHIN", timedelta(seconds=0.2))
    async with mailbox() as box, rooms_with(tmp_path, clock, SMTP_URL=box.url) as (rooms, desk):
        box.hangs = True
        await send(desk)
        async with at_work(rooms, clock):
            async with asyncio.timeout(PATIENCE):
                await box.asked.wait()
        async with desk.database.read() as connection:
            assert await connection.scalar(select(MailRow.state)) == "waiting"


async def test_the_program_as_an_operator_runs_it_sends_what_is_queued_and_stops_when_told(
    tmp_path: Path, clock: Clock
) -> None:
    clock.now = datetime.now(UTC)
    async with mailbox() as box, running(tmp_path, SMTP_URL=box.url) as (process, _):
        async with rooms_with(tmp_path, clock, SMTP_URL=box.url) as (_, desk):
            await send(desk)
        await arrived(box, 1)
        code, said = await stopped(process)
    assert code == 0
    assert "sam@" not in said
