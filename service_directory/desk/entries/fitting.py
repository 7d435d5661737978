"""Rows that were read anew, fitted to those that are kept: the same thing stays the same row. Pure.

Otherwise taking the first of three numbers away would look like three changes, each of which two people must agree on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast

from service_directory.changes import Row, Value
from service_directory.desk.entries.parts import PARTS

_WAYS = ("phone", "contact")
#: The list of a document in which the rows of a table are written, and what their ids are made of.
_LISTS: Mapping[str, str] = {
    "phone": "contacts",
    "contact": "contacts",
    "cost_option": "costs",
    "location": "locations",
}
#: What makes a row of these tables the same one.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "attribute": ("link_type", "value"),
    "service_area": ("code",),
    "language": ("code",),
}
#: What leads somewhere. Whoever tried the old one has not tried the new one.
_LEADS = ("number", "type", "email", "url", "kind", "opening_hours")


def fitted(
    kept: Sequence[Row],
    read: Sequence[Row],
    entry: Mapping[str, Any],
    touched: Collection[str],
    *,
    today: date,
    says: str,
) -> Iterator[Row]:
    """The rows of a service once the touched parts are as they were read, and all else as it was kept.

    `entry` is what was read: in its lists stands which row each item came from. `says`: who said what is new.
    """
    parts = [PARTS[name] for name in touched]
    columns = frozenset().union(*(part.columns for part in parts))
    # With a way to reach it go the hours of that way.
    hours = "hours" in touched or "reach" in touched
    ids = _Ids(kept, read, entry)
    anew = [row for row in read if any(part.holds(row) for part in parts) or (hours and row.table == "schedule")]
    for row in kept:
        if row.table == "service":
            own = next(one for one in read if one.table == "service")
            yield _keeping(row, {**row.values, **{name: own.values[name] for name in columns}})
        elif not any(part.holds(row) for part in parts) and not (hours and row.table == "schedule"):
            yield row
    places = ids.places(anew)
    for row in anew:
        old = ids.kept(row)
        values = {**row.values, **ids.links(row), "position": places[row.key]}
        if "checked_on" in values:
            values |= _checked(row, old, today, says)
        final = Row(row.table, ids.final(row), row.service_id, values)
        yield final if old is None else _keeping(old, values)


def _keeping(old: Row, values: Mapping[str, Value]) -> Row:
    """A kept row with these values, but for texts that differ from the kept ones in spaces alone."""
    same = {
        name: before
        for name, before in old.values.items()
        if isinstance(before, str) and isinstance(values.get(name), str) and _words(before) == _words(values[name])
    }
    return Row(old.table, old.id, old.service_id, {**old.values, **values, **same})


def _words(text: Value) -> list[str]:
    return str(text).split()


def _checked(row: Row, old: Row | None, today: date, says: str) -> dict[str, Value]:
    """Who made sure of a fact, and when: as before if it is as before. A service knows its own hours."""
    if old is not None and all(old.values.get(name) == row.values.get(name) for name in _LEADS):
        return {name: old.values[name] for name in ("checked_on", "checked_by", "source")}
    if row.table == "schedule":
        return {"checked_on": today, "checked_by": says, "source": says}
    return {"checked_on": None, "checked_by": "", "source": says}


class _Ids:
    """Which kept row each row is that was read, and under which id it stands."""

    def __init__(self, kept: Sequence[Row], read: Sequence[Row], entry: Mapping[str, Any]) -> None:
        self._by_id = {row.key: row for row in kept}
        self._by_key = {_key(row): row for row in kept if row.table in _KEYS}
        self._kept = kept
        self._taken = {row.id for row in kept}
        self._final: dict[tuple[str, str], str] = {}
        # The service's own hours have no link; those of a way need to know that way's id first.
        for row in sorted(read, key=lambda one: one.table in ("schedule", "service_at_location", "address")):
            self._final[row.key] = self._found(row, entry)

    def final(self, row: Row) -> str:
        return self._final[row.key]

    def kept(self, row: Row) -> Row | None:
        """The kept row that a row which was read stands for."""
        return self._by_id.get((row.table, self._final[row.key]))

    def links(self, row: Row) -> dict[str, Value]:
        """The ids of other rows that a row points to."""
        if row.table == "schedule" and row.values["link_id"]:
            return {"link_id": self._way(str(row.values["link_id"]))}
        if row.table in ("service_at_location", "address"):
            return {"location_id": self._final["location", str(row.values["location_id"])]}
        return {}

    def places(self, rows: Iterable[Row]) -> dict[tuple[str, str], Value]:
        """Where each row stands among its like: where it stood, as long as nothing was put before something else."""
        found: dict[tuple[str, str], Value] = {}
        groups: dict[str, list[Row]] = {}
        for row in rows:
            if row.table == "schedule":
                # Each has the way to itself that it belongs to.
                old = self.kept(row)
                found[row.key] = row.values["position"] if old is None else old.values["position"]
            else:
                group = "way" if row.table in _WAYS else f"{row.table}/{row.values.get('link_type')}"
                groups.setdefault(group, []).append(row)
        for alike in groups.values():
            in_order = sorted(alike, key=lambda row: cast(int, row.values["position"]))
            stood = [
                (cast(int, old.values["position"]), old.id) for row in in_order if (old := self.kept(row)) is not None
            ]
            news = [self.kept(row) is None for row in in_order]
            as_before = stood == sorted(stood) and news == sorted(news)
            following = max((position for position, _ in stood), default=-1) + 1
            for place, row in enumerate(in_order):
                old = self.kept(row)
                if as_before and old is not None:
                    found[row.key] = old.values["position"]
                else:
                    found[row.key] = following + place - len(stood) if as_before else place
        return found

    def _found(self, row: Row, entry: Mapping[str, Any]) -> str:
        if row.table in _LISTS:
            said = entry[_LISTS[row.table]][cast(int, row.values["position"])].get("row")
            return said if (row.table, said) in self._by_id else self._fresh(row.id)
        if row.table in _KEYS:
            old = self._by_key.get(_key(row))
            return row.id if old is None else old.id
        if row.table in ("schedule", "service_at_location", "address"):
            name, link = next(iter(self.links(row).items()), ("link_id", ""))
            for old in self._kept:
                if old.table == row.table and old.values[name] == link:
                    return old.id
            return f"{link}/hours" if row.table == "schedule" and link else self._fresh(row.id)
        return row.id

    def _way(self, read_id: str) -> str:
        return next(self._final[table, read_id] for table in _WAYS if (table, read_id) in self._final)

    def _fresh(self, read_id: str) -> str:
        """An id that nobody has: "…/phone/1", or the next number that is free."""
        stem, _, last = read_id.rpartition("/")
        made, number = read_id, 1
        while made in self._taken:
            number += 1
            made = f"{stem}/{number}" if last.isdigit() else f"{read_id}/{number}"
        self._taken.add(made)
        return made


def _key(row: Row) -> tuple[Value, ...]:
    return (row.table, *(row.values[name] for name in _KEYS[row.table]))
