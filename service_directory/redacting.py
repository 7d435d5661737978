"""Taking words out of everything the directory holds: what is live, what is staged, what is proposed, all history.

The one exception to "nothing is deleted": an address that is to be hidden, or details of a person, that should never
have been written down. What stood there is replaced by a mark; the history says who took it out, when and why, and
not what it was.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, delete, insert, select, true, update
from sqlalchemy import Row as SqlRow
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.database import scrub_after
from service_directory.desk import forgetting
from service_directory.hidden_places import looks_like_address
from service_directory.model import Base, MetadataRow, RevisionRow
from service_directory.numbers import NumberError, read_number

REDACTED = "[redacted]"

_TABLES = Base.metadata.tables
#: Half an address, or half a number, is worse than none: a row that holds the words in one of these goes as a whole.
_LEADS: Mapping[str, frozenset[str]] = {
    "address": frozenset({"address_1", "address_2", "city", "state_province", "postal_code"}),
    "phone": frozenset({"number"}),
    "contact": frozenset({"email", "url"}),
}
#: What men read of a service that is nowhere: it is refused when it tells of a place, and never cut about.
READ_BY_MEN = frozenset({"service", "phone", "contact", "schedule", "language", "cost_option"})
_ACTION = "redact"
_AT_ONCE = 1000
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Redacted:
    """What was taken out: how many rows of which table, and the ids that hold the words and cannot be changed."""

    rows: Mapping[str, int]
    left: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


async def redact(
    connection: AsyncConnection,
    words: Sequence[str],
    *,
    at: datetime,
    who: str,
    why: str,
    service_id: str | None = None,
) -> Redacted:
    """Take words out of every text of every table; or of what belongs to one service.

    Each is found whole, whatever its case and its spaces; a telephone number in every way of writing it. An address,
    or a way to reach a service, that holds them goes as a whole row. Raises ValueError for words too short to be told
    from others, and when `who` or `why` would say them again.
    """
    if not words or any(len(re.sub(r"\W", "", word)) < _SHORTEST for word in words):
        raise ValueError(f"say which words; each needs {_SHORTEST} letters or digits at least")
    pattern = pattern_of(words)
    if not who.strip() or not why.strip() or pattern.search(who) or pattern.search(why):
        raise ValueError("the history keeps who took words out and why, but not the words: say both, without them")
    scrub_after(connection)
    counted: Counter[str] = Counter()
    touched: dict[tuple[str | None, str, str], set[str]] = {}
    left: set[str] = set()
    for table in Base.metadata.sorted_tables:
        scope = _scope(table, service_id)
        if scope is None:
            continue
        async for row, found in _holding(connection, table, pattern, scope):
            counted[table.name] += 1
            if pattern.search(str(row.id)):
                left.add(str(row.id))
            await _take_out(connection, table, row, found, pattern)
            touched.setdefault(_known_as(table, row), set()).update(found)
    counted += await forgetting.take_out(connection, pattern, REDACTED, service_id)
    if touched:
        await _tell(connection, touched, at=at, who=who, why=why)
    return Redacted(dict(counted), tuple(sorted(left)))


async def forget_places(
    connection: AsyncConnection, service_ids: Collection[str], *, at: datetime, who: str, why: str
) -> None:
    """Take out of all that is kept of services where they were, now that this is hidden."""
    meta = MetadataRow.__table__.c
    query = select(*meta).where(meta.service_id.in_(service_ids), meta.last_action_type != _ACTION)
    telling = [row for row in await connection.execute(query) if _tells_of_a_place(row)]
    words: dict[str, set[str]] = {}
    for row in telling:
        if row.resource_type == "address" and row.field_name in ("address_1", "postal_code"):
            words.setdefault(row.service_id, set()).update((row.previous_value, row.replacement_value))
    if telling:
        scrub_after(connection)
        cleared = {"previous_value": REDACTED, "replacement_value": REDACTED}
        for start in range(0, len(telling), _AT_ONCE):
            some = [row.id for row in telling[start : start + _AT_ONCE]]
            await connection.execute(update(MetadataRow).where(meta.id.in_(some)).values(cleared))
    for service_id, found in words.items():
        plain = [word for word in found if word != REDACTED and len(re.sub(r"\W", "", word)) >= _SHORTEST]
        if plain:
            # Whoever hides a place may say in his reason what it was called.
            without = _without(pattern_of(plain), why)
            await redact(connection, plain, at=at, who=who, why=without, service_id=service_id)


async def forget_words(connection: AsyncConnection, service_id: str, *, at: datetime, who: str, why: str) -> None:
    """Take out what looks like an address from all that is kept beside a service that is hidden now: reasons, notes,
    proposals, what was staged. Of what men read nothing is taken out: hiding.py refuses it.
    """
    touched: dict[tuple[str | None, str, str], set[str]] = {}
    for table in Base.metadata.sorted_tables:
        scope = _scope(table, service_id)
        if scope is None or table.name in READ_BY_MEN:
            continue
        columns = [column.name for column in table.c if _is_free_text(table, column.name)]
        for row in (await connection.execute(select(table).where(scope))).all() if columns else ():
            texts = {name: getattr(row, name) for name in columns if looks_like_address(getattr(row, name))}
            if texts:
                values = {
                    name: _without_addresses(text, empty=table.name == "staged_entry") for name, text in texts.items()
                }
                await connection.execute(update(table).where(table.c.id == row.id).values(values))
                touched.setdefault(_known_as(table, row), set()).update(values)
    if await forgetting.forget(connection, lambda text: _without_addresses(text, empty=False), service_id):
        scrub_after(connection)
    if touched:
        scrub_after(connection)
        await _tell(connection, touched, at=at, who=who, why=why)


def _without_addresses(text: str, *, empty: bool) -> str:
    """A text without what looks like an address; only a mark, or nothing, where that cannot be cut out as it stands."""
    rest = text
    while found := looks_like_address(rest):
        if found not in rest:
            return "" if empty else REDACTED
        rest = rest.replace(found, REDACTED)
    return rest


def _tells_of_a_place(row: SqlRow[Any]) -> bool:
    """Whether a line of history may say where a service was: all of its places, and whatever looks like an address."""
    values = [value for value in (row.previous_value, row.replacement_value) if value not in ("", REDACTED)]
    if not values or row.field_name.endswith("_id"):
        return False
    return row.resource_type in ("address", "location") or any(looks_like_address(value) for value in values)


def pattern_of(words: Iterable[str]) -> re.Pattern[str]:
    """Finds any of some words, as they may have been written."""
    return re.compile("|".join(sorted(set(_spellings(words)), key=len, reverse=True)), re.IGNORECASE)


def _spellings(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        # In JSON, as staged entries are kept, letters with accents may be written by their numbers.
        for written in {word.strip(), json.dumps(word.strip())[1:-1]}:
            # Spaces may be missing, as in postcodes, or be of another kind.
            joined = r"\W{0,3}".join(re.escape(part) for part in written.split())
            yield rf"(?<!\w){joined}(?!\w)"
        yield from _ways_to_write_a_number(word)


def _ways_to_write_a_number(word: str) -> Iterator[str]:
    try:
        value = read_number(word, example=False).value
    except NumberError:
        try:
            value = read_number(word, example=True).value
        except NumberError:
            return
    national = value.removeprefix("+44")
    digits = r"[\s().-]{0,3}".join(national)
    yield rf"(?<!\d)(?:(?:\+|00)44[\s().-]{{0,3}}(?:\(?0\)?[\s().-]{{0,3}})?|0)?{digits}(?!\d)"


async def _holding(
    connection: AsyncConnection, table: Table, pattern: re.Pattern[str], scope: ColumnElement[bool]
) -> AsyncIterator[tuple[SqlRow[Any], list[str]]]:
    """The rows of a table that hold the words, with the columns that do."""
    columns = [column.name for column in table.c if _is_free_text(table, column.name)]
    query = select(table).where(scope).order_by(table.c.id).limit(_AT_ONCE)
    rows = (await connection.execute(query)).all() if columns else []
    while rows:
        for row in rows:
            found = [name for name in columns if pattern.search(getattr(row, name))]
            if found:
                yield row, found
        rows = (await connection.execute(query.where(table.c.id > rows[-1].id))).all()


def _scope(table: Table, service_id: str | None) -> ColumnElement[bool] | None:
    """Which rows of a table are looked at; None: not this table."""
    if service_id is None:
        return true()
    if table.name == "service":
        return table.c.id == service_id
    if table.name == "staged_entry":
        return table.c.resource_id == service_id
    if "service_id" in table.c:
        return table.c.service_id == service_id
    for column, owner in (("proposal_id", "proposal"), ("attestation_id", "attestation")):
        if column in table.c:
            owners = _TABLES[owner].c
            return table.c[column].in_(select(owners.id).where(owners.service_id == service_id))
    return None


def _is_free_text(table: Table, name: str) -> bool:
    column = table.c[name]
    return isinstance(column.type, Text) or (table.name, name) == ("phone", "number")


async def _take_out(
    connection: AsyncConnection, table: Table, row: SqlRow[Any], found: Collection[str], pattern: re.Pattern[str]
) -> None:
    if _LEADS.get(table.name, frozenset()).intersection(found):
        schedule = _TABLES["schedule"]
        await connection.execute(delete(schedule).where(schedule.c.link_id == row.id))
        await connection.execute(delete(table).where(table.c.id == row.id))
        return
    values = {name: _without(pattern, getattr(row, name)) for name in found}
    await connection.execute(update(table).where(table.c.id == row.id).values(values))


def _without(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(REDACTED, text)


def _known_as(table: Table, row: SqlRow[Any]) -> tuple[str | None, str, str]:
    """As what the history speaks of a row: service, kind, id. Lines of history are told of together."""
    if table.name == "metadata":
        return row.service_id, table.name, row.service_id or row.resource_type
    owner = row.id if table.name == "service" else getattr(row, "service_id", None)
    if table.name in ("criterion_result", "staged_entry"):
        owner = (row.attestation_id.split("/")[0]) if table.name == "criterion_result" else row.resource_id
    return owner, table.name, str(row.id)


async def _tell(
    connection: AsyncConnection,
    touched: Mapping[tuple[str | None, str, str], Iterable[str]],
    *,
    at: datetime,
    who: str,
    why: str,
) -> None:
    lines = [
        {
            "service_id": service_id,
            "resource_type": kind,
            "resource_id": row_id,
            "last_action_date": at,
            "last_action_type": _ACTION,
            "field_name": name,
            "previous_value": "",
            "replacement_value": REDACTED,
            "updated_by": who,
            "reason": why,
        }
        for (service_id, kind, row_id), names in touched.items()
        for name in sorted(names)
    ]
    await connection.execute(insert(MetadataRow), lines)
    await connection.execute(update(RevisionRow).values(number=RevisionRow.number + 1))
