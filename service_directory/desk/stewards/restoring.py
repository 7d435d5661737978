"""An entry as it was after some line of its history: the rows that were, worked out backwards. Pure.

What others recorded of a service is never rewound: judgements, what they rest on, suspensions. Nor is what would be
untrue today whatever was said then: that it may be listed, when somebody last made sure of it, how many places were
free.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from service_directory.changes import Change, Row, Value, as_text, difference
from service_directory.desk.wording import TABLES, label_of
from service_directory.history import Recorded
from service_directory.importing.proposals import from_text
from service_directory.model import Base
from service_directory.redacting import REDACTED

_TABLES = Base.metadata.tables
#: What a steward can put back. All other tables hold what was recorded of a service, or free places.
REWOUND = frozenset(
    {
        "service",
        "phone",
        "contact",
        "schedule",
        "service_area",
        "language",
        "attribute",
        "cost_option",
        "location",
        "service_at_location",
        "address",
    }
)
_STAYS: Mapping[str, frozenset[str]] = {"service": frozenset({"do_not_list", "example", "assured_on", "assured_by"})}
_CHECKS = ("checked_on", "checked_by")
#: What a check was of: of another number, or of other hours, it says nothing.
_CHECKED = ("number", "email", "url", "opening_hours")


@dataclass(frozen=True, slots=True)
class Restored:
    """What would put an entry back; `lost` names what cannot be, because words were taken out of its history."""

    changes: tuple[Change, ...]
    lost: tuple[str, ...]


def restored(rows: Sequence[Row], history: Iterable[tuple[int, Recorded]], line: int) -> Restored:
    """What would put an entry back to how it was once a line of its history was written.

    `history` are all lines of the service with their numbers, in any order. A line written in the same act as `line`
    (the same moment, person and reason) counts as before it: half of an act was never an entry.
    """
    lines = sorted(history, key=lambda one: one[0])
    chosen = next((one for number, one in lines if number == line), None)
    if chosen is None:
        raise KeyError(line)
    act = (chosen.at, chosen.who, chosen.why)
    last = max(number for number, one in lines if (one.at, one.who, one.why) == act)
    later = [one for number, one in lines if number > last]
    now = {row.key: row for row in rows if row.table in REWOUND}
    texts: dict[tuple[str, str], dict[str, str]] = {
        key: {name: as_text(value) for name, value in row.values.items()} for key, row in now.items()
    }
    for one in reversed(later):
        _undo(texts, one)
    # What was taken out of history stays as it is now.
    lost = sorted(
        {
            f"{label_of(table, name)} ({TABLES.get(table, table).lower()})"
            for (table, _), row in texts.items()
            for name, text in row.items()
            if REDACTED in text
        }
    )
    service_id = next(row.id for row in rows if row.table == "service")
    wanted = [
        _row(table, row_id, service_id, row, now.get((table, row_id)))
        for (table, row_id), row in texts.items()
        if (table, row_id) in now or not any(REDACTED in text for text in row.values())
    ]
    return Restored(difference(list(now.values()), _whole(wanted)), tuple(lost))


def _undo(texts: dict[tuple[str, str], dict[str, str]], one: Recorded) -> None:
    table, _, row_id = one.what.partition(" ")
    if table not in REWOUND:
        return
    if one.action == "create":
        texts.pop((table, row_id), None)
    elif one.action == "delete":
        texts.setdefault((table, row_id), {})[one.field] = one.before
    elif (table, row_id) in texts:
        texts[table, row_id][one.field] = one.before


def _row(table: str, row_id: str, service_id: str, texts: Mapping[str, str], now: Row | None) -> Row:
    """A row of its texts. What history did not write down, because it was empty, is as the table begins it."""
    values: dict[str, Value] = {}
    for column in _TABLES[table].columns:
        if column.name in ("id", "service_id"):
            continue
        stays = column.name in _STAYS.get(table, ()) or REDACTED in texts.get(column.name, "")
        if now is not None and stays:
            values[column.name] = now.values[column.name]
        elif column.name in texts:
            values[column.name] = from_text(table, column.name, texts[column.name])
        else:
            begins = None if column.default is None else cast(Any, column.default).arg
            values[column.name] = begins if column.nullable or begins is not None else ""
    same = now is not None and all(values.get(name) == now.values.get(name) for name in _CHECKED)
    for name in _CHECKS:
        if name in values:
            # It was tried since, or it was not: that is known of today's number, and of no other.
            values[name] = now.values[name] if now is not None and same else (None if name == "checked_on" else "")
    return Row(table, row_id, service_id, values)


def _whole(rows: Sequence[Row]) -> list[Row]:
    """Without what points to a place that is no longer there."""
    places = {row.id for row in rows if row.table == "location"}
    return [row for row in rows if row.values.get("location_id", "") in places or "location_id" not in row.values]
