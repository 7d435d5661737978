"""Statements are written once and put into SQL once; what they do is what SQLAlchemy's own would do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.statements import Bound, InSqlite, Statement, Transaction

SQLITE = sa.make_url("sqlite://").get_dialect()()
POSTGRESQL = sa.make_url("postgresql+asyncpg://").get_dialect()()
PEOPLE = sa.Table(
    "people", sa.MetaData(), sa.Column("name", sa.String, primary_key=True), sa.Column("n", sa.BigInteger)
)
KEEP = Statement(lambda bound: bound.insert(PEOPLE))
NAMED = Statement(lambda bound: sa.select(PEOPLE.c.n).where(PEOPLE.c.name.in_(bound["names"])).order_by(PEOPLE.c.n))
FIRST = Statement(lambda bound: sa.select(PEOPLE.c.name).order_by(PEOPLE.c.n).limit(bound["most"]))


@pytest.fixture
def transaction() -> Iterator[Transaction]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE people (name TEXT PRIMARY KEY, n INTEGER)")
    try:
        yield InSqlite(connection)
    finally:
        connection.close()


@pytest.mark.parametrize("names", [(), ("a",), ("a", "c"), ("c", "b", "a", "nobody")])
def test_a_list_may_have_any_length(transaction: Transaction, names: tuple[str, ...]) -> None:
    for number, name in enumerate("abc"):
        assert not transaction.run(KEEP, name=name, n=number)
    expected = [(number,) for number, name in enumerate("abc") if name in names]
    assert transaction.run(NAMED, names=names) == expected


def test_what_sql_needs_beside_what_goes_in_is_there(transaction: Transaction) -> None:
    for number, name in enumerate("abc"):
        transaction.run(KEEP, name=name, n=number)
    assert transaction.run(FIRST, most=2) == [("a",), ("b",)]


def test_a_statement_is_built_once_for_each_database_and_length_of_its_list() -> None:
    built: list[int] = []

    def build(bound: Bound) -> sa.Select[tuple[int]]:
        built.append(1)
        return sa.select(PEOPLE.c.n).where(PEOPLE.c.name.in_(bound["names"]))

    statement = Statement(build)
    for names in (("a",), ("b",), ("c", "d"), ("e", "f")):
        statement.put(SQLITE, {"names": names})
        statement.put(POSTGRESQL, {"names": names})
    assert len(built) == 4


def test_numbers_are_as_wide_as_the_column_they_meet() -> None:
    text, given = KEEP.put(POSTGRESQL, {"name": "a", "n": 1})
    assert "::BIGINT" in text, "a time in milliseconds is wider than PostgreSQL's INTEGER"
    assert given == ("a", 1)


def test_an_upsert_is_put_in_the_words_of_each_database() -> None:
    def build(bound: Bound) -> object:
        made = bound.insert(PEOPLE)
        return made.on_conflict_do_update(index_elements=[PEOPLE.c.name], set_={"n": made.excluded.n})

    for dialect in (SQLITE, POSTGRESQL):
        assert (
            "ON CONFLICT (name) DO UPDATE SET n = excluded.n" in Statement(build).put(dialect, {"name": "a", "n": 1})[0]
        )
