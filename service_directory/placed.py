"""The part of a directory document that says where a service is, what it costs, and what room it has. Pure.

Nothing is kept of where men stay, nor of where a service is that does not want it known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service_directory.changes import Row, Value
from service_directory.fields import Fields
from service_directory.hidden_places import looks_like_address
from service_directory.reached import read_checked

LOCATION_TYPES = ("physical", "postal", "virtual")
#: For whom a space in a refuge is, and the HSDS unit that it is counted in.
SPACES_FOR: Mapping[str, str] = {"men": "spaces_for_men", "anyone": "spaces_for_anyone"}
_MOST_SPACES = 500
_MOST_POUNDS = 100_000

#: Texts of these tables' rows stand in these fields of a document.
_WRITTEN_IN: Mapping[str, str] = {
    "phone": "contacts",
    "contact": "contacts",
    "schedule": "hours",
    "cost_option": "costs",
    "location": "locations",
    "service_capacity": "spaces",
    "attestation": "attestations",
    "criterion_result": "attestations",
    "suspension": "suspensions",
    "evidence": "evidence",
    "other_mark": "other_marks",
}


def read_costs(fields: Fields, identity: str) -> list[Row]:
    """What it costs, in pounds, one row for each price."""
    rows: list[Row] = []
    for position, cost in enumerate(fields.parts("costs")):
        values: dict[str, Value] = {
            "option": cost.text("option", longest=120),
            "currency": "GBP",
            "amount_pence": _pence(cost),
            "amount_description": cost.text("description", longest=200),
            "valid_from": cost.day("from"),
            "valid_to": cost.day("until"),
            "position": position,
        }
        cost.finish()
        rows.append(Row("cost_option", f"{identity}/cost/{position + 1}", identity, values))
    return rows


def read_locations(fields: Fields, identity: str, *, hidden: bool) -> list[Row]:
    """Where a service is: no place at all of one that is hidden."""
    rows: list[Row] = []
    for position, place in enumerate(fields.parts("locations")):
        kind = place.choice("type", LOCATION_TYPES)
        location_id = f"{identity}/location/{position + 1}"
        values: dict[str, Value] = {
            "location_type": kind,
            "name": place.text("name", longest=120),
            "description": place.text("description"),
            "transportation": place.text("transport"),
            "accessibility": place.text("access"),
            "position": position,
        }
        rows.append(Row("location", location_id, identity, values))
        joined: dict[str, Value] = {"location_id": location_id, "description": "", "position": position}
        rows.append(Row("service_at_location", f"{identity}/at/{position + 1}", identity, joined))
        address = place.part("address")
        if address is not None:
            rows.append(_address(address, identity, location_id, kind, position))
        place.finish()
        if hidden and (kind != "virtual" or address is not None):
            place.reject("type", "this service keeps where it is to itself; leave the place out")
    return rows


def read_spaces(fields: Fields, identity: str, *, accommodation: bool) -> list[Row]:
    """Refuge spaces, which stewards alone may see."""
    rows: list[Row] = []
    for position, space in enumerate(fields.parts("spaces")):
        unit = SPACES_FOR.get(space.choice("for", tuple(SPACES_FOR)), "")
        values: dict[str, Value] = {
            "unit": unit,
            "available": _required_number(space, "available"),
            "maximum": space.whole("of", least=0, most=_MOST_SPACES),
            "position": position,
            **read_checked(space, "checked", "checked_by", "source"),
        }
        if values["maximum"] is not None and int(str(values["available"])) > int(str(values["maximum"])):
            space.reject("available", "is more than there are")
        row = Row("service_capacity", f"{identity}/{unit}", identity, values)
        if row.id in {one.id for one in rows}:
            space.reject("for", "stands twice")
        rows.append(row)
        space.finish()
    if rows and not accommodation:
        fields.reject("spaces", "belong to a service with accommodation: yes")
    return rows


def refuse_places(fields: Fields, rows: Iterable[Row], written: Mapping[str, str]) -> None:
    """No text about a service that is hidden may say where it is. `written` are a service's columns by their field."""
    for row in rows:
        named = row.id if row.table == "service" else row.id.rsplit("/", 1)[1] if row.table == "evidence" else ""
        for column, value in {**row.values, "id": named}.items():
            # What only points to another row repeats that row's id.
            told = isinstance(value, str) and (not column.endswith("_id") or column == "organization_id")
            found = looks_like_address(str(value)) if told else None
            if found:
                name = written.get(column, column) if row.table == "service" else _WRITTEN_IN.get(row.table, row.table)
                fields.reject(name, f"“{found}” looks like an address; say nothing of where men stay")


def _address(address: Fields, identity: str, location_id: str, kind: str, position: int) -> Row:
    values: dict[str, Value] = {
        "location_id": location_id,
        "address_type": kind,
        "address_1": address.text("line_1", longest=120, required=True),
        "address_2": address.text("line_2", longest=120),
        "city": address.text("town", longest=80, required=True),
        "state_province": address.text("county", longest=80),
        "postal_code": address.text("postcode", longest=10, required=True),
        "country": "GB",
        "position": position,
    }
    address.finish()
    if kind == "virtual":
        address.reject("line_1", "a virtual place has no address")
    return Row("address", f"{location_id}/address", identity, values)


def _pence(cost: Fields) -> int | None:
    if not cost.has("amount"):
        return None
    value = cost.values["amount"]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST_POUNDS:
        cost.reject("amount", "must be a number of pounds, such as 12.50")
        return None
    return round(value * 100)


def _required_number(space: Fields, name: str) -> int:
    number = space.whole(name, least=0, most=_MOST_SPACES)
    if number is None and not space.has(name):
        space.reject(name, "is missing; write how many are free")
    return number or 0
