"""A service as it is kept, written as an entry of a directory document: for a steward to complete and decide. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from service_directory.changes import Row, Value
from service_directory.numbers import display_number
from service_directory.offered import SHOWN
from service_directory.taxonomies import NEED

_TYPES = {"voice": "phone", "text": "text", "whatsapp": "whatsapp"}
_HEAD = """\
# Complete what is unknown, put right what is wrong, try each way to reach it and write down the day under checked.
# Then write published: yes and load this file with: fingerpost directory import FILE --apply
# What men are shown needs attestations, too: see docs/stewards.md.
"""


def draft(services: Sequence[Sequence[Row]], organizations: Iterable[Row]) -> str:
    """A directory document that holds these services and organizations, each unpublished until a steward says so."""
    document = {
        "directory": 1,
        "organizations": [_organization(row) for row in organizations],
        "services": [_service(rows) for rows in services],
    }
    return _HEAD + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)


def _organization(row: Row) -> dict[str, Any]:
    names = ("name", "description", "website", "charity_number", "company_number")
    return {"id": row.id, **{name: row.values[name] for name in names if row.values.get(name)}}


def _service(rows: Sequence[Row]) -> dict[str, Any]:
    service = next(row for row in rows if row.table == "service")
    values = service.values
    entry: dict[str, Any] = {"id": service.id, "organization": values["organization_id"], "published": False}
    entry |= {field: values[column] for column, field in SHOWN.items() if values.get(column)}
    entry |= {"status": values["status"], "serves_men": values["serves_men"]}
    entry |= {name: True for name in ("accommodation", "hides_address") if values.get(name)}
    age = {name: values[column] for name, column in (("from", "minimum_age"), ("to", "maximum_age"))}
    if any(limit is not None for limit in age.values()):
        entry["age"] = {name: limit for name, limit in age.items() if limit is not None}
    # What is empty is left out, so that loading the draft as it is names it as missing.
    if needs := [row.values["value"] for row in _of(rows, "attribute") if row.values["link_type"] == NEED]:
        entry["needs"] = needs
    if areas := [row.values["code"] for row in _of(rows, "service_area")]:
        entry["areas"] = areas
    if languages := [_language(row) for row in _of(rows, "language")]:
        entry["languages"] = languages
    hours = {str(row.values["link_id"]): row.values for row in _of(rows, "schedule")}
    entry |= _hours(hours.get(""))
    ways = sorted(
        (row for row in rows if row.table in ("phone", "contact")), key=lambda row: int(str(row.values["position"]))
    )
    if ways:
        entry["contacts"] = [{**_contact(row), **_hours(hours.get(row.id))} for row in ways]
    if costs := [_cost(row.values) for row in _of(rows, "cost_option")]:
        entry["costs"] = costs
    return entry


def _of(rows: Iterable[Row], table: str) -> list[Row]:
    return sorted((row for row in rows if row.table == table), key=lambda row: int(str(row.values["position"])))


def _language(row: Row) -> Any:
    return {"code": row.values["code"], "name": row.values["name"]}


def _hours(values: Mapping[str, Value] | None) -> dict[str, Any]:
    if values is None:
        return {}
    written = {
        "hours": values["opening_hours"],
        "hours_checked": values["checked_on"],
        "hours_source": values["source"],
    }
    return {name: value for name, value in written.items() if value}


def _contact(row: Row) -> dict[str, Any]:
    values = row.values
    if row.table == "phone":
        kind, value = _TYPES[str(values["type"])], display_number(str(values["number"]))
    else:
        kind, value = str(values["kind"]), str(values["email"] or values["url"])
    written = {
        "kind": kind,
        "value": value,
        "label": values["description"],
        "checked": values["checked_on"],
        "checked_by": values["checked_by"],
        "source": values["source"],
    }
    return {name: value for name, value in written.items() if value}


def _cost(values: Mapping[str, Value]) -> dict[str, Any]:
    pence = values["amount_pence"]
    written: dict[str, Any] = {"option": values["option"], "description": values["amount_description"]}
    if pence is not None:
        written["amount"] = int(str(pence)) / 100
    return {name: value for name, value in written.items() if value != ""}
