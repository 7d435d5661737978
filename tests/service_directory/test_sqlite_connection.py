"""A statement is one errand to the connection's thread, whatever comes of it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from service_directory.sqlite_connection import AHEAD, Connection, Cursor, connect

MANY = 2 * AHEAD + 10


class Counting(Connection):
    """Notes each errand to the thread."""

    errands = 0

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        type(self).errands += 1
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]


def counting(file: str, **options: Any) -> Counting:
    connection = Counting(lambda: sqlite3.connect(file, **options), iter_chunk_size=AHEAD)
    connection._thread.daemon = True
    return connection


@pytest.fixture
async def engine() -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine("sqlite+aiosqlite://", connect_args={"async_creator_fn": counting})
    yield engine
    await engine.dispose()


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as connection:
        await connection.execute(text("CREATE TABLE n (n INTEGER PRIMARY KEY, what TEXT)"))
        rows = [{"n": n, "what": f"row {n}"} for n in range(MANY)]
        done = await connection.execute(text("INSERT INTO n VALUES (:n, :what)"), rows)
        assert done.rowcount == MANY
        Counting.errands = 0
        yield connection


@pytest.fixture
async def cursor() -> AsyncIterator[Cursor]:
    connection = connect(":memory:")
    await connection
    cursor = connection.cursor()
    await cursor.execute("CREATE TABLE n (n INTEGER PRIMARY KEY)")
    await cursor.executemany("INSERT INTO n VALUES (?)", [(n,) for n in range(MANY)])
    yield cursor
    await cursor.close()
    await connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT n FROM n LIMIT 10",
        "SELECT n FROM n WHERE n < 0",
        "UPDATE n SET what = 'another'",
        "INSERT INTO n VALUES (-1, 'one more') RETURNING n",
    ],
)
async def test_a_statement_is_one_errand(connection: AsyncConnection, statement: str) -> None:
    await connection.execute(text(statement))
    assert Counting.errands == 1


async def test_rows_that_were_not_fetched_with_it_are_there_when_they_are_asked_for(
    connection: AsyncConnection,
) -> None:
    found = await connection.execute(text("SELECT n FROM n ORDER BY n"))
    assert [row.n for row in found] == list(range(MANY))
    assert Counting.errands == 2


async def test_who_reads_a_table_in_parts_need_not_have_it_all_in_memory(connection: AsyncConnection) -> None:
    result = await connection.stream(text("SELECT n FROM n ORDER BY n"))
    parts = [[row.n for row in part] async for part in result.partitions(100)]
    assert [len(part) for part in parts] == [100] * (MANY // 100) + [MANY % 100]
    assert [n for part in parts for n in part] == list(range(MANY))


async def test_of_what_is_streamed_the_first_will_do(connection: AsyncConnection) -> None:
    result = await connection.stream(text("SELECT n FROM n ORDER BY n"))
    assert (await result.fetchone()) == (0,)
    await result.close()
    assert (await connection.execute(text("DELETE FROM n"))).rowcount == MANY


async def test_it_tells_how_many_rows_were_written_and_the_number_of_the_last(connection: AsyncConnection) -> None:
    assert (await connection.execute(text("UPDATE n SET what = '' WHERE n < 5"))).rowcount == 5
    assert (await connection.execute(text("INSERT INTO n VALUES (9999, '')"))).lastrowid == 9999
    returned = await connection.execute(text("DELETE FROM n WHERE n < 7 RETURNING n"))
    assert [row.n for row in returned] == list(range(7))


async def test_what_is_refused_is_told_as_sqlite_tells_it_and_the_next_statement_is_heard(
    connection: AsyncConnection,
) -> None:
    with pytest.raises(IntegrityError, match="UNIQUE"):
        await connection.execute(text("INSERT INTO n VALUES (1, 'again')"))
    assert await connection.scalar(text("SELECT count(*) FROM n")) == MANY


async def test_a_cursor_gives_its_rows_once_and_in_order_however_they_are_asked_for(cursor: Cursor) -> None:
    await cursor.execute("SELECT n FROM n ORDER BY n")
    assert await cursor.fetchone() == (0,)
    assert await cursor.fetchmany() == [(1,)]
    assert await cursor.fetchmany(AHEAD) == [(n,) for n in range(2, 2 + AHEAD)]
    assert await cursor.fetchall() == [(n,) for n in range(2 + AHEAD, MANY)]
    assert (await cursor.fetchone(), await cursor.fetchmany(5), await cursor.fetchall()) == (None, [], [])


async def test_a_statement_takes_the_place_of_one_whose_rows_were_not_all_asked_for(cursor: Cursor) -> None:
    await cursor.execute("SELECT n FROM n ORDER BY n")
    await cursor.execute("SELECT count(*) FROM n")
    assert await cursor.fetchall() == [(MANY,)]
    assert [column[0] for column in cursor.description] == ["count(*)"]


async def test_a_cursor_that_is_closed_early_holds_nothing_up(cursor: Cursor) -> None:
    await cursor.execute("SELECT n FROM n ORDER BY n")
    await cursor.close()
    assert await cursor.fetchall() == []
    await cursor.execute("DROP TABLE n")
