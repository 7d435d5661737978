"""The part of a directory document that says what a service offers, to whom, where and how to reach it. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from service_directory.changes import Row, Value
from service_directory.fields import Fields
from service_directory.languages import LANGUAGES
from service_directory.personal_details import looks_like_a_way
from service_directory.placed import read_costs, read_locations, read_spaces
from service_directory.reached import read_contacts, read_hours
from service_directory.said_beside import CLAIMS
from service_directory.taxonomies import ACCESS_ROUTE, ACCOMMODATION_KIND, NEED, TAXONOMIES, term_id

STATUSES = ("open", "paused", "closed")
SERVES_MEN = ("men_only", "all", "women_only", "unknown")
YES_OR_NO = ("yes", "no", "unknown")
SOME = ("yes", "some", "no", "unknown")
WORKER_CHOICE = ("choice", "on_request", "no", "unknown")
LOCAL_APPLICANTS = ("accepted", "refused", "only", "unknown")
#: Kinds that give nobody a roof of theirs: help at home, and help to find a place elsewhere.
_NO_ROOF = frozenset({"sanctuary", "brokered"})
_OLDEST = 120

#: The fields of a document that become texts of a service, and their columns. All of them may be shown.
_TEXTS: Mapping[str, str] = {
    "happens": "application_process",
    "asks": "assessment",
    "cost": "fees_description",
    "bill": "bill",
    "workers": "workers",
    "children": "children",
    "pets": "pets",
    "access": "access",
    "who": "eligibility_description",
    "interpreters": "interpretation_services",
    "gay_and_bi_men": "sexuality_inclusion",
    "trans_men": "trans_inclusion",
    "alert": "alert",
}
#: A service's columns that hold text, by the field of a document in which it is written.
SHOWN: Mapping[str, str] = {
    "name": "name",
    "alternate_name": "also_known_as",
    "description": "helps",
    **{column: written for written, column in _TEXTS.items()},
}


def read_service(fields: Fields, identity: str, areas: Collection[str]) -> list[Row]:
    """A service's own row, and those of all that it offers and how it is reached."""
    values = _service_values(fields)
    rows = [Row("service", identity, identity, values)]
    rows += read_hours(fields, identity, "")
    needs = fields.choices("needs", TAXONOMIES[NEED])
    rows += _terms(identity, NEED, needs)
    rows += _areas(identity, _area_codes(fields, areas))
    rows += _languages(fields, identity)
    rows += read_contacts(fields, identity)
    rows += read_costs(fields, identity)
    kinds = _some_of(fields, "accommodation_kinds", ACCOMMODATION_KIND)
    rows += _terms(identity, ACCOMMODATION_KIND, kinds)
    rows += _terms(identity, ACCESS_ROUTE, _some_of(fields, "access_routes", ACCESS_ROUTE))
    if not _NO_ROOF.issuperset(kinds) and not values["accommodation"]:
        fields.reject("accommodation_kinds", "is for a service with accommodation: yes")
    rows += read_locations(fields, identity, hidden=is_hidden(rows))
    rows += read_spaces(fields, identity, accommodation=bool(values["accommodation"]))
    return rows


def is_hidden(rows: Iterable[Row]) -> bool:
    """Whether nothing may be kept of where a service is: men stay there, or it does not want it known."""
    return any(
        (row.table == "service" and bool(row.values["accommodation"] or row.values["hides_address"]))
        or (row.table == "attribute" and row.values["link_type"] == NEED and row.values["value"] == "stay")
        for row in rows
    )


