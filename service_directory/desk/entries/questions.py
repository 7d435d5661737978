"""What is asked about each part of an entry: the fields of its page, with their help and examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
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
from service_directory.desk.entries.rewriting import Fragment
from service_directory.desk.web.forms import DeskForm, Help

#: WTForms hands out fields that are bound to no form yet; its types call them by what they become.
Fields = dict[str, Any]


class CheckboxesField(SelectMultipleField):
    """Several of a list, each with a box to tick."""

    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """What may be ticked is checked by the readers."""


@dataclass(frozen=True, slots=True)
class ListAsked:
    """A list whose items are asked for one below the other, with an empty one at its end."""

    name: str
    called: str
    title: Callable[[Mapping[str, Any]], str]
    new: str
    fields: Callable[[Mapping[str, Any]], Fields]
    filled: str | None
    """The field without which an item says nothing; None when any will do."""


def made_of(fields: Mapping[str, Any], typed: FormData | None, values: Mapping[str, Any]) -> DeskForm:
    """A form of these fields, with what was typed, or else with these values."""
    kind: type[DeskForm] = type("PartForm", (DeskForm,), dict(fields))
    return kind(typed, data=values)


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


def _about(said: Fragment) -> Fields:
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
            "Given out with the public data until you take it away; the chat does not say it yet.",
            "No new groups until 6 January; the phone is staffed as always.",
            area=True,
        ),
    }


def _who(said: Fragment) -> Fields:
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


def _first(said: Fragment) -> Fields:
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


def _stay(said: Fragment) -> Fields:
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


def _family(said: Fragment) -> Fields:
    return {
        "children_accepted": radio("Can his children come?", ACCEPTED, kept=said["children_accepted"]),
        "children": text("Children, in your words", "", "There is a play corner for an hour or two.", area=True),
        "pets_accepted": radio("Can pets come?", ACCEPTED, kept=said["pets_accepted"]),
        "pets": text("Pets, in your words", "", "Small animals; for dogs we find a foster home.", area=True),
    }  # fmt: skip


def _costs(_: Fragment) -> Fields:
    return {
        "cost": text("What it costs, in one sentence", "", "It is free.", area=True),
        "bill": text(
            "Does getting in touch show on a bill?", "", "Not on landline bills; it may on mobile ones.", area=True
        ),
    }  # fmt: skip


def _access(_: Fragment) -> Fields:
    return {
        "access": text(
            "Disabled access", "Steps, lifts, toilets, BSL, easy read.", "Step-free. BSL by video.", area=True
        )
    }


def _nothing(_: Fragment) -> Fields:
    return {}


def _contact(item: Mapping[str, Any]) -> Fields:
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


def _cost(_: Mapping[str, Any]) -> Fields:
    return {
        "row": HiddenField(),
        "option": text("What for", "", "Counselling", 120),
        "amount": text("Price in pounds", "", "12.50", 12),
        "description": text("For how much of it", "", "a session", 200),
        "from": text("From which day", "Leave it empty if it is so already.", "2026-04-01", 10),
        "until": text("Until which day", "", longest=10),
    }


def _place(item: Mapping[str, Any]) -> Fields:
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


#: The fields of each part that stand alone.
SINGLE: Mapping[str, Callable[[Fragment], Fields]] = {
    "about": _about,
    "who": _who,
    "first": _first,
    "stay": _stay,
    "family": _family,
    "costs": _costs,
    "access": _access,
    "reach": _nothing,
}
#: The list of each part that has one.
LISTS: Mapping[str, ListAsked] = {
    "reach": ListAsked(
        "contacts",
        "Ways to reach you",
        lambda item: CONTACT_KINDS.get(str(item.get("kind")), "Way to reach you"),
        "Another way to reach you",
        _contact,
        "value",
    ),
    "costs": ListAsked(
        "costs", "Prices", lambda item: str(item.get("option") or "Price"), "Another price", _cost, None
    ),
    "access": ListAsked(
        "locations", "Places", lambda item: str(item.get("name") or "Place"), "Another place", _place, None
    ),
}
#: Fields in which nothing chosen means that nobody knows.
UNKNOWN = frozenset(
    {"serves_men", "local_applicants", "assessment_told", "anonymous_contact", "worker_choice", "children_accepted",
     "pets_accepted"}
)  # fmt: skip
