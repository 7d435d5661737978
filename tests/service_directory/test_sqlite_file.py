"""Transactions that are plain functions: what is kept of them, whoever else waits at the same moment."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_directory.database import Database, DatabaseError
from service_directory.sqlite_file import TOGETHER, SqliteFile

Work = Callable[[sqlite3.Connection], int]


class Refused(Exception):
    """What a transaction raises that wants nothing kept."""


@contextlib.asynccontextmanager
async def opened(path: Path) -> AsyncIterator[SqliteFile]:
    database = Database.at(f"sqlite:///{path}", name="session", migrations=path.parent)
    file = SqliteFile(database)
    try:
        await file.write(lambda connection: connection.execute("CREATE TABLE IF NOT EXISTS kept (number UNIQUE)"))
        yield file
    finally:
        await file.close()
        await database.close()


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[SqliteFile]:
    async with opened(tmp_path / "a.sqlite") as file:
        yield file


def kept(number: int) -> Work:
    def work(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO kept VALUES (?)", (number,))
        return number

    return work


def refused(number: int) -> Work:
    def work(connection: sqlite3.Connection) -> int:
        kept(number)(connection)
        raise Refused(number)

    return work


def broken(number: int) -> Work:
    def work(connection: sqlite3.Connection) -> int:
        kept(number)(connection)
        return kept(number)(connection)

    return work


async def numbers(file: SqliteFile) -> list[int]:
    return [n for (n,) in await file.read(lambda c: c.execute("SELECT number FROM kept ORDER BY rowid").fetchall())]


@contextlib.asynccontextmanager
async def held_up(file: SqliteFile) -> AsyncIterator[None]:
    """While inside, the thread that writes is at work: what is asked for waits, and is carried out together after."""
    begun, go_on = Event(), Event()

    def wait(_: sqlite3.Connection) -> None:
        begun.set()
        go_on.wait()

    waiting = asyncio.create_task(file.write(wait))
    await asyncio.to_thread(begun.wait)
    try:
        yield
    finally:
        go_on.set()
        await waiting


async def together(file: SqliteFile, *works: Work) -> list[object]:
    """What becomes of transactions that wait at the same moment."""
    async with held_up(file):
        asked = [asyncio.create_task(file.write(work)) for work in works]
        await asyncio.sleep(0)
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_those_who_wait_are_committed_together_and_each_gets_his_own_answer(file: SqliteFile) -> None:
    ran: list[str] = []
    await file.write(lambda connection: connection.set_trace_callback(ran.append))
    ran.clear()
    assert await together(file, *map(kept, range(5))) == [0, 1, 2, 3, 4]
    # The first of all, which held the others up, was committed alone.
    assert ran.count("COMMIT") == 1 + 1
    assert await numbers(file) == [0, 1, 2, 3, 4]


async def test_no_more_are_committed_together_than_the_first_can_wait_for(file: SqliteFile) -> None:
    ran: list[str] = []
    await file.write(lambda connection: connection.set_trace_callback(ran.append))
    ran.clear()
    assert await together(file, *map(kept, range(2 * TOGETHER + 1))) == [*range(2 * TOGETHER + 1)]
    assert ran.count("COMMIT") == 1 + 3


async def test_one_that_raises_leaves_nothing_and_harms_no_other(file: SqliteFile) -> None:
    answers = await together(file, kept(1), refused(2), kept(3))
    assert answers[0] == 1
    assert isinstance(answers[1], Refused)
    assert answers[2] == 3
    assert await numbers(file) == [1, 3]


async def test_one_that_the_database_refuses_is_told_so_and_harms_no_other(file: SqliteFile) -> None:
    answers = await together(file, kept(1), broken(2), kept(3))
    assert isinstance(answers[1], DatabaseError)
    assert "the session database cannot be used: UNIQUE" in str(answers[1])
    assert await numbers(file) == [1, 3]


async def test_one_that_raises_what_cannot_be_awaited_harms_no_other(file: SqliteFile) -> None:
    def ended(_: sqlite3.Connection) -> int:
        return next(iter(()))

    answers = await together(file, kept(1), ended, kept(3))
    assert isinstance(answers[1], RuntimeError)
    assert await numbers(file) == [1, 3]


async def test_when_the_commit_fails_all_fail_and_nothing_is_kept(file: SqliteFile) -> None:
    await file.write(
        lambda c: c.executescript(
            "CREATE TABLE one (id PRIMARY KEY); PRAGMA foreign_keys=ON;"
            "CREATE TABLE other (one REFERENCES one DEFERRABLE INITIALLY DEFERRED); BEGIN"
        )
    )

    def dangling(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO other VALUES (5)")
        return 0

    answers = await together(file, kept(1), dangling, kept(2))
    assert all(isinstance(answer, DatabaseError) for answer in answers)
    assert await numbers(file) == []
    assert await file.write(kept(4)) == 4


async def test_while_another_program_writes_all_who_wait_are_told_so_and_it_is_tried_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service_directory.sqlite_file.BUSY_SECONDS", 0.01)
    async with opened(tmp_path / "a.sqlite") as file:
        with contextlib.closing(sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            answers = await asyncio.gather(*(file.write(kept(n)) for n in range(3)), return_exceptions=True)
        assert all(isinstance(answer, DatabaseError) and "locked" in str(answer) for answer in answers)
        assert await file.write(kept(3)) == 3
        assert await numbers(file) == [3]


async def test_who_gave_up_before_it_was_begun_has_nothing_kept_and_harms_no_other(file: SqliteFile) -> None:
    async with held_up(file):
        asked = [asyncio.create_task(file.write(kept(number))) for number in range(3)]
        await asyncio.sleep(0)
        asked[1].cancel()
        await asyncio.sleep(0)
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(answers[1], asyncio.CancelledError)
    assert await numbers(file) == [0, 2]


async def test_where_all_gave_up_nothing_is_kept(file: SqliteFile) -> None:
    async with held_up(file):
        asked = asyncio.create_task(file.write(kept(1)))
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.sleep(0)
    assert await numbers(file) == []
    assert await file.write(kept(2)) == 2


async def test_who_gives_up_while_it_runs_leaves_the_others_their_answers(file: SqliteFile) -> None:
    begun, go_on = Event(), Event()

    def slow(connection: sqlite3.Connection) -> int:
        begun.set()
        go_on.wait()
        return kept(7)(connection)

    slowly = asyncio.create_task(file.write(slow))
    await asyncio.to_thread(begun.wait)
    slowly.cancel()
    after = asyncio.create_task(file.write(kept(8)))
    await asyncio.sleep(0)
    go_on.set()
    assert await after == 8
    with pytest.raises(asyncio.CancelledError):
        await slowly
    assert await numbers(file) == [7, 8]


async def test_closing_lets_what_was_asked_for_end_and_the_file_opens_again(file: SqliteFile) -> None:
    asked = [asyncio.create_task(file.write(kept(number))) for number in range(3)]
    await asyncio.sleep(0)
    await file.close()
    assert await asyncio.gather(*asked) == [0, 1, 2]
    assert await file.write(kept(3)) == 3
    assert await numbers(file) == [0, 1, 2, 3]


async def test_a_file_that_cannot_be_opened_is_explained_and_is_tried_anew(tmp_path: Path) -> None:
    database = Database.at(f"sqlite:///{tmp_path}/absent/a.sqlite", name="session", migrations=tmp_path)
    file = SqliteFile(database)
    with pytest.raises(DatabaseError, match="the session database cannot be used: unable to open"):
        await file.write(kept(1))
    (tmp_path / "absent").mkdir()
    await file.write(lambda connection: connection.execute("CREATE TABLE kept (number UNIQUE)"))
    assert await file.write(kept(1)) == 1
    await file.close()
    await database.close()


async def test_a_file_that_is_no_database_is_explained_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"nothing of the kind" * 100)
    database = Database.at(f"sqlite:///{path}", name="session", migrations=tmp_path)
    file = SqliteFile(database)
    with pytest.raises(DatabaseError, match="not a database"):
        await file.write(kept(1))
    await file.close()
    await database.close()
    assert path.read_bytes() == b"nothing of the kind" * 100


def test_a_loop_that_ends_before_its_file_was_closed_holds_nothing_up(tmp_path: Path) -> None:
    begun, go_on = Event(), Event()
    database = Database.at(f"sqlite:///{tmp_path}/a.sqlite", name="session", migrations=tmp_path)
    file = SqliteFile(database)

    def slow(connection: sqlite3.Connection) -> None:
        begun.set()
        go_on.wait()

    async def main() -> None:
        running = asyncio.create_task(file.write(slow))
        await asyncio.to_thread(begun.wait)
        running.cancel()

    asyncio.run(main())
    go_on.set()
    asyncio.run(file.close())
    asyncio.run(database.close())


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from((kept, refused, broken)), st.integers(0, 5)), max_size=12))
def test_together_they_come_to_what_they_come_to_one_after_the_other(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[Callable[[int], Work], int]]
) -> None:
    async def both() -> None:
        folder = tmp_path_factory.mktemp("files")
        works = [make(number) for make, number in asked]
        async with opened(folder / "a.sqlite") as one, opened(folder / "b.sqlite") as other:
            at_once = await together(one, *works)
            in_turn = [(await asyncio.gather(other.write(work), return_exceptions=True))[0] for work in works]
            assert list(map(repr, at_once)) == list(map(repr, in_turn))
            assert await numbers(one) == await numbers(other)

    asyncio.run(both())
