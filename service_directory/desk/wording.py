"""What the fields of an entry are called, and what stands in them, in people's words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from service_directory.clause_words import spoken_day
from service_directory.desk.entries.hours_by_day import in_words
from service_directory.numbers import display_number

#: What people call the tables of an entry.
TABLES: Mapping[str, str] = {
    "organization": "Organisation",
    "service": "Service",
    "phone": "Telephone",
    "contact": "Way to reach it",
    "schedule": "Opening hours",
    "service_area": "Area covered",
    "language": "Language",
    "attribute": "Kind of help",
    "cost_option": "Price",
    "location": "Place",
    "service_at_location": "Place",
    "address": "Address",
    "service_capacity": "Free places",
    "attestation": "Decision on the standards",
    "criterion_result": "Result for a criterion",
    "criterion_evidence": "Evidence for a criterion",
    "suspension": "Suspension",
    "evidence": "Evidence",
    "other_mark": "Another mark",
}

_LABELS: Mapping[str, str] = {
    "name": "Name",
    "alternate_name": "Also known as",
    "description": "What it helps with",
    "status": "Open or closed",
    "application_process": "What happens first",
    "assessment": "What they ask",
    "assessment_told": "Told beforehand what is asked",
    "fees_description": "What it costs",
    "bill": "Whether it shows on a bill",
    "shows_on_bill": "Shows on a bill",
    "workers": "Who he talks to",
    "worker_choice": "Can choose who he talks to",
    "eligibility_description": "Who may come",
    "interpretation_services": "Interpreters",
    "sexuality_inclusion": "For gay and bisexual men",
    "trans_inclusion": "For trans men",
    "children": "Children",
    "children_accepted": "Children can come",
    "pets": "Pets",
    "pets_accepted": "Pets can come",
    "local_applicants": "Men from close by",
    "anonymous_contact": "Need not give his name",
    "access": "Disabled access",
    "alert": "What is different just now",
    "minimum_age": "From the age of",
    "maximum_age": "Up to the age of",
    "serves_men": "Whom it serves",
    "published": "Published",
    "hold_reason": "On hold because",
    "perpetrator_service": "Works with people who do harm",
    "accommodation": "Gives men a place to stay",
    "hides_address": "Where it is, is hidden",
    "funding_end": "Its money ends on",
    "do_not_list": "Asked not to be listed",
    "organization_id": "Organisation",
    "example": "Made-up example",
    "assured_on": "Said to be still right on",
    "assured_by": "Said to be still right by",
    "number": "Number",
    "email": "Email address",
    "url": "Web address",
    "website": "Web address",
    "type": "Kind",
    "kind": "Kind",
    "opening_hours": "Hours",
    "checked_on": "Last tried on",
    "checked_by": "Tried by",
    "source": "Where it came from",
    "code": "Code",
    "value": "Kind",
    "option": "For",
    "amount_pence": "Amount",
    "amount_description": "Said of it",
    "charity_number": "Charity number",
    "company_number": "Company number",
    "unit": "For",
    "available": "Free",
    "maximum": "In all",
    "position": "Place in the list",
    "section": "Section",
    "standard_version": "Version of the standard",
    "basis": "On whose word",
    "outcome": "Outcome",
    "state": "State",
    "assessor": "Assessed by",
    "assessor_role": "What the assessor is",
    "assessed_on": "Looked at on",
    "submitted_by": "Recorded by",
    "decided_on": "Decided on",
    "decided_by": "Decided by",
    "valid_from": "Valid from",
    "valid_until": "Valid until",
    "valid_to": "Valid until",
    "review_due": "To be looked at again by",
    "scope_note": "Which part of the service",
    "public_note": "Note",
    "from_date": "From",
    "until_date": "Last day",
    "reason": "Reason",
    "opened_by": "Suspended by",
    "closed_by": "Ended by",
    "criterion": "Criterion",
    "result": "Result",
    "title": "Title",
    "locator": "Where to find it",
    "location_type": "Kind",
    "transportation": "How to get there",
    "accessibility": "Access",
    "address_1": "First line",
    "address_2": "Second line",
    "city": "Town",
    "state_province": "County",
    "postal_code": "Postcode",
}

_ORGANIZATION: Mapping[str, str] = {"description": "About the organisation"}
_OF_WAYS: Mapping[str, str] = {"description": "Label"}

#: Codes of closed lists, whatever the field; those that mean different things in different fields stand below.
WORDS: Mapping[str, str] = {
    "unknown": "not known",
    "men_only": "men only",
    "all": "men and women",
    "women_only": "women only",
    "talk": "someone to talk to",
    "stay": "somewhere to stay",
    "police_legal": "police and the law",
    "children": "children",
    "money": "money and work",
    "health": "health",
    "browsing": "just looking",
    "voice": "telephone",
    "phone": "telephone",
    "text": "text message",
    "whatsapp": "WhatsApp",
    "webchat": "web chat",
    "email": "email",
    "website": "website",
    "safe_house": "safe house",
    "spaces_for_men": "men",
    "spaces_for_anyone": "anyone",
    "self": "its own word",
    "verified": "checked by others",
    "independent": "an independent assessor",
    "met": "met",
    "partly": "partly met",
    "not_met": "not met",
    "not_applicable": "does not apply",
    "not_assessed": "not looked at",
    "choice": "yes, he can choose",
    "on_request": "if he asks",
    "only": "the only ones taken",
}
_CODED = frozenset(
    {
        "serves_men",
        "status",
        "type",
        "kind",
        "value",
        "unit",
        "basis",
        "outcome",
        "state",
        "result",
        "worker_choice",
        "local_applicants",
        "children_accepted",
        "pets_accepted",
        "assessment_told",
        "anonymous_contact",
        "shows_on_bill",
        "location_type",
        "link_type",
        "section",
    }
)
_ACCESS_ROUTES: Mapping[str, str] = {"self": "he himself", "professional": "a professional"}

#: An area's name for its code; whatever it does not know it gives back.
AreaName = Callable[[str], str]


def label_of(table: str, column: str) -> str:
    """What people call a column of a table."""
    special = _ORGANIZATION if table == "organization" else _OF_WAYS if table in ("phone", "contact") else {}
    return special.get(column) or _LABELS.get(column) or column.replace("_", " ").capitalize()


def said(column: str, text: str, area_name: AreaName, *, table: str = "") -> str:
    """A value, as history and proposals keep it, in people's words; empty stays empty."""
    if not text:
        return ""
    if column == "number":
        return display_number(text)
    if column == "opening_hours":
        return in_words(text)
    if column == "code" and table == "service_area":
        return area_name(text)
    if column == "amount_pence":
        return f"£{int(text) / 100:.2f}"
    if column in _CODED:
        return WORDS.get(text, text.replace("_", " "))
    return _spoken(text) if column.endswith(("_on", "_date", "_end", "_from", "_until", "_to", "_due")) else text


def route(code: str) -> str:
    """Who can get a man into a service, in words."""
    return _ACCESS_ROUTES.get(code, f"the {code}")


def _spoken(text: str) -> str:
    try:
        return spoken_day(date.fromisoformat(text))
    except ValueError:
        return text
