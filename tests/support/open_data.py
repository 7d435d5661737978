"""What open data look like, in our own words, and the ways to get at them in tests."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import Table, insert
from starlette.applications import Starlette

from service_directory.areas import Areas
from service_directory.model import Base
from service_directory.open_referral.api import OpenData, open_data_app, routes_at
from service_directory.open_referral.asking import LISTS, Postcodes
from service_directory.open_referral.describing import Publisher
from service_directory.store import Directory
from tests.support.patience import PATIENCE
from tests.support.services import NOON, written
from tests.support.world import served

AREAS = Areas.load()
POSTCODES = Postcodes({"ls6": (("E08000035", 1000),), "bd1": (("E08000032", 1000),)}, AREAS)
PUBLISHER = Publisher("Test Helpline", "http://test.example/o")
Clock = Callable[[], datetime]

FORMATS = FormatChecker()
_FORMATS = {"uri": r"https?://[^\s/]+\.[^\s/]+(/\S*)?", "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"}


@FORMATS.checks("uri", raises=ValueError)
def _is_uri(value: object) -> bool:
    return re.fullmatch(_FORMATS["uri"], str(value)) is not None


@FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return re.fullmatch(_FORMATS["date-time"], str(value)) is not None


def _object(required: str, **fields: Any) -> dict[str, Any]:
    """A schema: the required fields, and what each is: a type, a format, a list of values, or a schema."""
    return {
        "type": "object",
        "required": required.split(),
        "properties": {"id": {"type": "string", "format": "uuid"}, **{k: _field(v) for k, v in fields.items()}},
        # Unknown is told by leaving a field out: the standard has no null.
        "additionalProperties": {"not": {"type": "null"}},
    }


def _field(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return {"enum": value} if isinstance(value[0], str) else {"type": "array", "items": value[0]}
    if value in ("string", "number", "integer", "boolean"):
        return {"type": value}
    return {"type": "string", "format": value}


TERM = _object(
    "id name description", name="string", description="string", parent_id="uuid", taxonomy="string", taxonomy_id="uuid"
)
TAXONOMY = _object("id name description", name="string", description="string", version="string", taxonomy_terms=[TERM])
ATTRIBUTE = _object("id", link_id="uuid", link_type="string", taxonomy_term=TERM, taxonomy_term_id="uuid")
ADDRESS = _object(
    "id address_1 city state_province postal_code country address_type",
    address_1="string",
    city="string",
    state_province="string",
    postal_code="string",
    country="string",
    address_type=["physical", "postal", "virtual"],
)
LOCATION = _object(
    "id location_type",
    location_type=["physical", "postal", "virtual"],
    name="string",
    description="string",
    addresses=[ADDRESS],
    accessibility=[_object("id", description="string", accessibility="string")],
)
ORGANIZATION = _object(
    "id name description",
    name="string",
    description="string",
    email="email",
    website="uri",
    organization_identifiers=[_object("id identifier_type identifier", identifier_type="string", identifier="string")],
)
SCHEDULE = _object(
    "id",
    freq=["WEEKLY", "MONTHLY"],
    interval="number",
    byday="string",
    opens_at="string",
    closes_at="string",
    description="string",
)
SERVICE = _object(
    "id name status last_modified organization attributes service_at_locations service_areas",
    organization_id="uuid",
    name="string",
    description="string",
    url="uri",
    email="email",
    status=["active"],
    fees="string",
    minimum_age="number",
    maximum_age="number",
    assured_date="date",
    alert="string",
    last_modified="date-time",
    organization=ORGANIZATION,
    schedules=[SCHEDULE],
    service_areas=[_object("id name service_area", name="string", uri="string")],
    service_at_locations=[_object("id location", location_id="uuid", service_id="uuid", location=LOCATION)],
    languages=[_object("id code name", service_id="uuid")],
    cost_options=[_object("id", option="string", amount="number", valid_from="date", valid_to="date")],
    contacts=[_object("id title email", email="email")],
    phones=[_object("id number type", number="string", type=["voice", "text", "whatsapp"])],
    additional_urls=[_object("id label url", url="uri")],
    attributes=[ATTRIBUTE],
)
_LISTED_SERVICE = {**SERVICE, "required": ["id", "name", "status", "last_modified", "organization"]}
WHOLE = {
    "services": SERVICE,
    "service_at_locations": _object(
        "id name status location service",
        location=LOCATION,
        service={**SERVICE, "required": [name for name in SERVICE["required"] if name != "service_at_locations"]},
    ),
    "organizations": {**ORGANIZATION, "required": [*ORGANIZATION["required"], "services"]},
    "taxonomies": {**TAXONOMY, "required": [*TAXONOMY["required"], "taxonomy_terms"]},
    "taxonomy_terms": TERM,
}
ITEM = {
    "services": _LISTED_SERVICE,
    "service_at_locations": _object("id location service", location=LOCATION, service=_LISTED_SERVICE),
    "organizations": ORGANIZATION,
    "taxonomies": TAXONOMY,
    "taxonomy_terms": TERM,
}
PAGE = {
    "type": "object",
    "required": ["total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"],
    "properties": {
        **{name: {"type": "integer"} for name in ("total_items", "total_pages", "page_number", "size")},
        **{name: {"type": "boolean"} for name in ("first_page", "last_page", "empty")},
    },
}


def faults(value: Any, schema: dict[str, Any]) -> list[str]:
    """What is wrong with a value, in words."""
    found = Draft202012Validator(schema, format_checker=FORMATS).iter_errors(value)
    return [f"{'/'.join(map(str, one.absolute_path))}: {one.message}" for one in found]


@contextlib.asynccontextmanager
async def a_directory(folder: Path, *services: Any, at: datetime = NOON, **changes: Any) -> AsyncIterator[Directory]:
    """A directory that holds these services, as stewards write them."""
    directory = await Directory.open(f"sqlite:///{folder / 'open.db'}")
    try:
        report = await directory.load_document(written(*services, **changes), at=at, who="Sam", why="test", apply=True)
        assert [str(one) for one in report.rejected] == []
        yield directory
    finally:
        await directory.close()


async def add_row(directory: Directory, table: str, **values: Any) -> None:
    """A row as it lies in the database; texts that are not given are empty."""
    rows: Table = Base.metadata.tables[table]
    filled: dict[str, Any] = {
        column.name: "" for column in rows.c if not column.nullable and str(column.type) in ("TEXT", "VARCHAR(32)")
    }
    async with directory._database.write() as connection:
        await connection.execute(insert(rows).values({**filled, "position": 0, **values}))


def app_over(directory: Directory, clock: Clock = lambda: NOON, *, examples: bool = False) -> Starlette:
    """The public API at /o, as the program serves it."""
    data = OpenData(directory, AREAS, clock, examples=examples)
    return Starlette(routes=routes_at("/o", open_data_app(data, POSTCODES, PUBLISHER)))


@contextlib.asynccontextmanager
async def asked(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who asks the API over HTTP, from the root of it."""
    async with served(app) as address, httpx.AsyncClient(base_url=f"{address}/o/", timeout=PATIENCE) as client:
        yield client


