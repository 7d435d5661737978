"""What a candidate would change in the directory: three versions side by side. Pure.

What the source says now is compared with what it said when it was last imported; only what *it* changed is a change,
so that a steward's correction is not undone by the next import. Of a service that men can see nothing is changed by
an import itself, except that it may be hidden: all else is proposed to two people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from service_directory.changes import Change, Row, Value, as_text
from service_directory.hidden_places import looks_like_address
from service_directory.importing.candidates import Candidate, Organization
from service_directory.importing.making import ADDRESS, leading_texts
from service_directory.importing.ways import (
    Ids,
    contact_changes,
    created,
    hours_changes,
    hours_row,
    listed,
    listed_changes,
)
from service_directory.redacting import READ_BY_MEN

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
_BESIDES = frozenset({"position", "source", "checked_on", "checked_by", "hold_reason"})


class Refused(ValueError):
    """A candidate cannot be taken: `field` and the message say why. `forget`: what it said must not be kept either."""

    def __init__(self, field: str, message: str, *, forget: bool = False) -> None:
        super().__init__(message)
        self.field = field
        self.forget = forget


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
    another service, its name is shown to men. `shown`: it was before men at some time, by its history.
    """

    rows: Sequence[Row] = ()
    organization: Row | None = None
    organization_is_shown: bool = False
    moved: bool = False
    shown: bool = False

    @property
    def service(self) -> Row | None:
        return next((row for row in self.rows if row.table == "service"), None)

    @property
    def live(self) -> bool:
        """Whether men can see it, or could when it is shown again: closing it for a moment opens no back door."""
        return self.shown or any(
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
    whose = _organization_changes(candidate, kept, before)
    if service is None:
        rows = [created(row) for row in new_rows(candidate, _organization_id(candidate, kept), source=source)]
        if kept.organization_is_shown:
            return Outcome("new", candidate.id, tuple(rows), tuple(whose))
        return Outcome("new", candidate.id, (*whose, *rows))
    if service.values.get("do_not_list"):
        raise Refused("", "is on the do-not-list")
    _refuse_addresses(candidate, kept.rows)
    changes = [
        *_service_changes(service, candidate, before),
        *contact_changes(kept.rows, candidate, before, said_by(candidate, source)),
        *hours_changes(kept.rows, candidate, before, said_by(candidate, source)),
        *listed_changes(kept.rows, candidate, before),
    ]
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
    said = said_by(candidate, source)
    rows = [Row("service", identity, identity, values)]
    ids = Ids(identity, ())
    for phone in candidate.phones:
        rows.append(ids.phone(phone.type, phone.number, phone.description, said))
    for contact in candidate.contacts:
        rows.append(ids.contact(contact.kind, contact.value, contact.description, said))
    if candidate.schedule is not None:
        rows.append(hours_row(identity, candidate.schedule.opening_hours, said))
    rows += [row for _, row in listed(candidate, identity)]
    return rows


def said_by(candidate: Candidate, source: str) -> str:
    """Where a fact came from, for whoever makes sure of it: what a source calls assured is its word, not ours."""
    return f"{source} (assured there on {candidate.assured_date})" if candidate.assured_date else source


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
        return [created(Row("organization", whose.id, None, _organization_values(whose, candidate.name)))]
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


def _refuse_addresses(candidate: Candidate, rows: Sequence[Row]) -> None:
    """No new word may tell where a service is that is known here to give a place to stay, or to hide where it is; and
    none is made one of those while it is on record here where it is.
    """
    hidden = any(
        (row.table == "service" and (row.values["accommodation"] or row.values.get("hides_address")))
        or (row.table == "attribute" and row.values["value"] == "stay")
        for row in rows
    )
    if "stay" in candidate.needs and not hidden and any(_tells_where(row) for row in rows):
        raise Refused("needs", "would make it a place to stay, and where it is is on record here: take that out first")
    if hidden:
        for name, text in leading_texts(candidate):
            if looks_like_address(text):
                raise Refused(name, ADDRESS, forget=True)


def _tells_where(row: Row) -> bool:
    if row.table in ("address", "location"):
        return row.values.get("location_type") != "virtual"
    return row.table in READ_BY_MEN and any(
        looks_like_address(value) for value in row.values.values() if isinstance(value, str)
    )
