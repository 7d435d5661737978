"""Open Referral UK 3.0 and 1.0 and HSDS 3.0 as JSON values in, candidates out. Pure.

One reader for all three, because real feeds mix them: a field is looked for under every name it has had. What
an address would tell is never taken over; of address lines only a telephone number that stands in them is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from service_directory.areas import Areas
from service_directory.fields import Rejection
from service_directory.importing import cleaning, timetables
from service_directory.importing.candidates import (
    Candidate,
    Contact,
    CostOption,
    Language,
    Note,
    Organization,
    Phone,
    Reading,
    Schedule,
    Term,
    Watch,
)
from service_directory.importing.making import (
    LONGEST_HELPS,
    LONGEST_LABEL,
    LONGEST_NAME,
    LONGEST_ORGANIZATION,
    LONGEST_TEXT,
    Maker,
    quoted,
    shown_texts,
    suggests_staying,
    unique,
)
from service_directory.open_referral.finding import Found, Object, find, items

__all__ = ["Found", "find", "read"]

_ADDRESSES = ("addresses", "physical_addresses", "postal_addresses")
_ADDRESS_LINES = ("attention", "address_1", "address_2", "city", "region", "state_province")


def read(found: Found, *, source: str, areas: Areas, today: date, watch: Watch | None = None) -> Reading:
    """Every service that was found, as a candidate; `source` keeps the ids of different sources apart."""
    candidates: list[Candidate] = []
    rejected: list[Rejection] = []
    notes: list[Note] = []
    seen: dict[str, str] = {}
    for number, (row, item) in enumerate(found.services, start=1):
        maker = Maker("", row, areas)
        candidate = _service(maker, item, found.organizations, source, today)
        if candidate is not None and candidate.id in seen:
            maker.reject("id", f"stands twice: it was read from {seen[candidate.id]}")
            candidate = None
        if candidate is not None:
            seen[candidate.id] = row
            candidates.append(candidate)
        rejected += maker.rejected
        notes += maker.notes
        if watch is not None:
            watch(number, len(found.services))
    return Reading(tuple(candidates), tuple(rejected), tuple(notes))


def _service(
    maker: Maker, item: Any, organizations: Mapping[str, Object], source: str, today: date
) -> Candidate | None:
    if not isinstance(item, Mapping):
        maker.reject("", "is not an object with fields")
        return None
    name = maker.text("name", item.get("name") or item.get("alternate_name"), LONGEST_NAME)
    if not name:
        maker.reject("name", "is missing, and nothing can be shown without it")
        return None
    maker.call_it(name)
    organization = _organization(maker, item, organizations, source)
    source_id = cleaning.clean(item.get("id"))
    own, kept = cleaning.own_id(source_id, source, *(() if source_id else (name, organization.name)))
    if not kept:
        why = f"{quoted(source_id)} is not a UUID" if source_id else "is missing"
        maker.note("id", f"{why}; known here as {own}")
    youngest, oldest = _ages(maker, item)
    terms = _terms(item)
    candidate = Candidate(
        row=maker.row,
        id=own,
        source_id=source_id,
        organization=organization,
        name=name,
        alternate_name=maker.text("alternate_name", item.get("alternate_name"), LONGEST_NAME),
        description=maker.text("description", item.get("description"), LONGEST_HELPS),
        status=maker.status(item.get("status")),
        application_process=maker.text("application_process", item.get("application_process"), LONGEST_TEXT),
        eligibility_description=maker.text("eligibility_description", _eligibility(item), LONGEST_TEXT),
        fees_description=maker.text("fees", item.get("fees_description") or item.get("fees"), LONGEST_TEXT),
        interpretation_services=maker.text(
            "interpretation_services", item.get("interpretation_services"), LONGEST_TEXT
        ),
        access=maker.text("accessibility", _accessibility(item), LONGEST_TEXT),
        alert=maker.text("alert", item.get("alert"), LONGEST_TEXT),
        minimum_age=youngest,
        maximum_age=oldest,
        assured_date=_assured(maker, item, today),
        phones=_phones(maker, item),
        contacts=_contacts(maker, item),
        schedule=_schedule(maker, item, today),
        service_areas=_areas(maker, item),
        languages=_languages(maker, item),
        cost_options=_costs(maker, item),
        taxonomy_terms=terms,
    )
    texts = [text for _, text in shown_texts(candidate)]
    staying = suggests_staying([*texts, cleaning.clean(item.get("description")), *(term.name for term in terms)])
    if staying:
        candidate = replace(candidate, staying=True)
    return maker.finish(candidate)


def _organization(maker: Maker, item: Object, organizations: Mapping[str, Object], source: str) -> Organization:
    """Whose service it is. Without a name when only its id is told: the directory may know it."""
    given = item.get("organization")
    values: Object = given if isinstance(given, Mapping) else {}
    source_id = cleaning.clean(values.get("id") or item.get("organization_id"))
    if not cleaning.clean(values.get("name")):
        values = organizations.get(source_id, values)
    name = maker.of_organization("name", maker.text("organization", values.get("name"), LONGEST_ORGANIZATION))
    own, _ = cleaning.own_id(source_id, source, *(() if source_id else (name,)))
    if not source_id and not name:
        maker.note("organization", "is missing; the service stands for itself")
        name = cleaning.clean(item.get("name"))
        own, _ = cleaning.own_id("", source, "organization of", name)
    numbers = {
        cleaning.clean(one.get("identifier_scheme")).upper(): cleaning.clean(one.get("identifier"))[:32]
        for one in items(values, "organization_identifiers")
    }
    description = maker.text("organization", values.get("description"), LONGEST_TEXT)
    website = cleaning.web_address(values.get("website") or values.get("url"))
    return Organization(
        id=own,
        name=name,
        source_id=source_id,
        description=maker.of_organization("description", description),
        website=maker.of_organization("web address", website),
        charity_number=numbers.get("GB-CHC", ""),
        company_number=numbers.get("GB-COH", ""),
    )


def _places(item: Object) -> Iterator[tuple[Object, Object]]:
    """Each place the service is given at: the link and the location, either of which may be empty."""
    for link in items(item, "service_at_locations", "service_at_location"):
        location = link.get("location")
        yield link, location if isinstance(location, Mapping) else {}
    for location in items(item, "locations", "location"):
        yield {}, location


def _phones(maker: Maker, item: Object) -> tuple[Phone, ...]:
    made = _phones_of(maker, item)
    for link, location in _places(item):
        made += _phones_of(maker, link) + _phones_of(maker, location)
        for address in items(location, *_ADDRESSES):
            for line in _ADDRESS_LINES:
                for _, number in cleaning.numbers_in(cleaning.clean(address.get(line))):
                    maker.note("phones", "a number was found among the lines of an address")
                    made.append(Phone(number))
    organization = item.get("organization")
    if not made and isinstance(organization, Mapping):
        made = _phones_of(maker, organization)
        if made:
            maker.note("phones", "there is none of its own; its organization's was taken")
    return unique(made, lambda phone: (phone.type, phone.number))


def _phones_of(maker: Maker, item: Object) -> list[Phone]:
    made: list[Phone] = []
    if isinstance(item.get("phone"), str | int):
        made += maker.phones(item["phone"])
    for phone in items(item, "phones"):
        made += _one_phone(maker, phone, personal=False)
    for contact in items(item, "contacts"):
        named = bool(cleaning.clean(contact.get("name")))
        if isinstance(contact.get("phone"), str | int):
            made += maker.phones(contact["phone"], personal=named)
        for phone in items(contact, "phones"):
            made += _one_phone(maker, phone, personal=named)
    return made


def _one_phone(maker: Maker, phone: Object, *, personal: bool) -> list[Phone]:
    description = cleaning.clean(phone.get("description"))
    extension = cleaning.clean(phone.get("extension"))
    if extension and extension not in ("0", "0.0"):
        description = f"{description} (extension {extension})".strip()
    return maker.phones(phone.get("number"), phone.get("type"), description, personal=personal)


def _contacts(maker: Maker, item: Object) -> tuple[Contact, ...]:
    made: list[Contact] = []
    for url in items(item, "additional_urls"):
        # HSDS 3.1; which of them is a chat is a word of our own export.
        kind = "webchat" if url.get("kind") == "webchat" else "website"
        label = maker.text("additional_urls", url.get("label"), LONGEST_LABEL)
        found = maker.website("additional_urls", url.get("url"), kind)
        made += [replace(one, description=label) for one in found]
    made += maker.email(item.get("email"))
    made += maker.website("url", item.get("url") or item.get("website"))
    holders: list[Object] = [item]
    for link, location in _places(item):
        holders += [link, location]
    for holder in holders:
        for contact in items(holder, "contacts"):
            # The name of a contact is a person's, and is never kept.
            made += maker.email(contact.get("email"), contact.get("department"))
    return unique(made, lambda contact: (contact.kind, contact.value))


def _schedule(maker: Maker, item: Object, today: date) -> Schedule | None:
    """The service's own hours; those of its places only when it has one place and no hours of its own."""
    rules = list(items(item, "schedules", "regular_schedules"))
    places = list(_places(item))
    if not rules and len(places) == 1:
        for holder in places[0]:
            rules += items(holder, "schedules", "regular_schedule", "regular_schedules")
    try:
        notation = timetables.opening_hours(rules, today)
    except timetables.Unclear as error:
        maker.note("schedules", f"the hours were left out: {error}")
        return None
    return Schedule(notation) if notation else None


