"""What the page of one part of an entry asks, as a form, and what was typed into it, as a fragment.

Stewards' pages ask the same: `form_of` makes the form, `read_form` reads it, `complain` puts what is wrong under the
fields. Nothing is judged here: rewriting.py has the readers do that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData
from wtforms import BooleanField
from wtforms.fields.core import Field

from service_directory.desk.entries.questions import LISTS, SINGLE, UNKNOWN, ListAsked, made_of, select
from service_directory.desk.entries.rewriting import Fragment, Mistake
from service_directory.desk.web.forms import DeskForm

#: No list of an entry is longer on a page: whoever needs more writes to the stewards.
MOST_ITEMS: Final = 30


@dataclass(frozen=True, slots=True)
class Block:
    """Some fields that belong together, under a title; alone when it has none."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What was typed. `places` says, for each list, in which place of the form each of its items stood."""

    fragment: dict[str, Any]
    places: Mapping[str, tuple[int, ...]]


def form_of(
    part: str, said: Fragment, typed: FormData | None = None, *, empty: int = 1, hidden: bool = False
) -> DeskForm:
    """The form of a part: with what was typed, or else with what is said now.

    `empty` items stand open at the end of a list. Of a service that is `hidden` nobody is asked where it is.
    """
    items = [] if _unasked(part, hidden) else _items(part, said, typed, empty)
    fields = dict(SINGLE[part](said))
    values = _values(part, said)
    for number, item in enumerate(items):
        listed = LISTS[part]
        for name, made in listed.fields(item).items():
            fields[f"{listed.name}-{number}-{name}"] = made
            values[f"{listed.name}-{number}-{name}"] = _inside(item, name)
        if len(items) > 1 and item:
            places = {str(place): str(place) for place in range(1, len(items) + 1)}
            fields[f"{listed.name}-{number}-place"] = select("Where it stands in the list", places)
            values[f"{listed.name}-{number}-place"] = str(number + 1)
        if item:
            fields[f"{listed.name}-{number}-gone"] = BooleanField("Take this one away")
    return made_of(fields, typed, values)


def blocks(part: str, form: DeskForm) -> Iterator[Block]:
    """The fields of a form as they stand on its page."""
    listed = LISTS.get(part)
    grouped: dict[int, list[Field]] = {}
    for one in form:
        found = listed and re.match(rf"{listed.name}-(\d+)-", one.name)
        if found:
            grouped.setdefault(int(found[1]), []).append(one)
        else:
            yield Block("", (one,))
    for number, fields in grouped.items():
        assert listed is not None  # noqa: S101 - only a list has items
        item = {field.name.removeprefix(f"{listed.name}-{number}-"): field.data for field in fields}
        yield Block(listed.title(item) if "gone" in item else listed.new, tuple(fields))


def read_form(part: str, form: DeskForm, said: Fragment, *, hidden: bool = False) -> Read:
    """What stands in a form, as a fragment. `said` is what it was made of."""
    fragment: dict[str, Any] = {}
    for name in SINGLE[part](said):
        value = form[name].data
        fragment[name] = (value or "unknown") if name in UNKNOWN else value
    if part == "who":
        fragment["age"] = {"from": fragment.pop("age-from") or "", "to": fragment.pop("age-to") or ""}
    if part == "stay":
        fragment |= {name: fragment[name] == "yes" for name in ("accommodation", "hides_address")}
    for name in ("needs", "access_routes", "accommodation_kinds"):
        if name in fragment:
            fragment[name] = _in_order(fragment[name] or [], said[name])
    places: dict[str, tuple[int, ...]] = {}
    listed = LISTS.get(part)
    if listed is not None and _unasked(part, hidden):
        fragment[listed.name] = said[listed.name]
    elif listed is not None:
        kept = list(_kept_items(listed, form))
        fragment[listed.name] = [item for _, item in kept]
        places[listed.name] = tuple(number for number, _ in kept)
    return Read(fragment, places)


def complain(form: DeskForm, mistakes: Iterable[Mistake], places: Mapping[str, tuple[int, ...]]) -> list[Mistake]:
    """Put mistakes under the fields in which they were typed; those that stand elsewhere come back."""
    elsewhere = []
    for one in mistakes:
        name = _field_name(one.field, places)
        visible = [field for field in form if field.type != "HiddenField"]
        found = next((field for field in visible if field.name == name), None)
        if found is not None:
            form.complain(found.name, sentence(found.label.text, one.message))
        elif (found := next((field for field in visible if field.name.startswith(f"{name}-")), None)) is not None:
            called = next((listed.called for listed in LISTS.values() if listed.name == name), found.label.text)
            form.complain(found.name, f"{called}: {one.message}")
        else:
            elsewhere.append(one)
    return elsewhere


