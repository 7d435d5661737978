"""What was published, and when, by whom and why: the store. Nothing in it is ever changed or deleted.

It lies in the directory's database, under an Alembic table of its own. The newest publication names the version
that is served. Its number is its key: of two who publish at once, one finds the number taken and is told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Self

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import publication_tables as tables
from bot.session import as_milliseconds, as_time
from dialogs.source import CATALOGUE_SUFFIX, LOCALE, Source
from dialogs.versions.carrying import Moves, Passage, moves_as_words, moves_from_words
from service_directory.database import Database
from service_directory.inserting import insert_of

MIGRATIONS = Path(__file__).parent / "publication_migrations"

Action = Literal["shipped", "published", "rolled back"]


class Overtaken(Exception):
    """Somebody else published in the meantime: nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One line of history: a version became current.

    `number` counts them from 1. `moves` and `finish_old` are what the editor said of those who stood where the
    new version would have left them stranded. `action` "shipped" marks the conversations that came with the
    program and were served before anything was published.
    """

    number: int
    digest: str
    at: datetime
    who: str
    why: str
    action: Action
    moves: Moves
    finish_old: bool


class Publications:
    """Versions, passages between them, and the history. Every method raises DatabaseError when it fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert = insert_of(database.dialect)

    @classmethod
    async def open(cls, url: str) -> Self:
        """Open the directory's database at a SQLAlchemy URL and bring these tables up to date."""
        database = Database.at(url, name="conversations", migrations=MIGRATIONS)
        try:
            await database.migrate()
        except BaseException:
            await database.close()
            raise
        return cls(database)

    async def close(self) -> None:
        await self._database.close()

    # --- reading ------------------------------------------------------------------------------------------

    async def current(self) -> Publication | None:
        """The newest publication; None when nothing was ever published."""
        return next(iter(await self._newest(1)), None)

    async def history(self) -> list[Publication]:
        """Every publication, the newest first."""
        return await self._newest(None)

    async def source(self, digest: str) -> Source | None:
        """The bytes of a version; None when it is not here, or is no longer what was kept."""
        query = sa.select(tables.version_file).where(tables.version_file.c.digest == digest)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(tables.version_file.c.name))).all()
        source = _source(digest, {row.name: row.content for row in rows})
        return source if source.digest == digest else None

    async def passages(self, to: str) -> dict[str, Passage]:
        """How people are carried to a version, by the version that they come from."""
        query = sa.select(tables.passage).where(tables.passage.c.to_digest == to)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return {row.from_digest: Passage.from_text(row.decided) for row in rows}

    # --- writing ------------------------------------------------------------------------------------------

    async def keep(self, source: Source, at: datetime, passages: Mapping[str, Passage] | None = None) -> None:
        """Keep a version that is served without being published, so that sessions on it can be finished."""
        async with self._database.write() as connection:
            await self._keep(connection, source, at)
            await self._keep_passages(connection, source.digest, passages or {})

    async def add(self, source: Source, publications: Sequence[Publication], passages: Mapping[str, Passage]) -> None:
        """Publish, all or nothing: the version, the lines of history of which the last names it, and how people
        are carried to it. What the other lines name has been kept before.

        Raises Overtaken when somebody else has published since the numbers were given.
        """
        async with self._database.write() as connection:
            await self._keep(connection, source, publications[-1].at)
            for publication in publications:
                try:
                    await connection.execute(sa.insert(tables.publication).values(_row(publication)))
                except IntegrityError:
                    raise Overtaken from None
            await self._keep_passages(connection, source.digest, passages)

    async def _keep(self, connection: AsyncConnection, source: Source, at: datetime) -> None:
        digest = source.digest  # worked out from the whole of it, each time
        version = self._insert(tables.version).values(digest=digest, kept_at=as_milliseconds(at))
        await connection.execute(version.on_conflict_do_nothing())
        rows = [{"digest": digest, "name": name, "content": data} for name, data in _files(source).items()]
        await connection.execute(self._insert(tables.version_file).on_conflict_do_nothing(), rows)

    async def _keep_passages(self, connection: AsyncConnection, to: str, passages: Mapping[str, Passage]) -> None:
        for start, passage in passages.items():
            row = {"from_digest": start, "to_digest": to, "decided": passage.to_text()}
            decided = self._insert(tables.passage).values(row)
            # Where the same step was taken before, what was decided now is what counts.
            keys = [tables.passage.c.from_digest, tables.passage.c.to_digest]
            await connection.execute(decided.on_conflict_do_update(index_elements=keys, set_=row))

    async def _newest(self, most: int | None) -> list[Publication]:
        query = sa.select(tables.publication).order_by(tables.publication.c.number.desc()).limit(most)
        async with self._database.read() as connection:
            return [_publication(row) for row in (await connection.execute(query)).all()]


def _row(publication: Publication) -> dict[str, Any]:
    return {
        "number": publication.number,
        "digest": publication.digest,
        "at": as_milliseconds(publication.at),
        "who": publication.who,
        "why": publication.why,
        "action": publication.action,
        "moves": json.dumps(moves_as_words(publication.moves)),
        "finish_old": publication.finish_old,
    }


def _publication(row: Any) -> Publication:
    return Publication(
        number=row.number,
        digest=row.digest,
        at=as_time(row.at),
        who=row.who,
        why=row.why,
        action=row.action,
        moves=moves_from_words(json.loads(row.moves)),
        finish_old=row.finish_old,
    )


def _files(source: Source) -> dict[str, bytes]:
    """The files of a version by names that say nothing of where they lay when they were read."""
    flows = {file.rsplit("/", 1)[-1]: data for file, data in source.flows.items()}
    return flows | {f"{LOCALE}/{language}{CATALOGUE_SUFFIX}": data for language, data in source.catalogues.items()}


def _source(digest: str, files: Mapping[str, bytes]) -> Source:
    folder = f"{LOCALE}/"
    catalogues = {
        name.removeprefix(folder).removesuffix(CATALOGUE_SUFFIX): data
        for name, data in files.items()
        if name.startswith(folder)
    }
    flows = {f"{digest}/{name}": data for name, data in files.items() if not name.startswith(folder)}
    return Source(MappingProxyType(flows), MappingProxyType(catalogues), False, f"version {digest}")
