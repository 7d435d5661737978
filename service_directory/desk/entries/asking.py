"""What the page of one part of an entry asks, as a form, and what was typed into it, as a fragment.

Stewards' pages ask the same: `form_of` makes the form, `read_form` reads it, `complain` puts what is wrong under the
fields. Nothing is judged here: rewriting.py has the readers do that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.fields.core import Field
from wtforms.widgets import CheckboxInput

from service_directory.desk.entries.choices import (
    ACCEPTED,
    BILL,
    CONTACT_KINDS,
    KINDS,
    LOCAL,
    NEEDED,
    PLACES,
    ROUTES,
    SERVES,
    WORKERS,
    YES_NO,
    YES_NO_UNKNOWN,
    Choices,
)
from service_directory.desk.entries.rewriting import Fragment, Mistake
from service_directory.desk.web.forms import DeskForm, Help

#: No list of an entry is longer on a page: whoever needs more writes to the stewards.
MOST_ITEMS: Final = 30
#: WTForms hands out fields that are bound to no form yet; its types call them by what they become.
_FIELDS = dict[str, Any]


class CheckboxesField(SelectMultipleField):
    """Several of a list, each with a box to tick."""

    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """What may be ticked is checked by the readers."""


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


@dataclass(frozen=True, slots=True)
class _List:
    """A list whose items are asked for one below the other, with an empty one at its end."""

    name: str
    called: str
    title: Callable[[Mapping[str, Any]], str]
    new: str
    fields: Callable[[Mapping[str, Any]], _FIELDS]
    filled: str | None
    """The field without which an item says nothing; None when any will do."""


def text(label: str, help: str = "", example: str = "", longest: int = 400, *, area: bool = False) -> Any:
    told = Help(help, example)
    if area:
        return TextAreaField(label, description=told, render_kw={"maxlength": longest, "rows": 3})
    return StringField(label, description=told, render_kw={"maxlength": longest})


def radio(label: str, choices: Choices, help: str = "", kept: str = "") -> Any:
    return RadioField(label, choices=_with(choices, [kept]), description=Help(help), validate_choice=False)


def select(label: str, choices: Choices, help: str = "", kept: str = "") -> Any:
    return SelectField(label, choices=_with(choices, [kept]), description=Help(help), validate_choice=False)


def boxes(label: str, choices: Choices, help: str = "", kept: Iterable[str] = ()) -> Any:
    return CheckboxesField(label, choices=_with(choices, kept), description=Help(help))


def _with(choices: Choices, kept: Iterable[str]) -> list[Any]:
    """The choices, and what is kept although nobody could choose it: it must not be lost by looking at it."""
    unheard = {one: one for one in kept if one and one not in choices}
    return [SelectChoice(code, words) for code, words in {**choices, **unheard}.items()]


# --- the fields of each part


def _about(said: Fragment) -> _FIELDS:
    return {
        "name": text("Name of the service", "As men should see it.", "Leeds Men's Line", 80),
        "also_known_as": text("Other name people use", "Leave it empty if there is none.", longest=120),
        "helps": text(
            "What you help with",
            "One sentence that a man in trouble understands at once. Numbers and links have a page of their own.",
            "Someone to talk to about what is going on at home.",
            200,
            area=True,
        ),
        "needs": boxes(
            "Men should find you when they look for", NEEDED, "Tick all that you do yourselves.", said["needs"]
        ),
        "alert": text(
            "Anything different just now",
            "Shown until you take it away.",
            "No new groups until 6 January; the phone is staffed as always.",
            area=True,
        ),
    }


def _who(said: Fragment) -> _FIELDS:
    return {
        "serves_men": radio("Whom do you help?", SERVES, kept=said["serves_men"]),
        "age-from": text("Youngest age", "Leave it empty if there is no limit.", "18", 3),
        "age-to": text("Oldest age", "Leave it empty if there is no limit.", longest=3),
        "who": text("Who can come, in your words", "", "Any man who lives, works or studies in Leeds.", area=True),
        "gay_and_bi_men": text(
            "Gay and bisexual men",
            "What they will find with you.",
            "A worker who is gay himself, on Tuesdays.",
            area=True,
        ),
        "trans_men": text("Trans men", "What they will find with you.", area=True),
        "local_applicants": radio("Men who live close by", LOCAL, kept=said["local_applicants"]),
        "access_routes": boxes("How can he get to you?", ROUTES, kept=said["access_routes"]),
    }


def _first(said: Fragment) -> _FIELDS:
    return {
        "happens": text(
            "What happens when he gets in touch",
            "Who answers, and what comes next.",
            "A trained volunteer answers. You can hang up whenever you want.",
            area=True,
        ),
        "asks": text("What you ask him", "", "Your first name, any will do, and whether you are safe now.", area=True),
        "assessment_told": radio(
            "If you assess what happened between two people, is he told beforehand?", YES_NO_UNKNOWN,
            kept=said["assessment_told"],
        ),
        "anonymous_contact": radio("Can he stay anonymous at first?", YES_NO_UNKNOWN, kept=said["anonymous_contact"]),
        "workers": text("Who he talks to", "", "Men and women; you can ask for either.", area=True),
        "worker_choice": radio("Can he choose to talk with a man or a woman?", WORKERS, kept=said["worker_choice"]),
    }  # fmt: skip


def _stay(said: Fragment) -> _FIELDS:
    return {
        "accommodation": radio(
            "Do you give men a place to stay?",
            YES_NO,
            "If you do, nothing is kept of where it is: no address, no street, no postcode.",
        ),
        "accommodation_kinds": boxes("What kind?", KINDS, kept=said["accommodation_kinds"]),
        "hides_address": radio(
            "Should nobody learn where you are?",
            YES_NO,
            "If so, addresses that are on record are taken out for good, also of the history.",
        ),
    }


def _family(said: Fragment) -> _FIELDS:
    return {
        "children_accepted": radio("Can his children come?", ACCEPTED, kept=said["children_accepted"]),
        "children": text("Children, in your words", "", "There is a play corner for an hour or two.", area=True),
        "pets_accepted": radio("Can pets come?", ACCEPTED, kept=said["pets_accepted"]),
        "pets": text("Pets, in your words", "", "Small animals; for dogs we find a foster home.", area=True),
    }  # fmt: skip


def _costs(_: Fragment) -> _FIELDS:
    return {
        "cost": text("What it costs, in one sentence", "", "It is free.", area=True),
        "bill": text(
            "Does getting in touch show on a bill?", "", "Not on landline bills; it may on mobile ones.", area=True
        ),
    }  # fmt: skip


def _access(_: Fragment) -> _FIELDS:
    return {
        "access": text(
            "Disabled access", "Steps, lifts, toilets, BSL, easy read.", "Step-free. BSL by video.", area=True
        )
    }


def _nothing(_: Fragment) -> _FIELDS:
    return {}


def _contact(item: Mapping[str, Any]) -> _FIELDS:
    made = {
        "row": HiddenField(),
        "kind": select("Kind", CONTACT_KINDS, kept=item.get("kind", "")),
        "value": text(
            "Number or address", "A UK number, an email address, or a link with https://.", "0113 496 0301", 500
        ),
        "label": text("A word for it, if there are several", "No numbers in it.", "Office", 60),
    }
    if item.get("kind") not in ("webchat", "email", "website"):
        made["bill"] = select("Does it show on a phone bill?", BILL, kept=item.get("bill", ""))
    return made


def _cost(_: Mapping[str, Any]) -> _FIELDS:
    return {
        "row": HiddenField(),
        "option": text("What for", "", "Counselling", 120),
        "amount": text("Price in pounds", "", "12.50", 12),
        "description": text("For how much of it", "", "a session", 200),
        "from": text("From which day", "Leave it empty if it is so already.", "2026-04-01", 10),
        "until": text("Until which day", "", longest=10),
    }


def _place(item: Mapping[str, Any]) -> _FIELDS:
    return {
        "row": HiddenField(),
        "type": select("Kind", PLACES, kept=item.get("type", "")),
        "name": text("Name of the place", "", "The Old Chapel", 120),
        "address-line_1": text("First line of the address", "", "12 Station Road", 120),
        "address-line_2": text("Second line", longest=120),
        "address-town": text("Town", longest=80),
        "address-county": text("County", longest=80),
        "address-postcode": text("Postcode", longest=10),
        "description": text("How to find the door", "", "Round the back, blue door."),
        "transport": text("How to get there", "", "Bus 5 from the station."),
        "access": text("Access", "", "Step-free from the car park."),
    }


_SINGLE: Mapping[str, Callable[[Fragment], _FIELDS]] = {
    "about": _about,
    "who": _who,
    "first": _first,
    "stay": _stay,
    "family": _family,
    "costs": _costs,
    "access": _access,
    "reach": _nothing,
}
_LISTS: Mapping[str, _List] = {
    "reach": _List(
        "contacts",
        "Ways to reach you",
        lambda item: CONTACT_KINDS.get(str(item.get("kind")), "Way to reach you"),
        "Another way to reach you",
        _contact,
        "value",
    ),
    "costs": _List("costs", "Prices", lambda item: str(item.get("option") or "Price"), "Another price", _cost, None),
    "access": _List(
        "locations", "Places", lambda item: str(item.get("name") or "Place"), "Another place", _place, None
    ),
}
#: What a page of this room asks in a way of its own.
OTHERWISE: Final = frozenset({"hours", "areas", "languages"})
#: Fields in which nothing chosen means that nobody knows.
_UNKNOWN = frozenset(
    {"serves_men", "local_applicants", "assessment_told", "anonymous_contact", "worker_choice", "children_accepted",
     "pets_accepted"}
)  # fmt: skip


# --- forms made, read and complained of


def form_of(
    part: str, said: Fragment, typed: FormData | None = None, *, empty: int = 1, hidden: bool = False
) -> DeskForm:
    """The form of a part: with what was typed, or else with what is said now.

    `empty` items stand open at the end of a list. Of a service that is `hidden` nobody is asked where it is.
    """
    items = [] if _unasked(part, hidden) else _items(part, said, typed, empty)
    fields = dict(_SINGLE[part](said))
    values = _values(part, said)
    for number, item in enumerate(items):
        listed = _LISTS[part]
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


def made_of(fields: Mapping[str, Any], typed: FormData | None, values: Mapping[str, Any]) -> DeskForm:
    """A form of these fields, with what was typed, or else with these values."""
    kind: type[DeskForm] = type("PartForm", (DeskForm,), dict(fields))
    return kind(typed, data=values)


def blocks(part: str, form: DeskForm) -> Iterator[Block]:
    """The fields of a form as they stand on its page."""
    listed = _LISTS.get(part)
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
    for name in _SINGLE[part](said):
        value = form[name].data
        fragment[name] = (value or "unknown") if name in _UNKNOWN else value
    if part == "who":
        fragment["age"] = {"from": fragment.pop("age-from") or "", "to": fragment.pop("age-to") or ""}
    if part == "stay":
        fragment |= {name: fragment[name] == "yes" for name in ("accommodation", "hides_address")}
    for name in ("needs", "access_routes", "accommodation_kinds"):
        if name in fragment:
            fragment[name] = _in_order(fragment[name] or [], said[name])
    places: dict[str, tuple[int, ...]] = {}
    listed = _LISTS.get(part)
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
            called = next((listed.called for listed in _LISTS.values() if listed.name == name), found.label.text)
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
    listed = _LISTS.get(part)
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


def _says(listed: _List, item: Mapping[str, Any]) -> bool:
    if listed.filled is not None:
        return bool(item.get(listed.filled))
    return any(value for name, value in item.items() if name not in ("row", "type", "place", "gone"))


def _kept_items(listed: _List, form: DeskForm) -> list[tuple[int, dict[str, Any]]]:
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
