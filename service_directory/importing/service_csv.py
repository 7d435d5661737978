"""One table of services, as a steward keeps it in a spreadsheet, in; candidates out. Pure.

The columns are described in docs/importing.md. This is the only import that may say what a service helps with and
whom it serves, since whoever fills it in knows our words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from service_directory.areas import Areas
from service_directory.hours import HoursError, check_notation
from service_directory.importing import cleaning
from service_directory.importing.candidates import (
    Candidate,
    Contact,
    Language,
    Note,
    Organization,
    Phone,
    Reading,
    Rejection,
    Schedule,
    Watch,
)
from service_directory.importing.making import (
    LONGEST_HELPS,
    LONGEST_NAME,
    LONGEST_ORGANIZATION,
    LONGEST_TEXT,
    Maker,
    quoted,
    shown_texts,
    suggests_staying,
    unique,
)
from service_directory.importing.tables import rows_of
from service_directory.matching import NEEDS
from service_directory.offered import SERVES_MEN

#: Every heading that is understood, and the field it stands for.
HEADINGS: Mapping[str, str] = {
    "id": "id",
    "service_id": "id",
    "name": "name",
    "service": "name",
    "service_name": "name",
    "organization": "organization",
    "organisation": "organization",
    "organization_name": "organization",
    "organisation_name": "organization",
    "provider": "organization",
    "organization_website": "organization_website",
    "organisation_website": "organization_website",
    "description": "description",
    "helps": "description",
    "status": "status",
    "serves_men": "serves_men",
    "needs": "needs",
    "areas": "areas",
    "area": "areas",
    "phone": "phone",
    "phones": "phone",
    "telephone": "phone",
    "tel": "phone",
    "text": "text",
    "sms": "text",
    "whatsapp": "whatsapp",
    "webchat": "webchat",
    "email": "email",
    "e-mail": "email",
    "website": "website",
    "url": "website",
    "web": "website",
    "hours": "hours",
    "opening_hours": "hours",
    "languages": "languages",
    "minimum_age": "minimum_age",
    "maximum_age": "maximum_age",
    "cost": "cost",
    "fees": "cost",
    "happens": "happens",
    "application_process": "happens",
    "access": "access",
    "accessibility": "access",
    "accommodation": "accommodation",
}
_SEVERAL = re.compile(r"\s*[;|\n]\s*")
_YES = frozenset({"yes", "y", "true", "1"})
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def read(file: str, data: bytes, *, areas: Areas, watch: Watch | None = None) -> Reading:
    """Every row as a candidate, or why not. Raises Unreadable for what is no table at all."""
    rows = rows_of(file, data)
    if not rows:
        return Reading()
    candidates: list[Candidate] = []
    rejected: list[Rejection] = []
    notes = _unknown_headings(file, rows[0][1])
    seen: dict[str, str] = {}
    for number, (row, written) in enumerate(rows, start=1):
        maker = Maker("", row, areas)
        candidate = _service(maker, _by_field(written))
        if candidate is not None and candidate.id in seen:
            maker.reject("id", f"stands twice: it was read from {seen[candidate.id]}")
        elif candidate is not None:
            seen[candidate.id] = row
            candidates.append(candidate)
        rejected += maker.rejected
        notes += maker.notes
        if watch is not None:
            watch(number, len(rows))
    return Reading(tuple(candidates), tuple(rejected), tuple(notes))


def is_simple(headings: Mapping[str, Any]) -> bool:
    """Whether a table is one of services by itself, and not a part of a package that points at others."""
    known = {HEADINGS.get(name) for name in headings}
    return "name" in known and ("organization_id" not in headings or bool(known & {"phone", "areas", "needs"}))


def _unknown_headings(file: str, row: Mapping[str, Any]) -> list[Note]:
    return [
        Note(file, name or "a column", "is a column that is not known here; left out")
        for name in row
        if name not in HEADINGS
    ]


def _by_field(row: Mapping[str, Any]) -> dict[str, str]:
    values: dict[str, str] = {}
    for heading, value in row.items():
        name = HEADINGS.get(heading)
        if name and str(value or "").strip() and name not in values:
            values[name] = str(value)
    return values


def _service(maker: Maker, row: Mapping[str, str]) -> Candidate | None:
    name = maker.text("name", row.get("name"), LONGEST_NAME)
    if not name:
        maker.reject("name", "is missing, and nothing can be shown without it")
        return None
    maker.call_it(name)
    owner = maker.of_organization("name", maker.text("organization", row.get("organization"), LONGEST_ORGANIZATION))
    if not owner:
        maker.note("organization", "is missing; the service stands for itself")
        owner = name
    source_id = cleaning.clean(row.get("id"))
    youngest, oldest = maker.ages(row.get("minimum_age"), row.get("maximum_age"))
    candidate = Candidate(
        row=maker.row,
        id=_id(maker, source_id, "service", owner, name),
        source_id=source_id,
        organization=Organization(
            id=_id(maker, "", "organization", owner),
            name=owner,
            website=maker.of_organization("web address", cleaning.web_address(row.get("organization_website"))),
        ),
        name=name,
        description=maker.text("description", row.get("description"), LONGEST_HELPS),
        status=maker.status(row.get("status") or "open"),
        application_process=maker.text("happens", row.get("happens"), LONGEST_TEXT),
        fees_description=maker.text("cost", row.get("cost"), LONGEST_TEXT),
        access=maker.text("access", row.get("access"), LONGEST_TEXT),
        minimum_age=youngest,
        maximum_age=oldest,
        phones=_phones(maker, row),
        contacts=_contacts(maker, row),
        schedule=_hours(maker, row),
        service_areas=tuple(dict.fromkeys(code for part in _several(row, "areas") if (code := maker.area(part)))),
        languages=_languages(maker, row),
        needs=_needs(maker, row),
        serves_men=_serves_men(maker, row),
        staying=_staying(row),
    )
    texts = [text for _, text in shown_texts(candidate)]
    if suggests_staying([*texts, cleaning.clean(row.get("description"))]):
        candidate = replace(candidate, staying=True)
    return maker.finish(candidate)


def _staying(row: Mapping[str, str]) -> bool:
    said = cleaning.clean(row.get("accommodation")).casefold()
    return said in _YES or "stay" in {part.casefold() for part in _several(row, "needs")}


def _id(maker: Maker, source_id: str, *hints: str) -> str:
    if _SLUG.fullmatch(source_id):
        return source_id
    if source_id:
        maker.note("id", "may hold up to 60 small letters, digits and hyphens; another was made of the names")
    return cleaning.own_id("", *hints)[0]


def _several(row: Mapping[str, str], name: str) -> list[str]:
    return [part for part in _SEVERAL.split(row.get(name, "").strip()) if part]


def _phones(maker: Maker, row: Mapping[str, str]) -> tuple[Phone, ...]:
    made = [
        phone
        for column, kind in (("phone", "voice"), ("text", "text"), ("whatsapp", "whatsapp"))
        for part in _several(row, column)
        for phone in maker.phones(part, kind)
    ]
    return unique(made, lambda phone: (phone.type, phone.number))


def _contacts(maker: Maker, row: Mapping[str, str]) -> tuple[Contact, ...]:
    made = [contact for part in _several(row, "webchat") for contact in maker.website("webchat", part, "webchat")]
    made += [contact for part in _several(row, "email") for contact in maker.email(part)]
    made += [contact for part in _several(row, "website") for contact in maker.website("website", part)]
    return unique(made, lambda contact: (contact.kind, contact.value))


def _hours(maker: Maker, row: Mapping[str, str]) -> Schedule | None:
    notation = cleaning.clean(row.get("hours"))
    if not notation:
        return None
    try:
        check_notation(notation)
    except HoursError as error:
        maker.note("hours", f"were left out: {error}")
        return None
    return Schedule(notation)


def _languages(maker: Maker, row: Mapping[str, str]) -> tuple[Language, ...]:
    parts = [part for written in _several(row, "languages") for part in re.split(r"\s*,\s*", written)]
    return tuple(dict.fromkeys(language for part in parts for language in maker.language(part)))


def _needs(maker: Maker, row: Mapping[str, str]) -> tuple[str, ...]:
    made: list[str] = []
    for written in _several(row, "needs"):
        for part in re.split(r"\s*,\s*", written.casefold()):
            if part in NEEDS:
                made.append(part)
            else:
                maker.note("needs", f"{quoted(part)} is not one of {', '.join(NEEDS)}; left out")
    return tuple(dict.fromkeys(made))


def _serves_men(maker: Maker, row: Mapping[str, str]) -> str:
    said = cleaning.clean(row.get("serves_men")).casefold().replace(" ", "_")
    if said and said not in SERVES_MEN:
        maker.note("serves_men", f"{quoted(said)} is not one of {', '.join(SERVES_MEN)}; unknown until somebody knows")
        return ""
    return said