def _areas(maker: Maker, item: Object) -> tuple[str, ...]:
    codes = [
        maker.area(area.get("uri"), area.get("extent"), area.get("name"), area.get("service_area"))
        for area in items(item, "service_areas")
    ]
    return tuple(dict.fromkeys(code for code in codes if code))


def _languages(maker: Maker, item: Object) -> tuple[Language, ...]:
    made = [
        language
        for written in items(item, "languages")
        for language in maker.language(written.get("code"), written.get("name"), written.get("language"))
    ]
    return tuple(dict.fromkeys(made))


def _costs(maker: Maker, item: Object) -> tuple[CostOption, ...]:
    made: list[CostOption] = []
    for cost in items(item, "cost_options"):
        amount = cleaning.pence(cost.get("amount"))
        currency = cleaning.clean(cost.get("currency")).upper()
        if amount is None and cleaning.clean(cost.get("amount")):
            maker.note("cost_options", "what stands for an amount is none; left out")
        if amount is not None and currency not in ("", "GBP"):
            maker.note("cost_options", f"an amount in {currency[:10]} was left out")
            amount = None
        option = maker.text("cost_options", cost.get("option"), LONGEST_ORGANIZATION)
        description = maker.text("cost_options", cost.get("amount_description"), LONGEST_HELPS)
        if option or amount is not None or description:
            made.append(CostOption(option, amount, description))
    return tuple(dict.fromkeys(made))


