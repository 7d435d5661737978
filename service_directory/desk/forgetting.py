"""Taking words out of what the desk keeps of services: drafts, self-assessments, requests, its log, letters that wait.

The directory's own redacting.py calls it, so that what is taken out is gone from everything. The desk's tables lie
beside the directory's and may not be there yet: then there is nothing to take out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.desk.tables import (
    AssessmentDraftRow,
    DeskBase,
    EntryDraftRow,
    KeeperRequestRow,
    LogRow,
    MailRow,
)

#: What services wrote of themselves, by table.
_OF_SERVICES: Mapping[str, tuple[str, ...]] = {
    EntryDraftRow.__tablename__: ("content",),
    AssessmentDraftRow.__tablename__: ("note", "evidence"),
    KeeperRequestRow.__tablename__: ("reason",),
}
#: The same, and all other columns in which people's words may stand.
_WORDS: Mapping[str, tuple[str, ...]] = {
    EntryDraftRow.__tablename__: ("content",),
    AssessmentDraftRow.__tablename__: ("note", "evidence"),
    KeeperRequestRow.__tablename__: ("email", "email_key", "reason"),
    LogRow.__tablename__: ("about",),
    MailRow.__tablename__: ("subject", "plain", "html"),
}


async def take_out(
    connection: AsyncConnection, pattern: re.Pattern[str], instead: str, service_id: str | None = None
) -> Counter[str]:
    """Take what a pattern finds out of all of it, or of what belongs to one service: how many rows of which table."""
    return await _rewrite(connection, _WORDS, lambda text: pattern.sub(instead, text), service_id)


async def forget(connection: AsyncConnection, without: Callable[[str], str], service_id: str) -> bool:
    """Write what a service wrote of itself anew, `without` what must not be kept; whether anything had to go."""
    return bool(await _rewrite(connection, _OF_SERVICES, without, service_id))


async def _rewrite(
    connection: AsyncConnection,
    which: Mapping[str, tuple[str, ...]],
    anew: Callable[[str], str],
    service_id: str | None,
) -> Counter[str]:
    counted: Counter[str] = Counter()
    for table in await connection.run_sync(_there):
        if table.name not in which or (service_id is not None and "service_id" not in table.c):
            continue
        query = select(table)
        if service_id is not None:
            query = query.where(table.c.service_id == service_id)
        for row in (await connection.execute(query)).mappings().all():
            values = dict(_changed(which[table.name], row, anew))
            if values:
                known = [column == row[column.name] for column in table.primary_key.columns]
                await connection.execute(update(table).where(*known).values(values))
                counted[table.name] += 1
    return counted


def _changed(names: tuple[str, ...], row: Mapping[Any, Any], anew: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    for name in names:
        if (text := anew(row[name])) != row[name]:
            yield name, text if name != "content" or _is_json(text) else "{}"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _there(connection: Connection) -> list[Table]:
    found = inspect(connection)
    return [table for name, table in DeskBase.metadata.tables.items() if name in _WORDS and found.has_table(name)]
