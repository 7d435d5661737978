"""Keeping the directory's database safe: all of it into one file with a digest, and back.

A backup is a zip file of two: `directory.sqlite`, a directory database like any other, and `backup.json`, which says
when it was made and what its digest is. It is the same from SQLite and from PostgreSQL, and goes back into either.
It is copied row by row, table by known table: so sessions can never come along, even where they share a database,
and nothing comes along that was deleted or redacted but still lies in the pages of the file.
"""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Integer, MetaData, Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.backup_files import DATABASE, Backup, BackupError, appearing, digest_of, pack, readable, unpack
from service_directory.database import Database, DatabaseError
from service_directory.model import Base, MetadataRow, RevisionRow
from service_directory.store import MIGRATIONS, Directory, wait_for_turn

_AT_ONCE = 500

#: What a directory holds before anybody has written anything.
_FROM_THE_START = frozenset({"revision", "taxonomy", "taxonomy_term"})


@dataclass(frozen=True, slots=True)
class Part:
    """Tables that live in the directory's database, and how they are brought up to date.

    `adds_only`: a restore takes nothing away from this part; and where this table of it has rows, it adds nothing.
    `clears`: tables that no backup holds, and that a restore empties, for they speak of rows by numbers that may be
    others' now.
    """

    name: str
    migrations: Path
    tables: MetaData
    adds_only: Table | None = None
    clears: Sequence[Table] = ()


DIRECTORY = Part("directory", MIGRATIONS, Base.metadata)


#: Told how many more rows have been copied.
Progress = Callable[[int], None]


def _silent(rows: int) -> None:
    """Nobody wants to know."""


async def back_up(
    directory: Directory,
    file: Path,
    *,
    parts: Sequence[Part] = (DIRECTORY,),
    at: datetime,
    progress: Progress = _silent,
) -> Backup:
    """Write the whole directory, as it is at one moment, to a new file. Nothing has to stop meanwhile.

    Raises BackupError, and DatabaseError when the directory's database fails.
    """
    with appearing(file) as draft:
        copy = draft.with_name(DATABASE)
        rows = await _copy_of(directory.database, copy, parts, progress)
        made = Backup(at, digest_of(copy), rows)
        pack(copy, made, draft)
    return made


async def row_count(directory: Directory, parts: Sequence[Part] = (DIRECTORY,)) -> int:
    """How many rows a backup made now would hold."""
    async with directory.database.read() as connection:
        tables = [table for part in parts for table in part.tables.sorted_tables]
        return sum([await _rows_of(connection, table) for table in tables])


async def redacted_since(directory: Directory, moment: datetime) -> bool:
    """Whether words were taken out of a directory after a moment: an older backup still holds them."""
    meta = MetadataRow.__table__.c
    taken_out = meta.last_action_type == "redact"
    async with directory.database.read() as connection:
        query = select(meta.id).where(taken_out, meta.last_action_date > moment).limit(1)
        return await connection.scalar(query) is not None


async def held(directory: Directory) -> str:
    """What a directory holds that somebody put there, in words; empty when it is as new."""
    async with directory.database.read() as connection:
        return await _held(connection)


async def restore(
    directory: Directory,
    file: Path,
    *,
    parts: Sequence[Part] = (DIRECTORY,),
    replace: bool = False,
    at: datetime,
    who: str,
    why: str,
    progress: Progress = _silent,
) -> Backup:
    """Bring back what a backup holds, brought up to date if it was made by an older version: all of it or nothing.

    A directory that holds anything is only replaced when told to. Running processes take it up within five seconds.
    Raises BackupError, and DatabaseError when the directory's database fails.
    """
    with readable(file), tempfile.TemporaryDirectory(prefix="fingerpost-restore-") as folder:
        copy = Path(folder) / DATABASE
        found = unpack(file, copy)
        await _bring_up_to_date(copy, file, parts)
        source = _sqlite(copy, DIRECTORY)
        try:
            async with source.read() as reading, directory.database.write() as writing:
                await wait_for_turn(writing)
                number = await writing.scalar(select(RevisionRow.number))
                if not replace and (held := await _held(writing)):
                    raise BackupError(
                        f"This directory is not empty: it holds {held}. To put the backup in its place, add --replace."
                    )
                for part in parts:
                    # The row on which writers wait for their turn is never taken away under them.
                    tables = [table for table in part.tables.sorted_tables if table.name != RevisionRow.__tablename__]
                    if part.adds_only is None:
                        await _empty(writing, [*tables, *part.clears])
                        await _copy_rows(reading, writing, tables, progress)
                    elif not await _rows_of(writing, part.adds_only):
                        await _copy_rows(reading, writing, tables, progress, beside=True)
                # Greater than ever before, on either side: whoever remembers a number sees that all is new.
                restored = await reading.scalar(select(RevisionRow.number))
                await writing.execute(update(RevisionRow).values(number=max(number or 0, restored or 0) + 1))
                await _count_on(writing, parts)
                await writing.execute(insert(MetadataRow).values(_remembered(found, at, who, why)))
        finally:
            await source.close()
    await directory.standards()
    return found


