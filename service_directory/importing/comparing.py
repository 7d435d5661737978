"""What a candidate would change in the directory: three versions side by side. Pure.

What the source says now is compared with what it said when it was last imported; only what *it* changed is a change,
so that a steward's correction is not undone by the next import. Of a service that men can see nothing is changed by
an import itself, except that it may be hidden: all else is proposed to two people.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from service_directory.changes import Change, Row, Value, as_text
from service_directory.hidden_places import looks_like_address
from service_directory.importing.candidates import Candidate, Organization
from service_directory.importing.making import shown_texts
from service_directory.taxonomies import NEED, term_id

Kind = Literal["new", "changed", "unchanged"]

#: The columns of a service that a source may fill, and how a candidate says them.
_FIELDS: Mapping[str, Callable[[Candidate], Value]] = {
    "name": lambda one: one.name,
    "alternate_name": lambda one: one.alternate_name,
    "description": lambda one: one.description,
    "status": lambda one: one.status,
    "application_process": lambda one: one.application_process,
    "eligibility_description": lambda one: one.eligibility_description,
    "fees_description": lambda one: one.fees_description,
    "interpretation_services": lambda one: one.interpretation_services,
    "alert": lambda one: one.alert,
    "access": lambda one: one.access,
    "minimum_age": lambda one: one.minimum_age,
    "maximum_age": lambda one: one.maximum_age,
    "serves_men": lambda one: one.serves_men,
}
_OF_ORGANIZATION = ("name", "description", "website", "charity_number", "company_number")
#: What may not be emptied, and stays as it is when a source leaves it out.
_NEEDED = frozenset({"name", "status", "serves_men"})
#: The kind of a phone in ids and in documents, by its type.
_PHONE_KINDS = {"voice": "phone", "text": "text", "whatsapp": "whatsapp"}
_BESIDES = frozenset({"position", "source", "checked_on", "checked_by", "hold_reason"})
_UNCHECKED: Mapping[str, Value] = {"checked_on": None, "checked_by": ""}


class Refused(ValueError):
    """A candidate cannot be taken: `field` and the message say why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one candidate: `changes` may be written at once, `proposed` waits for two people."""

    kind: Kind
    service_id: str
    changes: tuple[Change, ...] = ()
    proposed: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What the directory holds of a service: its rows and its organization.

    `moved`: a steward has put it under another organization than the source does. `organization_is_shown`: with
    another service, its name is shown to men.
    """

    rows: Sequence[Row] = ()
    organization: Row | None = None
    organization_is_shown: bool = False
    moved: bool = False

    @property
    def service(self) -> Row | None:
        return next((row for row in self.rows if row.table == "service"), None)

    @property
    def live(self) -> bool:
        """Whether men can see it, or could when it is shown again: closing it for a moment opens no back door."""
        return any(
            (row.table == "service" and bool(row.values["published"]))
            or (row.table == "attestation" and row.values["state"] == "confirmed")
            for row in self.rows
        )


def compare(candidate: Candidate, kept: Kept, before: Candidate | None, *, source: str) -> Outcome:
    """What a candidate would change. `before` is what the same source said when it was last taken over.

    Raises Refused when it must not come in.
    """
    service = kept.service
    if kept.organization is not None and kept.organization.values.get("do_not_list"):
        raise Refused("organization", "is on the do-not-list")
    if service is None:
        made = _organization_changes(candidate, kept, before)
        created = [_created(row) for row in new_rows(candidate, _organization_id(candidate, kept), source=source)]
        return Outcome("new", candidate.id, (*made, *created))
    if service.values.get("do_not_list"):
        raise Refused("", "is on the do-not-list")
    _refuse_addresses(candidate, kept.rows)
    changes = [
        *_service_changes(service, candidate, before),
        *_contact_changes(kept.rows, candidate, before, source),
        *_hours_changes(kept.rows, candidate, before, source),
        *_listed_changes(kept.rows, candidate, before),
    ]
    whose = _organization_changes(candidate, kept, before)
    if not kept.live:
        at_once = changes if kept.organization_is_shown else [*whose, *changes]
        later = list(whose) if kept.organization_is_shown else []
    else:
        hiding, showing = _parted(changes)
        at_once, later = hiding, [*whose, *showing]
    kind: Kind = "changed" if at_once or later else "unchanged"
    return Outcome(kind, service.id, tuple(at_once), tuple(later))