def _terms(item: Object) -> tuple[Term, ...]:
    made: list[Term] = []
    for attribute in items(item, "attributes", "service_taxonomys", "service_taxonomies"):
        inner = attribute.get("taxonomy_term") or attribute.get("taxonomy")
        term: Object = inner if isinstance(inner, Mapping) else attribute
        scheme = term.get("taxonomy_detail") or term.get("taxonomy") or term.get("vocabulary")
        taxonomy = scheme.get("name") if isinstance(scheme, Mapping) else scheme
        name = cleaning.fitted(cleaning.clean(term.get("name") or term.get("term")), LONGEST_ORGANIZATION)
        code = cleaning.fitted(cleaning.clean(term.get("code") or term.get("id")), LONGEST_ORGANIZATION)
        if name or code:
            made.append(Term(cleaning.fitted(cleaning.clean(taxonomy), LONGEST_ORGANIZATION), code, name))
    return tuple(dict.fromkeys(made))


def _ages(maker: Maker, item: Object) -> tuple[int | None, int | None]:
    if item.get("minimum_age") is not None or item.get("maximum_age") is not None:
        return maker.ages(item.get("minimum_age"), item.get("maximum_age"))
    written = [maker.ages(one.get("minimum_age"), one.get("maximum_age")) for one in items(item, "eligibilitys")]
    if not written:
        return None, None
    # Whoever fits any of them is served: a limit stands only when each of them has one.
    lows, highs = [low for low, _ in written], [high for _, high in written]
    least = None if None in lows else min(low for low in lows if low is not None)
    most = None if None in highs else max(high for high in highs if high is not None)
    return least, most


def _eligibility(item: Object) -> str:
    said = [cleaning.clean(item.get("eligibility_description"))]
    said += [cleaning.clean(one.get("eligibility")) for one in items(item, "eligibilitys")]
    return "; ".join(dict.fromkeys(text for text in said if text))


def _accessibility(item: Object) -> str:
    said: list[str] = []
    for _, location in _places(item):
        for one in items(location, "accessibility", "accessibility_for_disabilities"):
            words: Sequence[Any] = (one.get("description"), one.get("accessibility"), one.get("details"))
            said.append(next((text for text in map(cleaning.clean, words) if text), ""))
    return " ".join(dict.fromkeys(text for text in said if text))


def _assured(maker: Maker, item: Object, today: date) -> str:
    """The day on which the source says it last checked: its word, not ours."""
    written = item.get("assured_date")
    found = cleaning.day(written)
    if found is None:
        if cleaning.clean(written):
            maker.note("assured_date", f"{quoted(cleaning.clean(written))} is not a date; left out")
        return ""
    if found > today:
        maker.note("assured_date", f"{found.isoformat()} lies in the future; left out")
        return ""
    return found.isoformat()
