"""What an import reads: one service with its organization, cleaned, before anybody decided anything. Pure.

Field names are those of HSDS 3.0. There is no field for an address, for a name of a member of staff, nor for
anything that only a steward records (who is served well, what is attested, whether it is shown): what a source
says of such things is not taken over.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service_directory.fields import Rejection

__all__ = [
    "Candidate",
    "Contact",
    "CostOption",
    "Language",
    "Note",
    "Organization",
    "Phone",
    "Reading",
    "Rejection",
    "Schedule",
    "Term",
    "Watch",
]


#: Told how many of how many services are read.
Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Note:
    """Something about an entry that was put right or left out: a steward may want to know, nothing stops."""

    entry: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.entry}, {self.field}: {self.message}"


@dataclass(frozen=True, slots=True)
class Organization:
    """`id` is ours, `source_id` what the source calls it; empty texts are unknown."""

    id: str
    name: str
    source_id: str = ""
    description: str = ""
    website: str = ""
    charity_number: str = ""
    company_number: str = ""


@dataclass(frozen=True, slots=True)
class Phone:
    """`number` is E.164 or a short code, checked; `type` is voice, text or whatsapp."""

    number: str
    type: str = "voice"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach a service in writing: `kind` is email, webchat or website."""

    kind: str
    value: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`opening_hours` is OpenStreetMap notation that is known to be readable."""

    opening_hours: str


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CostOption:
    """`amount_pence` is None when no amount is told, or one in another currency."""

    option: str
    amount_pence: int | None = None
    amount_description: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A taxonomy term that the source files the service under."""

    taxonomy: str
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One service as a source describes it.

    `row` says where it stood ("services.csv, row 14"); `source_id` is the source's own id and `id` ours. `status` is
    open, paused, closed, or empty when the source does not say. `needs` and `serves_men` are set only by the simple
    CSV, which a steward fills in; `staying` is true when anything suggests that people stay there, so that no word
    may lead to its door.
    """

    row: str
    id: str
    source_id: str
    organization: Organization
    name: str
    alternate_name: str = ""
    description: str = ""
    status: str = ""
    application_process: str = ""
    eligibility_description: str = ""
    fees_description: str = ""
    interpretation_services: str = ""
    access: str = ""
    alert: str = ""
    minimum_age: int | None = None
    maximum_age: int | None = None
    assured_date: str = ""
    phones: tuple[Phone, ...] = ()
    contacts: tuple[Contact, ...] = ()
    schedule: Schedule | None = None
    service_areas: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    cost_options: tuple[CostOption, ...] = ()
    taxonomy_terms: tuple[Term, ...] = ()
    needs: tuple[str, ...] = ()
    serves_men: str = ""
    staying: bool = False

    def as_values(self) -> dict[str, Any]:
        """The same as plain values, for staging. Where it stood is not part of what it says."""
        values = dataclasses.asdict(self)
        del values["row"]
        return values

    @classmethod
    def from_values(cls, values: Mapping[str, Any], row: str) -> Candidate:
        """A candidate out of what `as_values` made. Raises TypeError when it is something else."""
        given = dict(values)
        schedule = given.pop("schedule", None)
        made: dict[str, Any] = {
            "organization": Organization(**given.pop("organization")),
            "schedule": None if schedule is None else Schedule(**schedule),
            "phones": tuple(Phone(**one) for one in given.pop("phones", ())),
            "contacts": tuple(Contact(**one) for one in given.pop("contacts", ())),
            "languages": tuple(Language(**one) for one in given.pop("languages", ())),
            "cost_options": tuple(CostOption(**one) for one in given.pop("cost_options", ())),
            "taxonomy_terms": tuple(Term(**one) for one in given.pop("taxonomy_terms", ())),
            "service_areas": tuple(given.pop("service_areas", ())),
            "needs": tuple(given.pop("needs", ())),
        }
        return cls(row=row, **made, **given)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source held: services, what kept others out, and what was put right or left out."""

    candidates: tuple[Candidate, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    notes: tuple[Note, ...] = ()
