"""What the open data are, on what terms they may be used, and the API's description for programs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from service_directory.open_referral.asking import LISTS, MOST_PER_PAGE, PARAMETERS

VERSION: Final = "HSDS-UK-3.0"
"""As the standard's validators know this version of the UK profile."""
PROFILE: Final = "https://docs.openreferraluk.org/en/latest/"
LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
_AREAS: Final = (
    "Area names and codes: Office for National Statistics, licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right."
)
_RECORDED: Final = (
    "“Recorded as meeting” says who recorded it and in which month, for the day on which the data were given out. "
    "Pass it on with both, and never as accreditation or approval. A service that is not here has not been judged."
)
EXAMPLE_NOTE: Final = "EXAMPLE: every service here is made up. None of them exists."

_SCHEMAS: Final = "https://raw.githubusercontent.com/OpenReferralUK/uk-profile/main/schema"
_ITEMS: Final = {
    "services": ("compiled/service_list.json", "compiled/service.json"),
    "service_at_locations": ("compiled/service_at_location_list.json", "compiled/service_at_location.json"),
    "organizations": ("compiled/organization_list.json", "compiled/organization.json"),
    "taxonomies": ("taxonomy.json", "taxonomy.json"),
    "taxonomy_terms": ("taxonomy_term.json", "taxonomy_term.json"),
}


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whose data these are, and under what address the API is reached (without a slash at its end)."""

    name: str
    base_url: str

    @property
    def terms(self) -> dict[str, str]:
        """On what terms the data may be used, and what has to be said with them."""
        return {
            "publisher": self.name,
            "licence": LICENCE,
            "attribution": f"Directory data: {self.name}, CC BY 4.0. {_AREAS}",
            "meaning": _RECORDED,
        }


def openapi(base_url: str) -> dict[str, Any]:
    """The description of the API for programs (OpenAPI 3.0)."""
    paths: dict[str, Any] = {"/": {"get": _operation("What this API is, and the terms of its data.", {}, ())}}
    for listed, names in LISTS.items():
        of_a_list, whole = _ITEMS[listed]
        plural = listed.replace("_", " ")
        paths[f"/{listed}"] = {"get": _operation(f"A page of the {plural}.", _page_of(of_a_list), names)}
        one = _operation(f"One of the {plural}, by its id.", _reference(whole), ())
        known = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        paths[f"/{listed}/{{id}}"] = {"get": one | {"parameters": [known]}}
    return {
        "openapi": "3.0.0",
        "info": {
            "title": "Services for men who are hurt or controlled by someone close to them",
            "version": VERSION,
            "description": "The Open Referral UK 3.0 profile of HSDS, read-only.",
            "license": {"name": "CC BY 4.0", "url": LICENCE},
        },
        "servers": [{"url": base_url}],
        "paths": paths,
    }


def _operation(summary: str, schema: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {
        "summary": summary,
        "parameters": [_parameter(name) for name in names],
        "responses": {
            "200": {"description": summary, "content": {"application/json": {"schema": schema or {"type": "object"}}}},
            "400": {"description": "The question cannot be understood; `error` says why."},
            "404": {"description": "There is no such entry, or it is not shown any more."},
            "503": {"description": "The directory cannot be read just now."},
        },
    }


def _parameter(name: str) -> dict[str, Any]:
    kind, said = PARAMETERS[name]
    schema: dict[str, Any] = {"type": kind}
    if kind == "integer":
        schema["minimum"] = 1
    if name == "per_page":
        schema["maximum"] = MOST_PER_PAGE
    return {"name": name, "in": "query", "required": False, "description": said, "schema": schema}


def _page_of(item: str) -> dict[str, Any]:
    counted = {key: {"type": "integer"} for key in ("total_items", "total_pages", "page_number", "size")}
    told = {key: {"type": "boolean"} for key in ("first_page", "last_page", "empty")}
    return {
        "type": "object",
        "properties": {**counted, **told, "contents": {"type": "array", "items": _reference(item)}},
    }


def _reference(path: str) -> dict[str, Any]:
    return {"$ref": f"{_SCHEMAS}/{path}"}