async def _held(connection: AsyncConnection) -> str:
    own = [table for table in Base.metadata.sorted_tables if table.name not in _FROM_THE_START]
    counts = {table.name: await _rows_of(connection, table) for table in own}
    if not any(counts.values()):
        return ""
    return f"{counts['service']} services and {counts['organization']} organizations, with their history"


async def _rows_of(connection: AsyncConnection, table: Table) -> int:
    return await connection.scalar(select(func.count()).select_from(table)) or 0


async def _empty(connection: AsyncConnection, tables: Sequence[Table]) -> None:
    for table in reversed(tables):
        await connection.execute(delete(table))


def _remembered(found: Backup, at: datetime, who: str, why: str) -> dict[str, Any]:
    """The line of history that tells of a restore."""
    return {
        "service_id": None,
        "resource_type": "directory",
        "resource_id": found.digest,
        "last_action_date": at,
        "last_action_type": "restore",
        "field_name": "backup",
        "previous_value": "",
        "replacement_value": f"made {found.made_at.isoformat()}",
        "updated_by": who,
        "reason": why,
    }


# --- copies


def _sqlite(path: Path, part: Part) -> Database:
    return Database.at(f"sqlite:///{path}", name=part.name, migrations=part.migrations)


async def _migrated(path: Path, parts: Sequence[Part]) -> None:
    for part in parts:
        database = _sqlite(path, part)
        try:
            await database.migrate()
        finally:
            await database.close()


async def _copy_of(database: Database, path: Path, parts: Sequence[Part], progress: Progress) -> dict[str, int]:
    """A new SQLite database with the rows of another, all of one moment."""
    await _migrated(path, parts)
    copy = _sqlite(path, DIRECTORY)
    rows: dict[str, int] = {}
    try:
        async with database.read() as reading, copy.write() as writing:
            for part in parts:
                tables = part.tables.sorted_tables
                await _empty(writing, tables)
                rows |= await _copy_rows(reading, writing, tables, progress)
    finally:
        await copy.close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        # One file, with no log beside it, and no page of what migrating left behind.
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")
    return rows


async def _copy_rows(
    reading: AsyncConnection,
    writing: AsyncConnection,
    tables: Sequence[Table],
    progress: Progress,
    *,
    beside: bool = False,
) -> dict[str, int]:
    """Copy all rows, in an order that foreign keys allow; tells how many of each table there were.

    `beside`: leave out those that are there already.
    """
    copied: dict[str, int] = {}
    for table in tables:
        keys = table.primary_key.columns
        there = {tuple(row) for row in await writing.execute(select(*keys))} if beside else set()
        copied[table.name] = 0
        result = await reading.stream(select(table).order_by(*keys))
        async for some in result.mappings().partitions(_AT_ONCE):
            new = [dict(row) for row in some if tuple(row[key.name] for key in keys) not in there]
            if new:
                await writing.execute(insert(table), new)
            copied[table.name] += len(new)
            progress(len(some))
    return copied


async def _count_on(connection: AsyncConnection, parts: Sequence[Part]) -> None:
    """PostgreSQL gives out numbers from counters of its own, which know nothing of rows that came with theirs."""
    if connection.dialect.name != "postgresql":
        return
    for table in (table for part in parts for table in part.tables.sorted_tables):
        for column in table.primary_key.columns:
            counter = await connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
            if isinstance(column.type, Integer) and counter is not None:
                last = await connection.scalar(select(func.max(column)))
                await connection.execute(select(func.setval(counter, last or 1, last is not None)))


async def _bring_up_to_date(copy: Path, file: Path, parts: Sequence[Part]) -> None:
    """Migrate the copy, and make sure that it hangs together."""
    try:
        await _migrated(copy, parts)
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            broken = connection.execute("PRAGMA foreign_key_check").fetchone() is not None
    except (DatabaseError, sqlite3.Error) as error:
        raise BackupError(f"{file} cannot be restored: {error}.") from None
    if not sound or broken:
        raise BackupError(f"{file} cannot be restored: what it holds does not hang together. Use another backup.")
