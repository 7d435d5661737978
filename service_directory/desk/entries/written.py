"""A service's rows as an entry of a directory document: the way back from offered.py. Pure.

Only what a service may say of itself, not what others recorded of it. In lists each item carries, as `row`, the id of
the row that it came from, so that what is changed in it changes that row and no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from service_directory.changes import Row
from service_directory.numbers import display_number
from service_directory.offered import SHOWN
from service_directory.reached import PHONE_KINDS
from service_directory.taxonomies import ACCESS_ROUTE, ACCOMMODATION_KIND, NEED

KIND_OF_TYPE: Mapping[str, str] = {kept: written for written, kept in PHONE_KINDS.items()}

_ANSWERS = (
    "serves_men",
    "assessment_told",
    "worker_choice",
    "children_accepted",
    "pets_accepted",
    "local_applicants",
    "anonymous_contact",
)
_ADDRESS = {
    "line_1": "address_1",
    "line_2": "address_2",
    "town": "city",
    "county": "state_province",
    "postcode": "postal_code",
}


def as_written(rows: Sequence[Row]) -> dict[str, Any]:
    """A service as a document would have it, from its rows. Raises ValueError without the service's own row."""
    own = next((row for row in rows if row.table == "service"), None)
    if own is None:
        raise ValueError("an entry needs the row of its service")
    values = own.values
    made: dict[str, Any] = {
        "id": own.id,
        "organization": values["organization_id"],
        "status": values["status"],
        "accommodation": bool(values["accommodation"]),
        "hides_address": bool(values["hides_address"]),
        "age": {"from": values["minimum_age"], "to": values["maximum_age"]},
        **{written: values[column] for column, written in SHOWN.items()},
        **{name: values[name] for name in _ANSWERS},
        "needs": _codes(rows, NEED),
        "access_routes": _codes(rows, ACCESS_ROUTE),
        "accommodation_kinds": _codes(rows, ACCOMMODATION_KIND),
        "areas": [row.values["code"] for row in ordered(rows, "service_area")],
        "languages": [{"code": row.values["code"], "name": row.values["name"]} for row in ordered(rows, "language")],
        "contacts": [_contact(row, rows) for row in ordered(rows, "phone", "contact")],
        "costs": [_cost(row) for row in ordered(rows, "cost_option")],
        "locations": [_location(row, rows) for row in ordered(rows, "location")],
        **_hours(rows, ""),
    }
    return made


def ordered(rows: Iterable[Row], *tables: str) -> list[Row]:
    """The rows of some tables, in the order in which men should see them."""
    found = [row for row in rows if row.table in tables]
    return sorted(found, key=lambda row: (cast(int, row.values["position"]), row.id))


def address_of(row: Row) -> str:
    """What a way to reach a service leads to, as it is read and typed: a number, a web address, an email address."""
    if row.table == "phone":
        return display_number(str(row.values["number"]))
    return str(row.values["email"] or row.values["url"])


def kind_of(row: Row) -> str:
    """What a document calls a way to reach a service: phone, text, whatsapp, webchat, email or website."""
    return KIND_OF_TYPE[str(row.values["type"])] if row.table == "phone" else str(row.values["kind"])


def _codes(rows: Iterable[Row], taxonomy: str) -> list[str]:
    return [str(row.values["value"]) for row in ordered(rows, "attribute") if row.values["link_type"] == taxonomy]


def _contact(row: Row, rows: Sequence[Row]) -> dict[str, Any]:
    made = {
        "row": row.id,
        "kind": kind_of(row),
        "value": address_of(row),
        "label": row.values["description"],
        "checked": row.values["checked_on"],
        "checked_by": row.values["checked_by"],
        "source": row.values["source"],
        **_hours(rows, row.id),
    }
    if row.table == "phone":
        made["bill"] = row.values["shows_on_bill"]
    return made


def _hours(rows: Iterable[Row], link_id: str) -> dict[str, Any]:
    """The hours of a service (no link) or of one way to reach it; nothing when there are none."""
    for row in rows:
        if row.table == "schedule" and row.values["link_id"] == link_id:
            return {
                "hours": row.values["opening_hours"],
                "hours_checked": row.values["checked_on"],
                "hours_checked_by": row.values["checked_by"],
                "hours_source": row.values["source"],
            }
    return {}


def _cost(row: Row) -> dict[str, Any]:
    pence = cast("int | None", row.values["amount_pence"])
    return {
        "row": row.id,
        "option": row.values["option"],
        "amount": None if pence is None else pence / 100,
        "description": row.values["amount_description"],
        "from": row.values["valid_from"],
        "until": row.values["valid_to"],
    }


def _location(row: Row, rows: Iterable[Row]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "row": row.id,
        "type": row.values["location_type"],
        "name": row.values["name"],
        "description": row.values["description"],
        "transport": row.values["transportation"],
        "access": row.values["accessibility"],
    }
    for other in rows:
        if other.table == "address" and other.values["location_id"] == row.id:
            made["address"] = {written: other.values[column] for written, column in _ADDRESS.items()}
    return made
