"""What a state is made of, and how each piece is written as text.

The grammar of the text, where a name is that of a flow, a step, an answer or a value:

    place    name.name(.name)*            the flow, the step, and the options ticked so far
    places   place(>place)*
    answer   name=name(,name)*
    option   name=label
    options  option(~option)*
    service  id=label, where the id is the directory's: letters, digits and - (and _ before what is no service)
    shown    service(~service)*
    told     id(,id)*
    past     places[:name[=name(,name)*]][![options]]

Pieces come from closed lists, so there are few of them and the same ones come again and again: what was read or
written lately is kept, and told by no more than itself whose it was.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

DEEPEST = 8
# How much of an offered label is kept: an area's name, its county and its nation.
LONGEST_LABEL = 64
# How much of a service's name is kept: what a button shows of it on a narrow phone.
LONGEST_NAME = 32

_NAME = r"[A-Za-z][A-Za-z0-9_]{0,23}"
_NAMES = rf"{_NAME}(?:,{_NAME})*"
_PLACE = rf"{_NAME}\.{_NAME}(?:\.{_NAME})*"
_PLACES = rf"{_PLACE}(?:>{_PLACE}){{0,{DEEPEST - 1}}}"
# What sets pieces apart, and signs that cannot be seen.
_NOT_IN_A_LABEL = r"|;~\x00-\x1f\x7f"
_OPTION = rf"{_NAME}=[^{_NOT_IN_A_LABEL}]{{0,{LONGEST_LABEL}}}"
_OPTIONS = rf"{_OPTION}(?:~{_OPTION})*"

_A_PLACE = re.compile(_PLACE)
_SOME_PLACES = re.compile(_PLACES)
_AN_ANSWER = re.compile(rf"{_NAME}={_NAMES}")
_SOME_OPTIONS = re.compile(_OPTIONS)
_SERVICE_ID = r"[A-Za-z0-9_-]{1,64}"
_SERVICE = rf"{_SERVICE_ID}=[^{_NOT_IN_A_LABEL}]{{0,{LONGEST_NAME}}}"
_SOME_SERVICES = re.compile(rf"{_SERVICE}(?:~{_SERVICE})*")
_TOLD = re.compile(rf"{_SERVICE_ID}(?:,{_SERVICE_ID})*")
_A_PAST = re.compile(rf"{_PLACES}(?::{_NAME}(?:={_NAMES})?)?(?:!(?:{_OPTIONS})?)?")
_UNFIT_FOR_A_LABEL = re.compile(f"[{_NOT_IN_A_LABEL}]")

# Pieces kept of each kind. The shipped conversations have a few hundred places and some four hundred councils.
_KEPT = 4_096

Answer = tuple[str, tuple[str, ...]]


def values_of(answers: tuple[Answer, ...], name: str) -> tuple[str, ...]:
    """The values of an answer; none when it was not given."""
    for known, values in answers:
        if known == name:
            return values
    return ()


class StateError(ValueError):
    """Stored bytes that are no state. The message never repeats them."""


class Option(NamedTuple):
    """A button: its id comes back as Pick(id)."""

    id: str
    label: str


class Place(NamedTuple):
    """A step of a flow. `ticks` are the options ticked so far where several can be chosen."""

    flow: str
    step: str
    ticks: tuple[str, ...] = ()


class Past(NamedTuple):
    """What Back undoes: where he was, and what an answer was before he gave it.

    `name` is empty when nothing was answered. `entered` marks a hand-over or an interrupt, from which `_return`
    leads exactly here; `offered` is what was offered here when it came.
    """

    places: tuple[Place, ...]
    name: str = ""
    before: tuple[str, ...] = ()
    entered: bool = False
    offered: tuple[Option, ...] = ()


# A way back as sessions share it: there are few of them, and live sessions have many each.
way_back = lru_cache(_KEPT)(Past)


# --- writing ----------------------------------------------------------------------------------------------


def place_text(place: Place) -> str:
    return ".".join((place.flow, place.step, *place.ticks))


@lru_cache(_KEPT)
def places_text(places: tuple[Place, ...]) -> str:
    return ">".join(map(place_text, places))


@lru_cache(_KEPT)
def answer_text(answer: Answer) -> str:
    return f"{answer[0]}={','.join(answer[1])}"


@lru_cache(_KEPT)
def past_text(past: Past) -> str:
    name = f":{past.name}" if past.name else ""
    before = f"={','.join(past.before)}" if past.before else ""
    entered = f"!{options_text(past.offered)}" if past.entered else ""
    return f"{places_text(past.places)}{name}{before}{entered}"


def options_text(options: tuple[Option, ...]) -> str:
    return "~".join(f"{option.id}={option.label}" for option in options)


def label_text(label: str) -> str:
    """A label as it can be kept: cut to a length, and without the signs that set pieces apart."""
    return _UNFIT_FOR_A_LABEL.sub(" ", label)[:LONGEST_LABEL]


def name_text(name: str) -> str:
    """A service's name as it can be kept: cut at the end of a word where it is long."""
    plain = _UNFIT_FOR_A_LABEL.sub(" ", name)
    if len(plain) <= LONGEST_NAME:
        return plain
    # One place is for the sign that something is left out.
    cut = plain[: LONGEST_NAME - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,") + "\N{HORIZONTAL ELLIPSIS}"


# --- reading: each raises StateError for anything that was not written so ---------------------------------


@lru_cache(_KEPT)
def read_place(text: str) -> Place:
    _must_be(_A_PLACE, text)
    flow, step, *ticks = text.split(".")
    return Place(flow, step, tuple(ticks))


@lru_cache(_KEPT)
def read_places(text: str) -> tuple[Place, ...]:
    _must_be(_SOME_PLACES, text)
    return tuple(map(read_place, text.split(">")))


@lru_cache(_KEPT)
def read_answer(text: str) -> Answer:
    _must_be(_AN_ANSWER, text)
    name, _, values = text.partition("=")
    return name, tuple(values.split(","))


@lru_cache(_KEPT)
def read_past(text: str) -> Past:
    _must_be(_A_PAST, text)
    way, entered, offered = text.partition("!")
    places, _, answer = way.partition(":")
    name, _, before = answer.partition("=")
    return Past(
        read_places(places),
        name,
        tuple(before.split(",")) if before else (),
        bool(entered),
        read_options(offered) if offered else (),
    )


def read_options(text: str) -> tuple[Option, ...]:
    _must_be(_SOME_OPTIONS, text)
    return tuple(Option(id_, label) for id_, _, label in (option.partition("=") for option in text.split("~")))


def read_services(text: str) -> tuple[Option, ...]:
    _must_be(_SOME_SERVICES, text)
    return tuple(Option(id_, label) for id_, _, label in (option.partition("=") for option in text.split("~")))


def read_told(text: str) -> tuple[str, ...]:
    _must_be(_TOLD, text)
    return tuple(text.split(","))


def _must_be(pattern: re.Pattern[str], text: str) -> None:
    if not pattern.fullmatch(text):
        raise StateError("these bytes are not a state")