async def everything(client: httpx.AsyncClient) -> dict[str, Any]:
    """Every answer there is: of each list all pages, whole and not, and everything by its id."""
    answers: dict[str, Any] = {path: (await client.get(path)).json() for path in ("", "openapi.json")}
    for listed in LISTS:
        pages = [f"{listed}?per_page=100"]
        pages += [f"{listed}?full=true"] if "full" in LISTS[listed] else []
        for page in pages:
            answers[page] = (await client.get(page)).json()
        for item in answers[pages[0]]["contents"]:
            answers[f"{listed}/{item['id']}"] = (await client.get(f"{listed}/{item['id']}")).json()
    return answers


def wrong_in(answers: dict[str, Any]) -> Iterator[str]:
    """What is wrong with all of these answers."""
    for path, answer in answers.items():
        listed, _, own = path.partition("/")
        if listed in WHOLE and own:
            yield from (f"{path} {fault}" for fault in faults(answer, WHOLE[listed]))
        elif "contents" in answer:
            listed, _, asked_for = path.partition("?")
            schema = WHOLE[listed] if "full" in asked_for else ITEM[listed]
            yield from (f"{path} {fault}" for fault in faults(answer, PAGE))
            for item in answer["contents"]:
                yield from (f"{path} {fault}" for fault in faults(item, schema))


def text_of(answers: Any) -> str:
    return json.dumps(answers, ensure_ascii=False)
