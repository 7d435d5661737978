"""The command that holds an API to the standard's schemas finds what is wrong, whatever the schemas are."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from service_directory.open_referral.asking import LISTS
from service_directory.open_referral.conformance import Schemas, examine_api, fetch_http, main
from service_directory.open_referral.exporting import export
from service_directory.open_referral.snapshot import Wanted
from tests.support.open_data import (
    AREAS,
    ITEM,
    ORGANIZATION,
    PAGE,
    PUBLISHER,
    SERVICE,
    WHOLE,
    a_directory,
    app_over,
)
from tests.support.services import NOON, written_service
from tests.support.world import served


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    """A folder like the standard's, with our own expectations in the place of its schemas."""
    folder = tmp_path / "standard"
    (folder / "compiled").mkdir(parents=True)
    named = {
        "service": SERVICE,
        "service_list": ITEM["services"],
        "service_at_location": ITEM["service_at_locations"],
        "organization": ORGANIZATION,
    }
    # At the address of one place the standard promises a service, of which only some fields are to be there.
    named["service"] = {**SERVICE, "required": ["id", "name", "status"]}
    for name, schema in named.items():
        (folder / "compiled" / f"{name}.json").write_text(json.dumps(schema))
    asked = {f"/{one}": {"get": {"parameters": [{"$ref": "#/parameters/page"}]}} for one in LISTS}
    openapi = {"paths": {"/": {"get": {}}, **asked}, "components": {"schemas": {"Page": PAGE}}}
    (folder / "openapi.json").write_text(json.dumps(openapi))
    return folder


async def test_everything_is_asked_and_nothing_is_wrong(
    schemas: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with a_directory(tmp_path, written_service(), written_service("b", name="B")) as directory:
        async with served(app_over(directory)) as address:
            code = await asyncio.to_thread(main, ["--schemas", str(schemas), f"{address}/o"])
        snapshot = await directory.open_data(AREAS, NOON)
    told = capsys.readouterr().out
    assert (code, told.splitlines()[-1]) == (0, "0 findings")
    for listed in LISTS:
        assert f"items of /{listed}: " in told
    folder = tmp_path / "out"
    export(snapshot, snapshot.services(Wanted(), full=True), PUBLISHER, folder, form="json", examples=False)
    assert main(["--schemas", str(schemas), str(folder)]) == 0
    next((folder / "services").iterdir()).unlink()
    assert main(["--schemas", str(schemas), str(folder)]) == 1
    assert "another number of services" in capsys.readouterr().out


SOUND: dict[str, Any] = {"id": "6f9619ff-8b86-4011-b42d-00cf4fc964ff", "name": "N", "description": "D"}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"id": "7"}, "is not a 'uuid'"),
        ({"website": "nowhere"}, "is not a 'uri'"),
        ({"name": 7}, "is not of type 'string'"),
        ({"email": None}, "None"),
    ],
)
def test_what_is_wrong_is_told_with_where_it_stands(schemas: Path, wrong: dict[str, Any], told: str) -> None:
    one = SOUND | wrong

    def fetch(url: str) -> tuple[int, Any]:
        path = url.removeprefix("base/").partition("?")[0]
        if not path:
            return 200, {"version": "HSDS-UK-3.0"}
        if path == "organizations":
            counts = {"total_items": 1, "total_pages": 1, "page_number": 1, "size": 1, "first_page": True}
            return 200, {**counts, "last_page": True, "contents": [one, one]}
        return (200, {**one, "id": "another"}) if path.startswith("organizations/") else (500, None)

    found = examine_api("base", Schemas(schemas), fetch).findings
    assert any(told in one and "organizations" in one for one in found), found
    assert "/: profile is missing" in found
    assert any("empty is missing" in one for one in found)
    assert "/organizations: an id stands in it twice" in found
    assert any("it has another id" in one for one in found)
    assert any("an unknown id is answered with 200" in one for one in found)
    assert any("base/services" in one and "is answered with 500" in one for one in found)


def test_what_cannot_be_examined_is_told_plainly(
    schemas: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--schemas", str(tmp_path / "nowhere"), "http://127.0.0.1:9/o"]) == 2
    assert main(["--schemas", str(schemas), "http://127.0.0.1:9/o"]) == 2
    assert main(["--schemas", str(schemas), str(tmp_path / "nowhere")]) == 2
    assert capsys.readouterr().err.count("It could not be examined") == 3


async def test_an_api_that_no_page_may_read_is_none(tmp_path: Path) -> None:
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    app = Starlette(routes=[Route("/o", lambda _: JSONResponse({}))])
    async with served(app) as address:
        assert await asyncio.to_thread(fetch_http, f"{address}/o") == (0, None)
        assert await asyncio.to_thread(fetch_http, f"{address}/nothing") == (404, None)


def test_each_whole_and_each_item_has_an_expectation_of_ours() -> None:
    assert set(WHOLE) == set(ITEM) == set(LISTS)
