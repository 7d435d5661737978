"""The public API over HTTP: the standard's addresses, pages, filters, and plain words when something is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from service_directory.database import DatabaseError
from service_directory.open_referral import api
from service_directory.open_referral.asking import LISTS, PARAMETERS
from service_directory.open_referral.snapshot import Snapshot
from service_directory.open_referral.terms import ClosedLists
from service_directory.store import Directory, example_document
from tests.support.open_data import PAGE, a_directory, app_over, asked, everything, faults, wrong_in
from tests.support.services import LEEDS, NOON, written, written_service
from tests.support.world import Clock

SERVICES = (
    written_service("a", name="Alpha Line", helps="Talking at night.", age={"from": 18}, hours="Mo-Fr 09:00-17:00"),
    written_service("b", name="Beta Beds", helps="Rooms.", needs=["stay"], accommodation=True, hours="24/7"),
    written_service("c", name="Gamma Money", needs=["money"], age={"from": 16, "to": 25}, hours="Sa 10:00-12:00"),
    written_service("d", name="Delta Drop-in", needs=["money"], areas=["E08000032"], hours=None, hours_checked=None),
    written_service("e", name="Epsilon Everywhere", areas=["K02000001"], hours="Fr 22:00-02:00"),
)


@asynccontextmanager
async def five(folder: Path) -> AsyncIterator[tuple[Directory, Clock, httpx.AsyncClient]]:
    """Five services, the clock, and somebody who asks."""
    clock = Clock(NOON)
    async with a_directory(folder, *SERVICES) as directory, asked(app_over(directory, clock)) as client:
        yield directory, clock, client


async def names(client: httpx.AsyncClient, question: str, listed: str = "services") -> set[str]:
    answer = await client.get(f"{listed}?{question}")
    assert answer.status_code == 200, answer.text
    items = answer.json()["contents"]
    return {str(item.get("service", item)["name"]).split()[0] for item in items}


async def test_every_answer_over_the_example_directory_is_as_the_standard_has_it(tmp_path: Path) -> None:
    directory = await Directory.open(f"sqlite:///{tmp_path / 'examples.db'}")
    try:
        await directory.load_document(example_document(), at=NOON, who="Sam", why="test", apply=True)
        async with asked(app_over(directory, examples=True)) as client:
            answers = await everything(client)
    finally:
        await directory.close()
    assert list(wrong_in(answers)) == []
    assert len(answers) > 100
    assert answers[""]["fingerpost"]["example"].startswith("EXAMPLE")


async def test_our_own_expectations_would_notice_what_the_standard_forbids() -> None:
    good = {"id": "6f9619ff-8b86-4011-b42d-00cf4fc964ff", "name": "A", "description": ""}
    page = {name: 1 for name in PAGE["required"]} | {"first_page": True, "last_page": True, "empty": False}
    for bad in ({"id": "1"}, {"website": "not a url"}, {"email": "nobody"}, {"name": None}):
        answer = page | {"contents": [good | bad]}
        assert list(wrong_in({"organizations?per_page=100": answer})), bad
    assert list(wrong_in({"organizations?per_page=100": page | {"contents": [good]}})) == []
    assert faults({**page, "total_items": "1"}, PAGE)


async def test_filters_find_what_they_say(tmp_path: Path) -> None:
    async with five(tmp_path) as (_, _, client):
        everybody = {"Alpha", "Beta", "Gamma", "Delta", "Epsilon"}
        terms = (await client.get("taxonomy_terms?per_page=100")).json()["contents"]
        term = {one["name"]: one["id"] for one in terms}
        taxonomy = {one["taxonomy"]: one["taxonomy_id"] for one in terms}
        organization = (await client.get("organizations")).json()["contents"][0]["id"]
        for question, expected in {
            "": everybody,
            "search=night": {"Alpha"},
            "search=NIGHT%20talking": {"Alpha"},
            "search=northern": everybody,
            "search=nothing-like-it": set(),
            f"taxonomy_term_id={term['Money']}": {"Gamma", "Delta"},
            f"taxonomy_term_id={term['Money'].upper()}": {"Gamma", "Delta"},
            f"taxonomy_term_id={term['Recorded as meeting the access and delivery standards for men']}": everybody,
            f"taxonomy_id={taxonomy['Which men a service is for']}": everybody,
            "taxonomy_id=6f9619ff-8b86-4011-b42d-00cf4fc964ff": set(),
            f"organization_id={organization}": everybody,
            "organization_id=other": set(),
            "minimum_age=18": {"Alpha"},
            "minimum_age=16": {"Alpha", "Gamma"},
            "maximum_age=30": {"Gamma"},
            "maximum_age=20": set(),
            "day=MO": {"Alpha", "Beta"},
            "day=saturday": {"Beta", "Gamma"},
            "day=fri&start_time=21:00": {"Epsilon"},
            "start_time=09:00&end_time=17:00": {"Alpha", "Gamma"},
            "modified_after=2026-11-23T12:00:00Z": everybody,
            "modified_after=2026-11-23T12:00:00.001%2B00:00": set(),
            "modified_after=2026-11-24": set(),
            "format=json": everybody,
        }.items():
            assert await names(client, question) == expected, question
            assert await names(client, question, "service_at_locations") == expected, question
        for question, expected in {
            "postcode=LS6": everybody - {"Delta"},
            "postcode=ls6%201aa": everybody - {"Delta"},
            "postcode=BD1": {"Delta", "Epsilon"},
        }.items():
            assert await names(client, question, "service_at_locations") == expected, question
        assert await names(client, "search=money", "organizations") == {"Northern"}
        assert await names(client, "search=nobody", "organizations") == set()


async def test_pages_hold_every_service_once_and_no_page_is_longer_than_a_hundred(tmp_path: Path) -> None:
    many = [written_service(f"s-{number}", name=f"Service {number}") for number in range(103)]
    async with a_directory(tmp_path, *many) as directory, asked(app_over(directory)) as client:
        longest = (await client.get("services?per_page=999999")).json()
        assert (longest["size"], longest["total_pages"], longest["last_page"]) == (100, 2, False)
        seen: list[str] = []
        number, last = 1, False
        while not last:
            page = (await client.get(f"services?per_page=20&page={number}")).json()
            assert (page["page_number"], page["first_page"]) == (number, number == 1)
            assert (page["total_items"], page["total_pages"]) == (103, 6)
            seen += [item["id"] for item in page["contents"]]
            number, last = number + 1, page["last_page"]
        assert len(seen) == len(set(seen)) == 103
        after = (await client.get("services?page=7&per_page=20")).json()
        assert (after["empty"], after["size"], after["contents"]) == (True, 0, [])
        assert (await client.get("services?per_page=3&full=true")).json()["contents"][0]["attributes"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("services?page=0", "page must be a whole number from 1."),
        ("services?page=-1", "page must be a whole number from 1."),
        ("services?page=٣", "page must be a whole number from 1."),
        ("services?page=99999999999999999999", "page must be a whole number from 1."),
        ("services?per_page=many", "per_page must be a whole number from 1."),
        ("services?minimum_age=old", "minimum_age must be an age in years."),
        ("services?maximum_age=1e9", "maximum_age must be an age in years."),
        ("services?start_time=9ish", "start_time must be a time of day such as 09:00."),
        ("services?day=someday", "day must be a day of the week, such as MO or Monday."),
        ("services?modified_after=lately", "modified_after must be a moment such as 2026-11-23T12:00:00Z."),
        ("services?modified_after=0001-01-01T00:00:00%2B23:00", "modified_after must be a moment"),
        ("services?full=perhaps", "full must be true or false."),
        ("services?format=xml", "format can only be json."),
        ("services?serach=men", "Only these parameters are known here: day, end_time,"),
        ("services?postcode=LS6", "Only these parameters are known here:"),
        ("services/6f9619ff-8b86-4011-b42d-00cf4fc964ff?full=true", "No parameters are known here."),
        ("service_at_locations?postcode=SECRET", "postcode must be the first half of a UK postcode, such as LS6."),
        ("service_at_locations?postcode=ZZ99", "postcode must be the first half of a UK postcode, such as LS6."),
        ("service_at_locations?postcode=LS6&proximity=500", "proximity cannot be answered"),
        ("services?search=" + "x" * 101, "search may be at most 100 characters long."),
    ],
)
async def test_a_question_that_cannot_be_understood_is_told_why_in_plain_words(
    one_service: httpx.AsyncClient, question: str, said: str
) -> None:
    answer = await one_service.get(question)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(said)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "SECRET" not in answer.text


@pytest.fixture
async def one_service(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Questions that are refused before anything is read, so the directory is one that cannot be read."""

    class Unread:
        async def revision(self) -> int:
            return 1

        async def open_data(self, *_: Any, **__: Any) -> Any:
            return Snapshot((), ClosedLists((), ()), day=NOON.date(), revision=1)

    async with asked(app_over(Unread())) as client:  # type: ignore[arg-type]
        yield client


