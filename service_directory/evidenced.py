"""The part of a directory document that says what an assessor was shown, and which marks a service holds. Pure."""

from __future__ import annotations

import re

from service_directory.changes import Row, Value
from service_directory.fields import Fields
from service_directory.personal_details import looks_personal

EVIDENCE_KINDS = ("url", "document", "visit", "test_contact", "feedback", "certificate")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def read_evidence(fields: Fields, service_id: str) -> list[Row]:
    """What there is to see, each by the id that criteria point to. It names nobody."""
    rows: list[Row] = []
    for position, evidence in enumerate(fields.parts("evidence")):
        row_id = evidence_id(service_id, evidence.slug())
        if row_id in {row.id for row in rows}:
            evidence.reject("id", "stands twice")
        kind = evidence.choice("kind", EVIDENCE_KINDS)
        values: dict[str, Value] = {
            "kind": kind,
            "title": evidence.text("title", longest=200, required=True),
            "locator": evidence.url("locator", required=True) if kind == "url" else evidence.text("locator"),
            "sha256": evidence.text("sha256", longest=64),
            "captured_on": evidence.day("captured", past=True),
            "expires_on": evidence.day("expires"),
            "position": position,
        }
        if values["sha256"] and not _SHA256.fullmatch(str(values["sha256"])):
            evidence.reject("sha256", "must be 64 digits from 0 to 9 and a to f")
        for name in ("title", "locator"):
            found = looks_personal(str(values[name]))
            if found:
                evidence.reject(name, f"“{found}” would tell of a person; evidence names nobody")
        evidence.finish()
        rows.append(Row("evidence", row_id, service_id, values))
    return rows


def evidence_id(service_id: str, name: str) -> str:
    """The id of a piece of evidence that a document calls by a name."""
    return f"{service_id}/evidence/{name}"


def read_other_marks(fields: Fields, service_id: str) -> list[Row]:
    """Marks of other schemes: for whoever asks, never for the rule."""
    rows: list[Row] = []
    for position, mark in enumerate(fields.parts("other_marks")):
        values: dict[str, Value] = {
            "scheme": mark.text("scheme", longest=120, required=True),
            "issuer": mark.text("issuer", longest=120),
            "level": mark.text("level", longest=120),
            "issued_on": mark.day("issued", past=True),
            "expires_on": mark.day("expires"),
            "verify_url": mark.url("verify_url"),
            "position": position,
        }
        mark.finish()
        rows.append(Row("other_mark", f"{service_id}/mark/{position + 1}", service_id, values))
    return rows
