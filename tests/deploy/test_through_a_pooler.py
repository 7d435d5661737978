"""Through PgBouncer in transaction mode, where every transaction may get another connection, all works as without."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.rooms import opened
from bot.settings import Settings
from service_directory.database import Database, DatabaseError
from service_directory.store import MIGRATIONS
from tests.support.pgbouncer import pooled
from tests.support.world import Clock, Phone

pytestmark = pytest.mark.postgres


@pytest.fixture
def pooled_url(postgres_url: str) -> Iterator[str]:
    with pooled(postgres_url) as url:
        yield url


async def test_men_talk_side_by_side_to_two_processes_that_share_two_connections(
    pooled_url: str, tmp_path: Path
) -> None:
    clock = Clock()
    settings = Settings.read(
        {
            "FINGERPOST_HOME": str(tmp_path / "home"),
            "FINGERPOST_SESSIONS_URL": pooled_url,
            "FINGERPOST_DIRECTORY_URL": pooled_url,
        }
    )

    async def talks(phone: Phone) -> str:
        await phone.commands("start")
        await phone.taps("Yes")
        await phone.says("leeds")
        return phone.turn.messages[0].body

    async with opened(settings, clock=clock) as one, opened(settings, clock=clock) as other:
        phones = [Phone((one, other)[number % 2], clock, chat=str(4200000001 + number)) for number in range(6)]
        assert len(set(await asyncio.gather(*map(talks, phones)))) == 1
        await asyncio.gather(one.conversation.sweep(), other.conversation.sweep())


async def test_words_are_taken_out_of_the_files_through_it_too(pooled_url: str) -> None:
    database = Database.at(pooled_url, name="directory", migrations=MIGRATIONS)
    try:
        await database.migrate()
        await database.scrub()
    finally:
        await database.close()


async def test_a_statement_that_one_client_prepared_is_in_nobodys_way(pooled_url: str) -> None:
    clients = [Database.at(pooled_url, name="directory", migrations=MIGRATIONS) for _ in range(4)]

    async def asks(database: Database) -> None:
        for number in range(20):
            async with database.read() as connection:
                assert await connection.scalar(text(f"SELECT {number % 3} + :one"), {"one": 1}) == number % 3 + 1

    try:
        await asyncio.gather(*map(asks, clients))
        async with clients[0].read() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM pg_prepared_statements")) <= 1
    finally:
        await asyncio.gather(*(client.close() for client in clients))


def test_any_other_word_about_pooling_is_refused() -> None:
    with pytest.raises(DatabaseError, match="pooling=transaction"):
        Database.at("postgresql://u@h/d?pooling=statement", name="session", migrations=MIGRATIONS)