def sentence(label: str, message: str) -> str:
    """What is wrong with a field, as a sentence that names it."""
    verb = re.match(r"(is|must|says|holds|lies|stands|may)\b", message)
    return f"{label.rstrip('?')} {message}" if verb else f"{label}: {message}"


def _unasked(part: str, hidden: bool) -> bool:
    return part == "access" and hidden


def _in_order(ticked: Sequence[str], kept: Sequence[str]) -> list[str]:
    """What is ticked: what was kept first, in the order in which it was."""
    return [one for one in kept if one in ticked] + [one for one in ticked if one not in kept]


def _items(part: str, said: Fragment, typed: FormData | None, empty: int) -> list[Mapping[str, Any]]:
    """The items of a part's list, as far as the form has to know them, with empty ones at their end."""
    listed = LISTS.get(part)
    if listed is None:
        return []
    if typed is None:
        return [*said[listed.name], *({} for _ in range(empty))]
    numbers = {int(found[1]) for name in typed if (found := re.fullmatch(rf"{listed.name}-(\d{{1,3}})-\w.*", name))}
    count = min(max(numbers, default=-1) + 1, MOST_ITEMS)
    items: list[Mapping[str, Any]] = []
    for number in range(count):
        start = f"{listed.name}-{number}-"
        item = {name.removeprefix(start): typed[name] for name in typed if name.startswith(start)}
        items.append(item if _says(listed, item) or "gone" in item or item.get("row") else {})
    filled = [item for item in items if item]
    return [*items, *({} for _ in range(empty - (len(items) - len(filled))))]


def _says(listed: ListAsked, item: Mapping[str, Any]) -> bool:
    if listed.filled is not None:
        return bool(item.get(listed.filled))
    return any(value for name, value in item.items() if name not in ("row", "type", "place", "gone"))


def _kept_items(listed: ListAsked, form: DeskForm) -> list[tuple[int, dict[str, Any]]]:
    """The items that stay, each with its place in the form, in the order that was chosen."""
    by_number: dict[int, dict[str, Any]] = {}
    for field in form:
        if found := re.fullmatch(rf"{listed.name}-(\d+)-(.+)", field.name):
            by_number.setdefault(int(found[1]), {})[found[2]] = field.data
    kept: list[tuple[tuple[int, int], int, dict[str, Any]]] = []
    for number, item in by_number.items():
        gone, place = item.pop("gone", False), item.pop("place", None)
        if gone or not (item.get("row") or _says(listed, item)):
            continue
        wanted = int(place) if place and str(place).isdecimal() else number + 1
        # Whoever is moved up comes before whom he takes the place of, and whoever is moved down behind.
        moved = 0 if wanted == number + 1 else -1 if wanted < number + 1 else 1
        kept.append(((wanted, moved), number, _outside(item)))
    return [(number, item) for _, number, item in sorted(kept, key=lambda one: (one[0], one[1]))]


def _values(part: str, said: Fragment) -> dict[str, Any]:
    values = {name: value for name, value in said.items() if not isinstance(value, Mapping)}
    if part == "who":
        values |= {"age-from": said["age"]["from"], "age-to": said["age"]["to"]}
    if part == "stay":
        values |= {name: "yes" if said[name] else "no" for name in ("accommodation", "hides_address")}
    return values


def _inside(item: Mapping[str, Any], name: str) -> Any:
    """A value of an item by the name of its field: that of an address stands inside it."""
    outer, _, inner = name.partition("-")
    return (item.get(outer) or {}).get(inner) if inner else item.get(name)


def _outside(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item with its address put together again; without one where none of it was typed."""
    made = {name: value or "" for name, value in item.items() if "-" not in name}
    address = {name.partition("-")[2]: value or "" for name, value in item.items() if "-" in name}
    return {**made, "address": address} if any(address.values()) else made


def _field_name(field: str, places: Mapping[str, tuple[int, ...]]) -> str:
    """The name in a form of a field as the readers name it: "contacts 2, value" is contacts-1-value."""
    found = re.fullmatch(r"(\w+) (\d+)(?:, (.+))?", field)
    if found is None:
        return field.replace(", ", "-")
    numbers = places.get(found[1], ())
    place = numbers[int(found[2]) - 1] if 0 < int(found[2]) <= len(numbers) else int(found[2]) - 1
    return "-".join(part for part in (found[1], str(place), (found[3] or "").replace(", ", "-")) if part)
