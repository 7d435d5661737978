"""How a service is reached, where, when and for how much: what a source changed of it, as rows. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

from service_directory.changes import Change, Row, Value
from service_directory.importing.candidates import Candidate
from service_directory.taxonomies import NEED, term_id

#: The kind of a phone in ids and in documents, by its type.
_PHONE_KINDS = {"voice": "phone", "text": "text", "whatsapp": "whatsapp"}
#: Nobody here has tried what a source says.
UNCHECKED: Mapping[str, Value] = {"checked_on": None, "checked_by": ""}


def contact_changes(rows: Sequence[Row], candidate: Candidate, before: Candidate | None, source: str) -> list[Change]:
    """New, changed and withdrawn numbers and addresses. One that takes the place of another keeps its row."""
    ids = Ids(candidate.id, rows)
    made: list[Change] = []
    kept = {_contact_key(row): row for row in rows if row.table in ("phone", "contact")}
    told = _ways(candidate)
    earlier = None if before is None else _ways(before)
    added = [key for key in told if key not in kept and (earlier is None or key not in earlier)]
    if earlier is None:
        gone = [key for key in kept if key not in told and _only_one(key[0], kept) and _only_one(key[0], told)]
        gone = [key for key in gone if any(new[0] == key[0] for new in added)]
    else:
        gone = [key for key in kept if key in earlier and key not in told]
    for key in added:
        kind, value = key
        replaced = next((old for old in gone if old[0] == kind), None)
        if replaced is not None:
            gone.remove(replaced)
            made.append(_renewed(kept[replaced], value, source))
        elif kind in _PHONE_KINDS:
            made.append(created(ids.phone(kind, value, told[key], source)))
        else:
            made.append(created(ids.contact(kind, value, told[key], source)))
    for key in gone:
        made += [deleted(row) for row in rows if row.table == "schedule" and row.values["link_id"] == kept[key].id]
        made.append(deleted(kept[key]))
    return made


def _only_one(kind: str, ways: Iterable[tuple[str, str]]) -> bool:
    """Whether there is one number (or address) of a kind: of one here and another there, one replaces the other."""
    return sum(way[0] == kind for way in ways) == 1


def _ways(candidate: Candidate) -> dict[tuple[str, str], str]:
    """Each way to reach a service by its kind and value, and how it is labelled."""
    phones = {(phone.type, phone.number): phone.description for phone in candidate.phones}
    return phones | {(contact.kind, contact.value): contact.description for contact in candidate.contacts}


def _contact_key(row: Row) -> tuple[str, str]:
    if row.table == "phone":
        return str(row.values["type"]), str(row.values["number"])
    return str(row.values["kind"]), str(row.values["email"] or row.values["url"])


def _renewed(row: Row, value: str, source: str) -> Change:
    """A row whose number or address is another: nobody has tried that one yet."""
    column = _value_column(row)
    after = {column: value, "source": source, **UNCHECKED}
    fields = tuple((name, row.values.get(name), new) for name, new in after.items() if row.values.get(name) != new)
    return Change("update", row, fields)


def _value_column(row: Row) -> str:
    if row.table == "phone":
        return "number"
    return "email" if row.values["kind"] == "email" else "url"


class Ids:
    """Makes rows for ways to reach a service, with ids and places after those that are taken."""

    def __init__(self, service_id: str, rows: Iterable[Row]) -> None:
        self._service_id = service_id
        self._taken = {row.id for row in rows}
        for row in rows:
            self._service_id = row.service_id or service_id
        positions = [int(str(row.values["position"])) for row in rows if row.table in ("phone", "contact")]
        self._next = max(positions, default=-1) + 1

    def phone(self, kind: str, number: str, description: str, source: str) -> Row:
        values: dict[str, Value] = {"number": number, "type": kind, "description": description}
        return self._row("phone", _PHONE_KINDS[kind], values, source)

    def contact(self, kind: str, value: str, description: str, source: str) -> Row:
        values: dict[str, Value] = {
            "kind": kind,
            "email": value if kind == "email" else "",
            "url": "" if kind == "email" else value,
            "description": description,
        }
        return self._row("contact", kind, values, source)

    def _row(self, table: str, kind: str, values: Mapping[str, Value], source: str) -> Row:
        number = 1
        while f"{self._service_id}/{kind}/{number}" in self._taken:
            number += 1
        row_id = f"{self._service_id}/{kind}/{number}"
        self._taken.add(row_id)
        position, self._next = self._next, self._next + 1
        full = {**values, "position": position, "source": source, **UNCHECKED}
        return Row(table, row_id, self._service_id, full)


# --- hours, and what is listed


def hours_changes(rows: Sequence[Row], candidate: Candidate, before: Candidate | None, source: str) -> list[Change]:
    kept = next((row for row in rows if row.table == "schedule" and not row.values["link_id"]), None)
    told = "" if candidate.schedule is None else candidate.schedule.opening_hours
    earlier = None if before is None else "" if before.schedule is None else before.schedule.opening_hours
    if not told or told == earlier:
        # Hours that are no longer told may just be written in words now: a steward's check runs out by itself.
        return []
    if kept is None:
        return [created(hours_row(rows[0].service_id or candidate.id, told, source))]
    if kept.values["opening_hours"] == told:
        return []
    after: dict[str, Value] = {"opening_hours": told, "source": source, **UNCHECKED}
    fields = tuple((name, kept.values.get(name), new) for name, new in after.items() if kept.values.get(name) != new)
    return [Change("update", kept, fields)]


def hours_row(service_id: str, notation: str, source: str) -> Row:
    values: dict[str, Value] = {"link_id": "", "opening_hours": notation, "position": 0, "source": source}
    return Row("schedule", f"{service_id}/hours", service_id, {**values, **UNCHECKED})


def listed_changes(rows: Sequence[Row], candidate: Candidate, before: Candidate | None) -> list[Change]:
    service_id = next(row.id for row in rows if row.table == "service")
    tables = ("service_area", "language", "attribute", "cost_option")
    kept = {_listed_key(row): row for row in rows if row.table in tables}
    told = dict(listed(candidate, service_id, taken={row.id for row in rows}))
    earlier = None if before is None else dict(listed(before, service_id))
    made = [created(row) for key, row in told.items() if key not in kept and (earlier is None or key not in earlier)]
    if earlier is not None:
        made += [deleted(row) for key, row in kept.items() if key in earlier and key not in told]
    return made


def listed(candidate: Candidate, service_id: str, taken: Iterable[str] = ()) -> list[tuple[Hashable, Row]]:
    """The areas, languages, needs and costs of a candidate, as rows, each by what makes it the same."""
    rows: list[Row] = []
    for position, code in enumerate(candidate.service_areas):
        rows.append(Row("service_area", f"{service_id}/area/{code}", service_id, {"code": code, "position": position}))
    for position, language in enumerate(candidate.languages):
        spoken: dict[str, Value] = {"code": language.code, "name": language.name, "position": position}
        rows.append(Row("language", f"{service_id}/language/{language.code}", service_id, spoken))
    for position, need in enumerate(candidate.needs):
        helped: dict[str, Value] = {"link_type": NEED, "value": need, "taxonomy_term_id": term_id(NEED, need)}
        rows.append(Row("attribute", f"{service_id}/need/{need}", service_id, helped | {"position": position}))
    used = set(taken)
    for position, cost in enumerate(candidate.cost_options):
        number = 1
        while f"{service_id}/cost/{number}" in used:
            number += 1
        used.add(f"{service_id}/cost/{number}")
        paid: dict[str, Value] = {
            "option": cost.option,
            "currency": "GBP",
            "amount_pence": cost.amount_pence,
            "amount_description": cost.amount_description,
            "position": position,
        }
        rows.append(Row("cost_option", f"{service_id}/cost/{number}", service_id, paid))
    return [(_listed_key(row), row) for row in rows]


def _listed_key(row: Row) -> Hashable:
    columns = {
        "service_area": ("code",),
        "language": ("code",),
        "attribute": ("link_type", "value"),
        "cost_option": ("option", "amount_pence", "amount_description"),
    }[row.table]
    return (row.table, *(row.values[column] for column in columns))


def created(row: Row) -> Change:
    return Change("create", row, tuple((name, None, value) for name, value in row.values.items()))


def deleted(row: Row) -> Change:
    return Change("delete", row, tuple((name, value, None) for name, value in row.values.items()))
