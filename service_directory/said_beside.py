"""What men read beside the texts of a service: labels, names, prices. None may lead anywhere or claim anything. Pure.

A number in a label is a number that nobody checked and that one person alone could change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from service_directory.changes import Row
from service_directory.fields import Fields
from service_directory.personal_details import looks_like_a_way

#: Words that would say more of a service than anybody has recorded.
CLAIMS = re.compile(r"\b(accredited|accreditation|vetted|quality[- ]mark(?:ed)?|kitemark)\b", re.IGNORECASE)

#: Where such texts stand in a document, by the table and column that keep them.
_BESIDE: Mapping[tuple[str, str], str] = {
    ("phone", "description"): "contacts",
    ("contact", "description"): "contacts",
    ("schedule", "opening_hours"): "hours",
    ("language", "name"): "languages",
    ("cost_option", "option"): "costs",
    ("cost_option", "amount_description"): "costs",
    ("organization", "name"): "name",
    ("organization", "alternate_name"): "also_known_as",
    ("organization", "description"): "description",
}


def refuse_beside(fields: Fields, rows: Iterable[Row]) -> None:
    """Name the labels, names and prices that hold a number or an address, or that claim what nobody recorded."""
    for row in rows:
        for column, value in row.values.items():
            written = _BESIDE.get((row.table, column))
            if written is None:
                continue
            way = looks_like_a_way(str(value))
            if way:
                fields.reject(written, f"says “{way}”; write it as the value of a contact, where it is checked")
            claim = CLAIMS.search(str(value))
            if claim:
                fields.reject(written, f"says “{claim.group()}”; record who found what under attestations instead")
