"""What has run out vanishes however much it is, and what is still needed is found without looking at every row."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.dialects import sqlite

from bot import session_tables as tables
from bot import vanishing
from bot.session import as_milliseconds
from bot.session_database import SessionDatabase
from bot.statements import Statement, Transaction
from bot.vanishing import vanish

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_KEEP_MARK = Statement(lambda bound: bound.insert(tables.mark))
_KEEP_TRACE = Statement(lambda bound: bound.insert(tables.trace))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SessionDatabase]:
    url = f"sqlite:///{tmp_path}/sessions.sqlite"
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgres_url"))
    opened = SessionDatabase.at(url)
    await opened.migrate()
    yield opened
    await opened.close()


async def marked(database: SessionDatabase, numbers: Sequence[int], ends_at: datetime) -> None:
    def keep(transaction: Transaction) -> None:
        for place, number in enumerate(numbers):
            name, ends = f"{number}/{place}", as_milliseconds(ends_at)
            transaction.run(_KEEP_MARK, name=name, key_number=number, made_at=0, ends_at=ends)

    await database.write(keep)


async def test_more_than_go_in_one_transaction_go_all_the_same(
    database: SessionDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vanishing, "AT_ONCE", 3)
    for count in (0, 1, 3, 7, 9):
        await marked(database, range(count), NOON)
        await marked(database, [99], NOON + timedelta(milliseconds=1))
        assert (await vanish(database, NOON))[-1] == {99}
        assert (await vanish(database, NOON + timedelta(hours=1)))[-1] == set()


async def test_every_key_that_some_row_needs_is_told_once(database: SessionDatabase) -> None:
    assert await vanish(database, NOON) == (set(), set(), set(), set())
    await marked(database, [5, 5, 2, 9, 2, 494_000], NOON + timedelta(hours=1))
    seal = 494_000 << 20 | 17
    await database.write(
        lambda transaction: transaction.run(
            _KEEP_TRACE, who="he", key_number=3, seal_number=seal, wipe_at=None, drop_at=2**42, sealed=b""
        )
    )
    assert await vanish(database, NOON) == (set(), {3}, {seal}, {2, 5, 9, 494_000})


@pytest.mark.parametrize("statement", [*vanishing._RUN_OUT[:-1], *vanishing._NEEDED])
async def test_no_table_is_looked_through_row_by_row(statement: Statement, tmp_path: Path) -> None:
    path = tmp_path / "sessions.sqlite"
    database = SessionDatabase.at(f"sqlite:///{path}")
    await database.migrate()
    await database.close()
    sql, given = statement.put(sqlite.dialect(), {"now": 1, "at_once": 2})
    with closing(sqlite3.connect(path)) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", given)]
    of_tables = [step for step in plan if any(name in step for name in ("session", "trace", "mark"))]
    assert of_tables
    assert all("INDEX" in step for step in of_tables), plan
