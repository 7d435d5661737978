"""Work that comes due is done once, by whichever process is there; what was stopped or failed is done later."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from service_directory.database import Database
from service_directory.desk.keeping import desk_database
from service_directory.desk.schedule import AGAIN_AFTER, HELD_FOR, Job, Schedule, daily, weekly
from service_directory.desk.tables import JobRow
from service_directory.store import Directory

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVERY_MORNING = daily(time(9))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def database(directory: Directory) -> Database:
    return await desk_database(directory)


@pytest.fixture
async def light(small: Directory) -> Database:
    return await desk_database(small)


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Work:
    """Notes when it was done; `fails` so many times first."""

    def __init__(self, fails: int = 0) -> None:
        self.done: list[datetime] = []
        self.fails = fails

    async def __call__(self, at: datetime) -> None:
        await asyncio.sleep(0.01)
        if self.fails:
            self.fails -= 1
            raise RuntimeError("hello@leedsmen.org.uk refused")
        self.done.append(at)


def schedule(database: Database, clock: Clock, work: Work, name: str = "ask") -> Schedule:
    return Schedule(database, [Job(name, EVERY_MORNING, work)], clock=clock)


async def test_of_three_schedules_over_one_database_one_does_the_work(database: Database, clock: Clock) -> None:
    work = Work()
    done = await asyncio.gather(*(schedule(database, clock, work).run_due() for _ in range(3)))
    assert sorted(done) == [(), (), ("ask",)]
    assert work.done == [NOON]
    assert await schedule(database, clock, work).run_due() == ()


async def test_it_is_done_again_when_it_comes_due_again_and_once_for_all_that_was_missed(
    database: Database, clock: Clock
) -> None:
    work = Work()
    await schedule(database, clock, work).run_due()
    clock.now = datetime(2026, 11, 24, 8, 59, tzinfo=UTC)
    assert await schedule(database, clock, work).run_due() == ()
    clock.now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert await schedule(database, clock, work).run_due() == ("ask",)
    clock.now = NOON + timedelta(days=30)
    assert await schedule(database, clock, work).run_due() == ("ask",)
    assert await schedule(database, clock, work).run_due() == ()


async def test_a_job_that_fails_is_told_of_without_its_words_and_tried_again(
    light: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    work = Work(fails=1)
    mine = schedule(light, clock, work)
    assert await mine.run_due() == ()
    assert "The job ask failed (RuntimeError); it is tried again." in caplog.text
    assert "leedsmen" not in caplog.text
    assert await mine.run_due() == ()
    clock.now += AGAIN_AFTER
    assert await mine.run_due() == ("ask",)


async def test_one_job_that_fails_does_not_hold_up_the_next(light: Database, clock: Clock) -> None:
    good = Work()
    jobs = [Job("bad", EVERY_MORNING, Work(fails=1)), Job("good", EVERY_MORNING, good)]
    assert await Schedule(light, jobs, clock=clock).run_due() == ("good",)


async def test_what_a_process_was_doing_when_it_died_is_done_by_another_in_the_end(
    database: Database, clock: Clock
) -> None:
    work = Work()
    assert await schedule(database, clock, work)._take("ask", EVERY_MORNING(NOON))
    clock.now += HELD_FOR - timedelta(seconds=1)
    assert await schedule(database, clock, work).run_due() == ()
    clock.now += timedelta(seconds=1)
    assert await schedule(database, clock, work).run_due() == ("ask",)


async def test_what_is_stopped_in_the_middle_is_begun_again_at_once_by_whoever_starts_next(
    light: Database, clock: Clock
) -> None:
    begun = asyncio.Event()

    async def never_ends(at: datetime) -> None:
        begun.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(Schedule(light, [Job("ask", EVERY_MORNING, never_ends)], clock=clock).run_due())
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await schedule(light, clock, Work()).run_due() == ("ask",)


async def test_who_lost_a_job_meanwhile_does_not_say_that_it_is_done(light: Database, clock: Clock) -> None:
    slow, quick = schedule(light, clock, Work()), schedule(light, clock, Work())
    assert await slow._take("ask", "2026-11-23")
    clock.now += HELD_FOR
    assert await quick._take("ask", "2026-11-23")
    await slow._let_go("ask", done_for="2026-11-23")
    async with light.read() as connection:
        (row,) = await connection.execute(select(JobRow.__table__))
    assert (row.done_for, row.holder) == ("", quick._me)


async def test_a_clock_that_is_a_little_behind_does_nothing_twice(light: Database, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    work = Work()
    assert await schedule(light, clock, work).run_due() == ("ask",)
    clock.now -= timedelta(seconds=2)
    assert await schedule(light, clock, work).run_due() == ()


async def test_an_operator_is_told_which_jobs_are_behind(light: Database, clock: Clock) -> None:
    mine = schedule(light, clock, Work())
    (before,) = await mine.standing()
    assert (before.name, before.done_for, before.due_for, before.is_behind) == ("ask", "", "2026-11-23", True)
    await mine.run_due()
    (after,) = await mine.standing()
    assert (after.done_for, after.is_behind) == ("2026-11-23", False)


def test_times_are_those_of_london_in_summer_and_in_winter() -> None:
    assert EVERY_MORNING(datetime(2026, 7, 1, 7, 59, tzinfo=UTC)) == "2026-06-30"
    assert EVERY_MORNING(datetime(2026, 7, 1, 8, 0, tzinfo=UTC)) == "2026-07-01"
    assert EVERY_MORNING(datetime(2026, 12, 1, 8, 59, tzinfo=UTC)) == "2026-11-30"
    monday = weekly(0, time(8))
    assert monday(datetime(2026, 11, 23, 7, 59, tzinfo=UTC)) == "2026-11-16"
    assert monday(datetime(2026, 11, 23, 8, 0, tzinfo=UTC)) == "2026-11-23"
    assert monday(datetime(2026, 11, 29, 23, 0, tzinfo=UTC)) == "2026-11-23"


@given(MOMENTS, MOMENTS)
def test_later_times_never_have_earlier_names(one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    for due in (EVERY_MORNING, weekly(0, time(8)), weekly(6, time(23, 30))):
        assert due(first) <= due(second)


ONE_PROCESS = """
import asyncio, sys
from datetime import UTC, datetime, time
from pathlib import Path
from service_directory.desk.keeping import desk_database
from service_directory.desk.schedule import Job, Schedule, daily
from service_directory.store import Directory

async def main():
    directory = await Directory.open(sys.argv[1])
    database = await desk_database(directory)
    done = Path(sys.argv[2])

    async def work(at):
        with done.open("a") as file:
            file.write("done\\n")
        await asyncio.sleep(0.3)

    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    await Schedule(database, [Job("ask", daily(time(9)), work)], clock=lambda: now).run_due()
    await directory.close()

asyncio.run(main())
"""


async def test_three_processes_that_start_at_once_do_it_once(light: Database, small: Directory, tmp_path: Path) -> None:
    url = f"sqlite:///{small.database.writing.url.database}"
    done = tmp_path / "done"
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", ONE_PROCESS, url, str(done)) for _ in range(3)
    ]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    assert done.read_text() == "done\n"