@pytest.mark.parametrize("listed", LISTS)
async def test_what_is_not_there_is_told_plainly(one_service: httpx.AsyncClient, listed: str) -> None:
    empty = (await one_service.get(listed)).json()
    assert empty["contents"] == [] or listed.startswith("taxonom")
    answer = await one_service.get(f"{listed}/nobody")
    assert (answer.status_code, answer.json()) == (
        404,
        {"error": "There is no such entry, or it is not shown any more."},
    )


async def test_it_can_be_read_from_any_page_in_a_browser_and_written_by_nobody(one_service: httpx.AsyncClient) -> None:
    for path in ("", "services", "services/x", "nowhere", "services?page=0"):
        assert (await one_service.get(path)).headers["Access-Control-Allow-Origin"] == "*"
    asked_before = await one_service.options("services", headers={"Origin": "https://council.example"})
    assert (asked_before.status_code, asked_before.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert (await one_service.get("nowhere")).json() == {"error": "There is nothing at this address."}
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = await one_service.request(method, "services")
        assert answer.status_code == 405
        assert answer.json() == {"error": "This can only be read: use GET."}
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    head = await one_service.head("services")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) > 0


async def test_the_root_says_what_it_is_on_what_terms_with_a_slash_and_without(one_service: httpx.AsyncClient) -> None:
    with_slash = (await one_service.get("")).json()
    without = (await one_service.get(str(one_service.base_url).rstrip("/"))).json()
    assert with_slash == without
    assert with_slash["version"] == "HSDS-UK-3.0"
    assert with_slash["openapi_url"] == "http://test.example/o/openapi.json"
    assert "Test Helpline, CC BY 4.0" in with_slash["fingerpost"]["attribution"]
    assert "example" not in with_slash["fingerpost"]


