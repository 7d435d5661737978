"""What would change, or was changed, for reading: row by row, field by field, and in long texts word by word. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from service_directory.desk.wording import TABLES, AreaName, label_of, route, said

#: Texts of at least this many words are compared word by word; of shorter ones the old and the new stand side by side.
LONG = 6
#: Two texts that share less than this are another text, and a patchwork of the two would only confuse.
_ALIKE = 0.35
_WORDS = re.compile(r"\S+\s*")

#: What nobody has to look at: where a row stands, and what only points to another row.
_UNSAID = frozenset(
    {"link_id", "taxonomy_term_id", "link_type", "attestation_id", "criterion_result_id", "evidence_id", "location_id"}
)
_ORDER = frozenset({"position"})


class Field(Protocol):
    """A field that would change or was changed, as a proposal has it."""

    @property
    def resource_type(self) -> str: ...
    @property
    def resource_id(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text: the same before and after, gone, or new."""

    kind: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One field: what it is called, what stood in it and what would stand in it, in people's words.

    `pieces` are the two texts woven into one, where they are long and alike; `two` says that two people have to agree.
    """

    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()
    two: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """All that changes of one row: what it is, and whether it is new, changed or taken away."""

    title: str
    done: Literal["new", "changed", "gone"]
    lines: tuple[Line, ...]

    @property
    def two(self) -> bool:
        return any(line.two for line in self.lines)


_DONE: Mapping[str, Literal["new", "changed", "gone"]] = {"create": "new", "update": "changed", "delete": "gone"}


def groups(fields: Iterable[Field], area_name: AreaName, *, two: bool = True) -> tuple[Group, ...]:
    """The changes of an entry for reading, row by row in the order in which they come.

    `two`: mark the fields that two people have to agree on.
    """
    by_row: dict[tuple[str, str, str], list[Field]] = {}
    for one in fields:
        by_row.setdefault((one.resource_type, one.resource_id, one.action), []).append(one)
    made = (_group(key[0], key[2], found, area_name, two=two) for key, found in by_row.items())
    return tuple(group for group in made if group.lines)


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts woven into one, word by word; none where they are short, or have too little in common.

    What is the same or gone makes up the text before, what is the same or new the text after.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if min(len(old), len(new)) < LONG:
        return ()
    matcher = difflib.SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new], False)
    if matcher.ratio() < _ALIKE:
        return ()
    woven: list[Piece] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            woven.append(Piece("same", "".join(new[c:d])))
            continue
        if a != b:
            woven.append(Piece("gone", "".join(old[a:b])))
        if c != d:
            woven.append(Piece("new", "".join(new[c:d])))
    return tuple(woven)


def _group(table: str, action: str, fields: list[Field], area_name: AreaName, *, two: bool) -> Group:
    done = _DONE.get(action, "changed")
    values = {one.field: one.after or one.before for one in fields}
    told = [one for one in fields if one.field not in _UNSAID and (one.before or one.after)]
    if done != "changed":
        told = [one for one in told if one.field not in _ORDER]
    lines = tuple(_line(table, values, one, area_name, two=two) for one in told)
    return Group(_title(table, values, fields[0]), done, lines)


def _line(table: str, values: Mapping[str, str], one: Field, area_name: AreaName, *, two: bool) -> Line:
    if values.get("link_type") == "access_route" and one.field == "value":
        before, after = (route(text) if text else "" for text in (one.before, one.after))
    else:
        before, after = (said(one.field, text, area_name, table=table) for text in (one.before, one.after))
    leads = two and bool(getattr(one, "leads_elsewhere", False))
    # Hours of which half is woven into the other are hours that nobody can read.
    woven = () if one.field == "opening_hours" else pieces(before, after)
    return Line(label_of(table, one.field), before, after, woven, leads)


_LISTS = {
    "need": "What it helps with",
    "accommodation_kind": "Kind of place to stay",
    "access_route": "Who can get him in",
}


def _title(table: str, values: Mapping[str, str], first: Field) -> str:
    if table == "attribute":
        return _LISTS.get(values.get("link_type") or _list_in(first.resource_id), TABLES[table])
    return TABLES.get(table, table.replace("_", " ").capitalize())


def _list_in(row_id: str) -> str:
    """The closed list that an attribute belongs to, which stands in the middle of its id."""
    parts = row_id.split("/")
    return parts[1] if len(parts) > 2 else ""
