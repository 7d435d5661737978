"""What a service says of itself now, in parts, and what of its rows would change by it. Pure.

A part is given as a fragment: the fields of a directory document that stand in it, as they were typed. Everything is
read by the readers of documents, so that what they refuse is refused here in the same words. What was not touched
stays as it is, also where a document would not take it any more.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from service_directory.changes import Change, Row, difference
from service_directory.desk.entries.fitting import fitted
from service_directory.desk.entries.parts import PARTS
from service_directory.desk.entries.written import as_written
from service_directory.fields import Fields, Rejection
from service_directory.offered import SHOWN, is_hidden, read_service
from service_directory.placed import refuse_places
from service_directory.said_beside import refuse_beside

#: The fields of one part, as they were typed: texts, lists and mappings, all of which JSON can hold.
Fragment = Mapping[str, Any]
#: The parts that were typed anew, by their names.
Fragments = Mapping[str, Fragment]

_PART_OF = {written: part.name for part in PARTS.values() for written in part.fields}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to put right: in which part, in which field of it ("contacts 2, value"), and what to do."""

    part: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What would change, and what stands in the way: with a mistake in it nothing may be sent."""

    changes: tuple[Change, ...]
    mistakes: tuple[Mistake, ...]
    rows: tuple[Row, ...]


def shown(rows: Sequence[Row], part: str) -> dict[str, Any]:
    """A part as its page shows it before anything is typed."""
    entry = as_written(rows)
    if part == "hours":
        ways = {item["row"]: item.get("hours", "") for item in entry["contacts"]}
        return {"hours": entry.get("hours", ""), "ways": {row: told for row, told in ways.items() if told}}
    made = {name: entry[name] for name in sorted(PARTS[part].fields)}
    if part == "who":
        made["age"] = {end: "" if years is None else str(years) for end, years in entry["age"].items()}
    if part == "reach":
        made["contacts"] = [
            {name: item.get(name, "") for name in ("row", "kind", "value", "label", "bill")}
            for item in entry["contacts"]
        ]
    if part == "costs":
        made["costs"] = [
            {**cost, "amount": _pounds(cost["amount"]), "from": _day(cost["from"]), "until": _day(cost["until"])}
            for cost in entry["costs"]
        ]
    return made


def rewritten(
    kept: Sequence[Row], fragments: Fragments, *, areas: Collection[str], today: date, says: str
) -> Rewritten:
    """What fragments would change of a service. `says` is where the facts come from: "the service"."""
    before = as_written(kept)
    example = any(row.table == "service" and bool(row.values["example"]) for row in kept)
    _, old = _read(before, example, today, areas)
    entry = _overlaid(before, fragments)
    touched = set(fragments)
    if _hides(entry) and not _hides(before):
        # What was known of where it is goes with it, said or unsaid.
        entry["locations"] = [place for place in entry["locations"] if place["type"] == "virtual"]
        touched.add("access")
    rows, problems = _read(entry, example, today, areas)
    wanted = tuple(fitted(kept, rows, entry, touched, today=today, says=says))
    known = set(old)
    mistakes = [_mistake(one) for one in problems if one not in known or _part_of(one) in touched]
    return Rewritten(difference(kept, wanted), tuple(mistakes), wanted)


def without_unchanged(kept: Sequence[Row], fragments: Fragments) -> dict[str, Fragment]:
    """The fragments in which anything is said otherwise than it is kept."""
    return {part: fragment for part, fragment in fragments.items() if _plain(fragment) != _plain(shown(kept, part))}


def _plain(value: Any) -> Any:
    """A fragment without what no eye sees: spaces around and between words, and what is empty."""
    if isinstance(value, Mapping):
        plain = {name: _plain(inner) for name, inner in value.items()}
        return {name: inner for name, inner in plain.items() if inner not in ("", None, {}, [])}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return " ".join(value.split()) if isinstance(value, str) else value


def _overlaid(entry: Mapping[str, Any], fragments: Fragments) -> dict[str, Any]:
    """An entry in which some parts are said anew."""
    made = dict(entry)
    for part, fragment in fragments.items():
        if part == "hours":
            continue
        made |= fragment
        if part == "who":
            made["age"] = {end: _number(years) for end, years in fragment["age"].items()}
        if part == "costs":
            made["costs"] = [
                {**cost, "amount": _number(cost["amount"]), "from": _date(cost["from"]), "until": _date(cost["until"])}
                for cost in fragment["costs"]
            ]
    # A way to reach it keeps its own hours, whatever else is said of it.
    hours = {item["row"]: item["hours"] for item in entry["contacts"] if item.get("hours")}
    if said := fragments.get("hours"):
        made["hours"] = said["hours"]
        hours |= said["ways"]
    made["contacts"] = [
        {**{name: item.get(name) or None for name in ("row", "kind", "value", "label")}, **_bill(item),
         "hours": hours.get(item.get("row") or "")}
        for item in made["contacts"]
    ]  # fmt: skip
    return made


def _bill(item: Mapping[str, Any]) -> dict[str, Any]:
    """Only a number shows on a bill, whatever was chosen beside an address."""
    return {"bill": item.get("bill") or None} if item.get("kind") in ("phone", "text", "whatsapp") else {}


def _read(
    entry: Mapping[str, Any], example: bool, today: date, areas: Collection[str]
) -> tuple[list[Row], list[Rejection]]:
    """The rows of an entry, and what is wrong with it: by the readers of documents."""
    problems: list[Rejection] = []
    bare = {
        name: [_without_row(item) for item in value] if name in ("contacts", "costs", "locations") else value
        for name, value in entry.items()
    }
    bare["languages"] = [_language(one) for one in bare["languages"]]
    for needed in ("contacts", "needs"):
        # A document may leave them empty on purpose; whoever takes the last one away here is asked for another.
        bare[needed] = bare[needed] or None
    fields = Fields("", bare, today, example, problems)
    identity = str(entry["id"])
    rows = read_service(fields, identity, areas)
    if is_hidden(rows):
        refuse_places(fields, rows, SHOWN)
    refuse_beside(fields, rows)
    return rows, list(dict.fromkeys(problems))


def _without_row(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "row"}


def _language(spoken: Any) -> Any:
    """A code alone where nobody has named the language: the reader knows the usual ones."""
    if isinstance(spoken, Mapping):
        return dict(spoken) if spoken.get("name") else str(spoken.get("code", ""))
    return str(spoken)


def _hides(entry: Mapping[str, Any]) -> bool:
    """offered.is_hidden, asked of an entry that was not read yet."""
    return bool(entry["accommodation"] or entry["hides_address"] or "stay" in entry["needs"])


def _part_of(problem: Rejection) -> str:
    """The part in which what is wrong was typed."""
    if re.fullmatch(r"contacts \d+, hours", problem.field):
        return "hours"
    return _PART_OF.get(re.split(r"[ ,]", problem.field)[0], "")


def _mistake(problem: Rejection) -> Mistake:
    return Mistake(_part_of(problem), problem.field, problem.message)


# --- numbers and days as they are typed


def _pounds(amount: float | None) -> str:
    return "" if amount is None else f"{amount:.2f}".removesuffix(".00")


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _number(typed: Any) -> Any:
    """A number, where one was typed; what else was typed is left to the reader to refuse."""
    if not isinstance(typed, str):
        return typed
    plain = typed.strip().removeprefix("£").replace(",", "")
    if re.fullmatch(r"\d{1,9}", plain):
        return int(plain)
    if re.fullmatch(r"\d{1,9}\.\d{1,2}", plain):
        return float(plain)
    return typed.strip() or None


def _date(typed: Any) -> Any:
    if not isinstance(typed, str) or not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return typed.strip()