async def test_the_description_names_every_address_and_every_parameter_that_is_understood(
    one_service: httpx.AsyncClient,
) -> None:
    described = (await one_service.get("openapi.json")).json()
    assert set(described["paths"]) == {"/", *(f"/{one}" for one in LISTS), *(f"/{one}/{{id}}" for one in LISTS)}
    for listed, known in LISTS.items():
        told = [one["name"] for one in described["paths"][f"/{listed}"]["get"]["parameters"]]
        assert told == list(known)
        assert set(known) <= PARAMETERS.keys()


async def test_who_has_the_answer_already_is_told_that_it_still_holds(tmp_path: Path) -> None:
    async with five(tmp_path) as (directory, clock, client):
        first = await client.get("services")
        known = {"If-None-Match": first.headers["ETag"]}
        since = {"If-Modified-Since": first.headers["Last-Modified"]}
        assert first.headers["Last-Modified"] == "Mon, 23 Nov 2026 12:00:00 GMT"
        for given in (known, since, {"If-None-Match": f'"x", W/{first.headers["ETag"]}'}, {"If-None-Match": "*"}):
            again = await client.get("services", headers=given)
            assert (again.status_code, again.content) == (304, b""), given
            assert again.headers["ETag"] == first.headers["ETag"]
        assert (await client.get("services", headers={"If-Modified-Since": "yesterday"})).status_code == 200
        assert (await client.get("services?page=2", headers=known)).status_code == 200
        clock.forward(seconds=10)
        await directory.suspend("a", at=clock.now, who="Sam", why="a complaint")
        for given in (known, since):
            changed = await client.get("services", headers=given)
            assert changed.status_code == 200
            assert changed.headers["Last-Modified"] == "Mon, 23 Nov 2026 12:00:10 GMT"