def _service_values(fields: Fields) -> dict[str, Value]:
    name = fields.text("name", longest=80, required=True)
    if fields.example and name and not name.startswith("Example"):
        fields.reject("name", "must begin with “Example” in a document of examples")
    age = fields.part("age")
    least = most = None
    if age is not None:
        least, most = age.whole("from", least=0, most=_OLDEST), age.whole("to", least=0, most=_OLDEST)
        age.finish()
        if least is not None and most is not None and least > most:
            age.reject("to", "is less than the age it begins at")
    values: dict[str, Value] = {
        "organization_id": fields.slug("organization"),
        "name": name,
        "description": fields.text("helps", longest=200, required=True),
        "status": fields.choice("status", STATUSES),
        "minimum_age": least,
        "maximum_age": most,
        "published": fields.flag("published", default=True),
        "hold_reason": fields.text("hold"),
        "perpetrator_service": fields.flag("perpetrator_service", default=False),
        "serves_men": fields.choice("serves_men", SERVES_MEN),
        "accommodation": fields.flag("accommodation", default=False),
        "alternate_name": fields.text("also_known_as", longest=120),
        "hides_address": fields.flag("hides_address", default=False),
        "assessment_told": fields.answer("assessment_told", YES_OR_NO),
        "worker_choice": fields.answer("worker_choice", WORKER_CHOICE),
        "children_accepted": fields.answer("children_accepted", SOME),
        "pets_accepted": fields.answer("pets_accepted", SOME),
        "local_applicants": fields.answer("local_applicants", LOCAL_APPLICANTS),
        "anonymous_contact": fields.answer("anonymous_contact", YES_OR_NO),
        "funding_end": fields.day("funding_end"),
        "do_not_list": fields.flag("do_not_list", default=False),
        "example": fields.example,
    }
    values |= {column: fields.text(written) for written, column in _TEXTS.items()}
    values |= _assured(fields)
    for column, written in SHOWN.items():
        claim = CLAIMS.search(str(values[column]))
        if claim:
            fields.reject(written, f"says “{claim.group()}”; record who found what under attestations instead")
        way = looks_like_a_way(str(values[column]))
        if way:
            fields.reject(written, f"says “{way}”; write it under contacts, where it is checked")
    return values


def _assured(fields: Fields) -> dict[str, Value]:
    """When the service last said that all this is right. A document that does not say takes nothing of it away."""
    who = fields.text("assured_by", longest=120)
    if not fields.has("assured"):
        if who:
            fields.reject("assured_by", "goes with the day on which it was said; add assured")
        return {}
    return {"assured_on": fields.day("assured", past=True), "assured_by": who}


def _some_of(fields: Fields, name: str, taxonomy: str) -> tuple[str, ...]:
    return fields.choices(name, TAXONOMIES[taxonomy]) if fields.has(name) else ()


def _terms(identity: str, taxonomy: str, codes: Iterable[str]) -> list[Row]:
    rows: list[Row] = []
    for position, code in enumerate(codes):
        values: dict[str, Value] = {
            "link_type": taxonomy,
            "value": code,
            "taxonomy_term_id": term_id(taxonomy, code),
            "position": position,
        }
        rows.append(Row("attribute", f"{identity}/{taxonomy}/{code}", identity, values))
    return rows


def _areas(identity: str, codes: Iterable[str]) -> list[Row]:
    return [
        Row("service_area", f"{identity}/area/{code}", identity, {"code": code, "position": position})
        for position, code in enumerate(codes)
    ]


def _area_codes(fields: Fields, areas: Collection[str]) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(str(code) for code in fields.items("areas")))
    if not codes:
        fields.reject("areas", "is missing; list the areas it covers by their GSS codes, such as E08000035")
    for code in codes:
        if code not in areas:
            fields.reject("areas", f"“{code}” is not the code of an area")
    return codes


def _languages(fields: Fields, identity: str) -> list[Row]:
    rows: list[Row] = []
    for position, item in enumerate(fields.items("languages")):
        if isinstance(item, Mapping):
            code, name = str(item.get("code", "")), str(item.get("name", ""))
        else:
            code, name = str(item), LANGUAGES.get(str(item), "")
        if not re.fullmatch(r"[a-z]{2,3}", code) or not name:
            fields.reject(
                "languages",
                f"“{item}” is not a language known here; write it like {{code: yo, name: Yoruba}}, in quotes if no",
            )
            continue
        values: dict[str, Value] = {"code": code, "name": name, "position": position}
        rows.append(Row("language", f"{identity}/language/{code}", identity, values))
    return rows