def new_rows(candidate: Candidate, organization_id: str, *, source: str) -> list[Row]:
    """The rows of a service that is new: unpublished, with nothing checked and nothing attested."""
    identity = candidate.id
    values: dict[str, Value] = {
        "organization_id": organization_id,
        **{name: told(candidate) for name, told in _FIELDS.items()},
        "status": candidate.status or "paused",
        "serves_men": candidate.serves_men or "unknown",
        "published": False,
        "hold_reason": f"imported from {source}; waits for a steward",
        "perpetrator_service": False,
        "accommodation": candidate.staying,
        "hides_address": candidate.staying,
        "example": False,
    }
    rows = [Row("service", identity, identity, values)]
    ids = _Ids(identity, ())
    for phone in candidate.phones:
        rows.append(ids.phone(phone.type, phone.number, phone.description, source))
    for contact in candidate.contacts:
        rows.append(ids.contact(contact.kind, contact.value, contact.description, source))
    if candidate.schedule is not None:
        rows.append(_hours_row(identity, candidate.schedule.opening_hours, source))
    rows += [row for _, row in _listed(candidate, identity)]
    return rows


def in_words(changes: Iterable[Change]) -> tuple[str, ...]:
    """Changes as lines of a report. What nobody would look for (positions, who has not checked) is left out."""
    told: list[str] = []
    for change in changes:
        table = change.row.table
        if change.action == "update":
            told += [
                f"{table} {name}: {as_text(before) or 'nothing'} -> {as_text(after) or 'nothing'}"
                for name, before, after in change.fields
                if name not in _BESIDES
            ]
        else:
            done = "new" if change.action == "create" else "gone"
            told.append(f"{table}: {_said(change.row)} ({done})")
    return tuple(told)


def _said(row: Row) -> str:
    names = ("name", "number", "email", "url", "opening_hours", "code", "value", "option", "amount_description")
    return next((as_text(row.values[name]) for name in names if row.values.get(name)), row.id)


# --- the service and its organization


def _service_changes(service: Row, candidate: Candidate, before: Candidate | None) -> list[Change]:
    told = {name: tell(candidate) for name, tell in _FIELDS.items()}
    earlier = None if before is None else {name: tell(before) for name, tell in _FIELDS.items()}
    return _update(service, told, earlier)


def _organization_id(candidate: Candidate, kept: Kept) -> str:
    return candidate.organization.id if kept.organization is None else kept.organization.id


def _organization_changes(candidate: Candidate, kept: Kept, before: Candidate | None) -> list[Change]:
    whose = candidate.organization
    if kept.organization is None:
        return [_created(Row("organization", whose.id, None, _organization_values(whose, candidate.name)))]
    if kept.moved:
        return []
    told = _organization_values(whose, "")
    earlier = None if before is None or before.organization.id != whose.id else before.organization
    return _update(kept.organization, told, None if earlier is None else _organization_values(earlier, ""))


def _organization_values(organization: Organization, without_name: str) -> dict[str, Value]:
    values: dict[str, Value] = {name: getattr(organization, name) for name in _OF_ORGANIZATION}
    return values | {"name": organization.name or without_name}


def _update(row: Row, told: Mapping[str, Value], earlier: Mapping[str, Value] | None) -> list[Change]:
    """The fields of a row that the source has changed, or that it says otherwise when it is heard the first time."""
    fields: list[tuple[str, Value, Value]] = []
    for name, value in told.items():
        kept = row.values.get(name)
        empty = value in ("", None)
        if value == kept or (empty and name in _NEEDED):
            continue
        # What it no longer says is taken back only where nobody here has said it otherwise.
        changed = earlier is not None and value != earlier[name] and not (empty and kept != earlier[name])
        wanted = not empty if earlier is None else changed
        if wanted:
            fields.append((name, kept, value))
    return [Change("update", row, tuple(fields))] if fields else []


def _parted(changes: Iterable[Change]) -> tuple[list[Change], list[Change]]:
    """Changes that hide a service, and those that would be shown."""
    hiding: list[Change] = []
    showing: list[Change] = []
    for change in changes:
        hides = [field for field in change.fields if change.row.table == "service" and _hides(*field)]
        shows = [field for field in change.fields if field not in hides]
        if hides:
            hiding.append(Change(change.action, change.row, tuple(hides)))
        if shows:
            showing.append(Change(change.action, change.row, tuple(shows)))
    return hiding, showing