async def test_a_suspended_service_is_gone_within_five_seconds_by_every_way(tmp_path: Path) -> None:
    async with five(tmp_path) as (directory, clock, client):
        found = (await client.get("services?search=alpha&full=true")).json()["contents"][0]
        place = found["service_at_locations"][0]["id"]
        await directory.suspend("a", at=clock.now, who="Sam", why="a complaint")
        clock.forward(seconds=5)
        assert (await client.get("services?search=alpha")).json()["empty"]
        assert (await client.get(f"services/{found['id']}")).status_code == 404
        assert (await client.get(f"service_at_locations/{place}")).status_code == 404
        organization = (await client.get(f"organizations/{found['organization_id']}")).json()
        assert found["id"] not in [service["id"] for service in organization["services"]]


async def test_a_service_that_lapses_at_midnight_is_gone_at_midnight(tmp_path: Path) -> None:
    ends = [{**one, "valid_until": NOON.date()} for one in written_service()["attestations"]]
    clock = Clock(NOON.replace(hour=23, minute=59, second=59))
    service = written_service(attestations=ends)
    async with a_directory(tmp_path, service) as directory, asked(app_over(directory, clock)) as client:
        assert (await client.get("services")).json()["total_items"] == 1
        clock.now += timedelta(seconds=1)
        assert (await client.get("services")).json()["total_items"] == 0


async def test_a_directory_that_cannot_be_read_shows_nothing_rather_than_what_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with five(tmp_path) as (directory, clock, client):
        assert (await client.get("services")).status_code == 200

        async def down() -> int:
            raise DatabaseError("the file is gone, where MARKED was")

        monkeypatch.setattr(directory, "revision", down)
        clock.forward(seconds=10)
        answer = await client.get("services?search=MARKED")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert answer.json() == {"error": "The directory cannot be read just now. Try again in a minute."}

        async def hanging() -> int:
            await asyncio.Event().wait()
            return 0

        monkeypatch.setattr(directory, "revision", hanging)
        monkeypatch.setattr(api, "_PATIENCE", 0)
        assert (await client.get("services")).status_code == 503

        async def broken() -> int:
            raise RuntimeError("MARKED")

        monkeypatch.undo()
        monkeypatch.setattr(directory, "revision", broken)
        answer = await client.get("services?search=MARKED")
        assert (answer.status_code, answer.json()) == (500, {"error": "Something went wrong at our end."})
    assert "RuntimeError" in caplog.text
    assert "MARKED" not in caplog.text


async def test_a_change_that_the_public_cannot_see_makes_no_new_answer(tmp_path: Path) -> None:
    async with five(tmp_path) as (directory, clock, client):
        before = await client.get("services?full=true")
        clock.forward(seconds=10)
        changed = [dict(one) for one in SERVICES]
        changed[0]["contacts"] = [{**one, "checked_by": "night desk"} for one in changed[0]["contacts"]]
        report = await directory.load_document(written(*changed), at=clock.now, who="Sam", why="rang", apply=True)
        assert report.changed
        after = await client.get("services?full=true")
    assert after.headers["ETag"] == before.headers["ETag"]
    assert after.headers["Last-Modified"] == before.headers["Last-Modified"]
    assert LEEDS in after.text
