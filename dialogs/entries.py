"""What an entry of a flow can hold, in words for people and as JSON Schema.

Each part of a flow has a table of its entries. The schema that editors' programs use and the page
docs/flow-language.md are made from these tables; tests hold them to what the loader accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

# What the name of a step, a flow, an answer, a value or an option looks like.
NAME = r"[A-Za-z][A-Za-z0-9_]{0,23}"
# Where a flow leads that ends by going back to whatever it was entered from.
RETURN = "_return"
SHORTEST_FIRST = 40
LONGEST_FIRST = 70
MOST_LABEL_WORDS = 4
LONGEST_LABEL = 32

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a project has, for an editor's program to complete. None known: any good name will do."""

    steps: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()


ANY_NAMES = Names()


@dataclass(frozen=True, slots=True)
class Kind:
    """What may stand after an entry's colon: in words, and as a schema."""

    words: str
    schema: Callable[[Names], Schema]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what it holds, and what it means to the person who writes it.

    `unless` says when an entry that is required otherwise can be left out; a rule of the step sees to it.
    """

    kind: Kind
    meaning: str
    required: bool = False
    unless: str = ""

    @property
    def need(self) -> str:
        """Whether it has to be there, in words."""
        if self.unless:
            return f"Required, unless {self.unless}."
        return "Required." if self.required else "Can be left out."


Entries = Mapping[str, Entry]


def entries_schema(entries: Entries, names: Names) -> Schema:
    """An object with these entries and no others, each of them explained."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: explained(name, entry, names) for name, entry in entries.items()},
        "required": [name for name, entry in entries.items() if entry.required],
    }


def explained(name: str, entry: Entry, names: Names) -> Schema:
    """The schema of one entry with what an editor's program shows beside it."""
    return entry.kind.schema(names) | {
        "title": f"{name}: {entry.kind.words}",
        "description": entry.meaning,
        "markdownDescription": f"{entry.meaning}\n\n*Holds {entry.kind.words}. {entry.need}*",
    }


def list_of(kind: Kind, words: str, **rules: Any) -> Kind:
    return Kind(words, lambda names: {"type": "array", "items": kind.schema(names), **rules})


def parts_of(entries: Entries, words: str) -> Kind:
    """Further entries, indented."""
    return Kind(words, lambda names: entries_schema(entries, names))


def _fixed(words: str, schema: Schema) -> Kind:
    return Kind(words, lambda names: dict(schema))


def _named(words: str, pattern: str, known: Callable[[Names], tuple[str, ...]]) -> Kind:
    def schema(names: Names) -> Schema:
        good = {"type": "string", "pattern": pattern}
        # Names are offered, but a new one is not scolded: whether it exists is for the check, which is never stale.
        return {"anyOf": [{"enum": list(known(names))}, good]} if known(names) else good

    return Kind(words, schema)


# A number is text here, but editors' YAML libraries take it for a number. An empty text is no text.
_TEXT: Schema = {"type": ["string", "number"], "pattern": r"\S"}

TEXT = _fixed("a text", _TEXT)
PLAIN = _fixed("a text without slots", _TEXT)
FIRST = _fixed(
    f"one line of {SHORTEST_FIRST} to {LONGEST_FIRST} characters",
    {"type": "string", "pattern": rf"^\s*\S.{{{SHORTEST_FIRST - 2},{LONGEST_FIRST - 2}}}\S\s*$"},
)
LABEL = _fixed(
    f"one to four words, at most {LONGEST_LABEL} characters",
    {
        "type": ["string", "number"],
        "pattern": rf"^\s*(?=\S(.{{0,{LONGEST_LABEL - 2}}}\S)?\s*$)\S+(\s+\S+){{0,{MOST_LABEL_WORDS - 1}}}\s*$",
    },
)
# `yes` and `no` are text here, but editors' YAML libraries may read them as true and false.
SWITCH = _fixed("`yes` or `no`", {"enum": ["yes", "no", "true", "false", True, False]})
DATE = _fixed("a date such as 2027-01-31", {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$", "format": "date"})
DATE_OR_NOTHING = _fixed(
    'a date such as 2027-01-31, or `""`', {"anyOf": [DATE.schema(ANY_NAMES), {"type": "string", "pattern": r"^\s*$"}]}
)
URL = _fixed("a web address", {"type": "string", "pattern": r"^https?://[^\s/]+\.[^\s]+$"})
NEW_NAME = _fixed("a name", {"type": "string", "pattern": f"^{NAME}$"})
FIRST_STEP = _named("the name of a step", f"^{NAME}$", lambda names: names.steps)
STEP = _named(
    "the name of a step, or `_return`",
    f"^({NAME}|{RETURN})$",
    lambda names: (*names.steps, RETURN) if names.steps else (),
)
FLOW = _named("the name of a flow", f"^{NAME}$", lambda names: names.flows)
ANSWER = _named("the name of an answer", f"^{NAME}$", lambda names: names.answers)
NAME_OR_CHANNEL = _named(
    "the name of an answer, or `channel`",
    f"^{NAME}$",
    lambda names: (*names.answers, "channel") if names.answers else (),
)
CHOICE_NAME = _named("the name of a choice", f"^{NAME}$", lambda names: names.choices)
RISK = _named("a risk label", r"\S", lambda names: names.labels)


def named(keys: Schema, values: Schema, **rules: Any) -> Schema:
    """An object whose entries are named by the author."""
    return {"type": "object", "propertyNames": keys, "additionalProperties": values, **rules}
