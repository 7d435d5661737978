"""The part of a directory document that says how and when to reach a service. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from service_directory.changes import Row, Value
from service_directory.fields import Fields
from service_directory.hours import HoursError, check_notation
from service_directory.numbers import NumberError, read_number

PHONE_KINDS: Mapping[str, str] = {"phone": "voice", "text": "text", "whatsapp": "whatsapp"}
WRITTEN_KINDS = ("webchat", "email", "website")
SHOWS_ON_BILL = ("no", "maybe", "yes", "unknown")


def read_contacts(fields: Fields, identity: str) -> list[Row]:
    """The ways in, in the order in which men should see them, each with hours of its own if it has any."""
    rows: list[Row] = []
    counts: dict[str, int] = {}
    for position, contact in enumerate(fields.parts("contacts")):
        contact.has("value")  # a field like any other, even when the kind tells nothing of what it holds
        contact.has("bill")
        kind = contact.choice("kind", (*PHONE_KINDS, *WRITTEN_KINDS))
        counts[kind] = counts.get(kind, 0) + 1
        row_id = f"{identity}/{kind}/{counts[kind]}"
        checked = read_checked(contact, "checked", "checked_by", "source")
        values: dict[str, Value] = {
            "description": contact.text("label", longest=60),
            "position": position,
            **checked,
        }
        if kind in PHONE_KINDS:
            values |= {
                "type": PHONE_KINDS[kind],
                "number": _phone_number(contact),
                "shows_on_bill": contact.answer("bill", SHOWS_ON_BILL),
            }
            rows.append(Row("phone", row_id, identity, values))
        else:
            values |= {
                "kind": kind,
                "email": contact.email("value") if kind == "email" else "",
                "url": contact.url("value", required=True) if kind in ("webchat", "website") else "",
            }
            rows.append(Row("contact", row_id, identity, values))
            _only_examples_at_example_org(contact, str(values["email"] or values["url"]))
        rows += read_hours(contact, identity, row_id)
        contact.finish()
    if not rows and not fields.has("contacts"):
        fields.reject("contacts", "is missing; give at least one way to reach the service")
    return rows


def read_hours(fields: Fields, identity: str, link_id: str) -> list[Row]:
    """The opening hours written in an entry or a contact: no row when there are none."""
    notation = fields.text("hours", longest=200)
    checked = read_checked(fields, "hours_checked", "hours_checked_by", "hours_source")
    if not notation:
        return []
    try:
        check_notation(notation)
    except HoursError as error:
        fields.reject("hours", str(error))
    values: dict[str, Value] = {"link_id": link_id, "opening_hours": notation, "position": 0, **checked}
    return [Row("schedule", f"{link_id or identity}/hours", identity, values)]


def read_checked(fields: Fields, day: str, by: str, source: str) -> dict[str, Value]:
    """Where a fact came from, who made sure of it and on what day."""
    return {
        "checked_on": fields.day(day, past=True),
        "checked_by": fields.text(by, longest=120),
        "source": fields.text(source, longest=500),
    }


def _phone_number(contact: Fields) -> str:
    if contact.has("value") and not isinstance(contact.values["value"], str):
        # Unquoted, YAML reads 0113... as a number of another base: another number altogether.
        contact.reject("value", "must be in quotes")
        return ""
    written = contact.text("value", longest=40, required=True)
    if not written:
        return ""
    try:
        return read_number(written, example=contact.example).value
    except NumberError as error:
        contact.reject("value", str(error))
        return ""


def _only_examples_at_example_org(contact: Fields, address: str) -> None:
    made_up = re.search(r"(?:[/@.])example\.(?:org|com|net)(?:[:/?#]|$)", address) is not None
    if contact.example and address and not made_up:
        contact.reject("value", "an example's address must lie under example.org")
    if not contact.example and made_up:
        contact.reject("value", "example.org belongs to nobody; write the real address")
