"""Transactions on PostgreSQL that are plain functions: whole, or nothing of them, and no connection is lost by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service_directory.database import Database, DatabaseError
from service_directory.postgresql_server import PostgresqlServer, Session

MANY = 30
"""More than there are connections in the pool."""


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    database = Database.at(postgres_url, name="session", migrations=Path())
    yield database
    await database.close()


@pytest.fixture
async def server(database: Database) -> PostgresqlServer:
    server = PostgresqlServer(database)
    await server.write(lambda session: session.run("CREATE TABLE n (n BIGINT PRIMARY KEY)", ()))
    return server


def put(session: Session, number: int) -> None:
    session.run("INSERT INTO n VALUES ($1)", (number,))


def numbers(session: Session) -> list[int]:
    return [number for (number,) in session.run("SELECT n FROM n ORDER BY n", ())]


async def test_what_is_written_is_read(server: PostgresqlServer) -> None:
    await server.write(lambda session: put(session, 1))
    assert await server.read(numbers) == [1]


async def test_who_raises_leaves_nothing_and_others_are_not_held_up_by_it(server: PostgresqlServer) -> None:
    def fails(session: Session) -> None:
        put(session, 1)
        raise LookupError("a fault of ours")

    for _ in range(MANY):
        with pytest.raises(LookupError, match="a fault of ours"):
            await server.write(fails)
    assert await server.read(numbers) == []


async def test_what_the_server_refuses_is_told_in_plain_words(server: PostgresqlServer) -> None:
    await server.write(lambda session: put(session, 1))
    for _ in range(MANY):
        with pytest.raises(DatabaseError, match="the session database cannot be used: duplicate key"):
            await server.write(lambda session: put(session, 1))
    assert await server.read(numbers) == [1]


async def test_a_snapshot_is_what_is_read(server: PostgresqlServer) -> None:
    looked, written = asyncio.Event(), asyncio.Event()

    def look_twice(session: Session) -> tuple[list[int], list[int]]:
        first = numbers(session)
        looked.set()
        while not written.is_set():
            session.run("SELECT pg_sleep(0.01)", ())
        return first, numbers(session)

    reading = asyncio.create_task(server.read(look_twice))
    await looked.wait()
    await server.write(lambda session: put(session, 1))
    written.set()
    assert await reading == ([], [])


async def test_of_those_with_one_latch_one_runs_at_a_time(server: PostgresqlServer) -> None:
    def one_more(session: Session) -> None:
        number = max(numbers(session), default=0)
        session.run("SELECT pg_sleep(0.01)", ())
        put(session, number + 1)

    await asyncio.gather(*(server.write(one_more, latch=-7) for _ in range(MANY)))
    assert await server.read(numbers) == list(range(1, MANY + 1))


async def test_who_is_cut_off_leaves_nothing_and_others_are_not_held_up_by_it(server: PostgresqlServer) -> None:
    def never_ends(session: Session) -> None:
        put(session, 1)
        session.run("SELECT pg_sleep(60)", ())

    for _ in range(MANY):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await server.write(never_ends)
    await server.write(lambda session: put(session, 2))
    assert await server.read(numbers) == [2]


async def test_connections_that_the_server_ended_are_had_anew(server: PostgresqlServer, database: Database) -> None:
    await asyncio.gather(*(server.read(lambda session: session.run("SELECT pg_sleep(0.05)", ())) for _ in range(5)))

    def end_all_others(session: Session) -> None:
        session.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            (),
        )

    await server.write(end_all_others)
    # The driver is told of it a moment later; until then a connection that is dead may be taken for a live one.
    await asyncio.sleep(0.1)
    for number in range(5):
        await server.write(lambda session, number=number: put(session, number))  # type: ignore[misc]
    assert await server.read(numbers) == [0, 1, 2, 3, 4]


async def test_a_connection_that_is_ended_in_the_middle_is_a_failure_of_the_database(server: PostgresqlServer) -> None:
    def ends_itself(session: Session) -> None:
        put(session, 1)
        session.run("SELECT pg_terminate_backend(pg_backend_pid())", ())

    for _ in range(MANY):
        with pytest.raises(DatabaseError, match="cannot be used"):
            await server.write(ends_itself)
    assert await server.read(numbers) == []