def _hides(name: str, before: Value, after: Value) -> bool:
    if name == "status":
        return before == "open" and after != "open"
    return name == "serves_men" and after in ("women_only", "unknown")


def _refuse_addresses(candidate: Candidate, rows: Iterable[Row]) -> None:
    """No new word may tell where a service is that is known here to give a place to stay, or to hide where it is."""
    hidden = any(
        (row.table == "service" and (row.values["accommodation"] or row.values.get("hides_address")))
        or (row.table == "attribute" and row.values["value"] == "stay")
        for row in rows
    )
    if hidden:
        for name, text in shown_texts(candidate):
            if looks_like_address(text):
                raise Refused(name, "looks like an address; say nothing of where men stay")


# --- the ways to reach it


def _contact_changes(rows: Sequence[Row], candidate: Candidate, before: Candidate | None, source: str) -> list[Change]:
    """New, changed and withdrawn numbers and addresses. One that takes the place of another keeps its row."""
    ids = _Ids(candidate.id, rows)
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
            made.append(_created(ids.phone(kind, value, told[key], source)))
        else:
            made.append(_created(ids.contact(kind, value, told[key], source)))
    for key in gone:
        made += [_deleted(row) for row in rows if row.table == "schedule" and row.values["link_id"] == kept[key].id]
        made.append(_deleted(kept[key]))
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
    after = {column: value, "source": source, **_UNCHECKED}
    fields = tuple((name, row.values.get(name), new) for name, new in after.items() if row.values.get(name) != new)
    return Change("update", row, fields)


def _value_column(row: Row) -> str:
    if row.table == "phone":
        return "number"
    return "email" if row.values["kind"] == "email" else "url"


class _Ids:
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
        full = {**values, "position": position, "source": source, **_UNCHECKED}
        return Row(table, row_id, self._service_id, full)


# --- hours, and what is listed


def _hours_changes(rows: Sequence[Row], candidate: Candidate, before: Candidate | None, source: str) -> list[Change]:
    kept = next((row for row in rows if row.table == "schedule" and not row.values["link_id"]), None)
    told = "" if candidate.schedule is None else candidate.schedule.opening_hours
    earlier = None if before is None else "" if before.schedule is None else before.schedule.opening_hours
    if not told or told == earlier:
        # Hours that are no longer told may just be written in words now: a steward's check runs out by itself.
        return []
    if kept is None:
        return [_created(_hours_row(rows[0].service_id or candidate.id, told, source))]
    if kept.values["opening_hours"] == told:
        return []
    after: dict[str, Value] = {"opening_hours": told, "source": source, **_UNCHECKED}
    fields = tuple((name, kept.values.get(name), new) for name, new in after.items() if kept.values.get(name) != new)
    return [Change("update", kept, fields)]


def _hours_row(service_id: str, notation: str, source: str) -> Row:
    values: dict[str, Value] = {"link_id": "", "opening_hours": notation, "position": 0, "source": source}
    return Row("schedule", f"{service_id}/hours", service_id, {**values, **_UNCHECKED})


def _listed_changes(rows: Sequence[Row], candidate: Candidate, before: Candidate | None) -> list[Change]:
    service_id = next(row.id for row in rows if row.table == "service")
    tables = ("service_area", "language", "attribute", "cost_option")
    kept = {_listed_key(row): row for row in rows if row.table in tables}
    told = dict(_listed(candidate, service_id, taken={row.id for row in rows}))
    earlier = None if before is None else dict(_listed(before, service_id))
    made = [_created(row) for key, row in told.items() if key not in kept and (earlier is None or key not in earlier)]
    if earlier is not None:
        made += [_deleted(row) for key, row in kept.items() if key in earlier and key not in told]
    return made


def _listed(candidate: Candidate, service_id: str, taken: Iterable[str] = ()) -> list[tuple[Hashable, Row]]:
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


def _created(row: Row) -> Change:
    return Change("create", row, tuple((name, None, value) for name, value in row.values.items()))


def _deleted(row: Row) -> Change:
    return Change("delete", row, tuple((name, value, None) for name, value in row.values.items()))
