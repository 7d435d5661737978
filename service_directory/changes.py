"""What differs between the rows that are kept and the rows that are wanted. Pure.

Every difference becomes a line of history, so nothing changes without a trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Value = str | int | bool | date | None

#: Rows of these tables stay when a new document does not speak of them: judgements and what they rest on are
#: superseded by newer ones, and a suspension ends on a date, never by being left out.
KEPT = frozenset({"attestation", "suspension", "evidence"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of one table. `service_id` is the service it belongs to; None for organizations."""

    table: str
    id: str
    service_id: str | None
    values: Mapping[str, Value]

    @property
    def key(self) -> tuple[str, str]:
        return (self.table, self.id)


@dataclass(frozen=True, slots=True)
class Change:
    """One row to create, update or delete, and the fields of it that differ: name, before, after."""

    action: Literal["create", "update", "delete"]
    row: Row
    fields: tuple[tuple[str, Value, Value], ...]


def difference(kept: Iterable[Row], wanted: Iterable[Row]) -> tuple[Change, ...]:
    """The changes that turn the kept rows into the wanted ones, in an order that foreign keys allow."""
    before = {row.key: row for row in kept}
    after = {row.key: row for row in wanted}
    written = [change for row in after.values() if (change := _written(before.get(row.key), row)) is not None]
    gone = [
        Change("delete", row, tuple((name, value, None) for name, value in row.values.items()))
        for row in before.values()
        if row.key not in after and not _stays(row, after)
    ]
    return (*written, *reversed(gone))


def as_text(value: Value) -> str:
    """A value as history keeps it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _written(old: Row | None, new: Row) -> Change | None:
    if old is None:
        return Change("create", new, tuple((name, None, value) for name, value in new.values.items()))
    fields = tuple(_differing(old.values, new.values))
    return Change("update", new, fields) if fields else None


def _differing(old: Mapping[str, Value], new: Mapping[str, Value]) -> Iterator[tuple[str, Value, Value]]:
    for name, value in new.items():
        if old.get(name) != value:
            yield name, old.get(name), value


def _stays(row: Row, wanted: Mapping[tuple[str, str], Row]) -> bool:
    """Whether a row that is no longer written stays all the same.

    The results of an attestation that is written again are those written with it, no more: a criterion that
    is no longer called met is no longer met.
    """
    if row.table in ("criterion_result", "criterion_evidence"):
        return ("attestation", str(row.values["attestation_id"])) not in wanted
    return row.table in KEPT
