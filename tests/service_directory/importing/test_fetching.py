"""A feed is fetched page by page, gently and within limits, and from nowhere but where the operator said."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from service_directory.importing.fetching import Feed, FeedError, Limits, Page, services_address
from tests.support.feed_server import Answer, FeedServer, serving
from tests.support.feeds import OTHER_ID, SERVICE_ID, page, service

LIMITS = Limits(connect=5, read=5, page=20, pause=0.25)


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with serving() as feed:
        yield feed


@pytest.fixture
def feed(server: FeedServer) -> FeedServer:
    server.asked.clear()
    return server


class Waits:
    """Stands for sleeping, and remembers how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


async def read(feed: FeedServer, limits: Limits = LIMITS, waits: Waits | None = None, first: int = 1) -> list[Page]:
    return [one async for one in Feed(feed.address, limits=limits, sleep=waits or Waits()).pages(first)]


async def test_all_pages_are_read_in_order_with_a_pause_between_them(feed: FeedServer) -> None:
    feed.pages([service()], [service(OTHER_ID)])
    waits = Waits()
    pages = await read(feed, waits=waits)
    assert [(one.number, one.of, one.items[0]["id"]) for one in pages] == [(1, 2, SERVICE_ID), (2, 2, OTHER_ID)]
    assert feed.asked == ["/api/services 1", "/api/services 2"]
    assert waits.seconds == [0.25]


async def test_a_reading_may_begin_where_an_earlier_one_stopped(feed: FeedServer) -> None:
    feed.pages([service()], [service(OTHER_ID)])
    assert [one.number for one in await read(feed, first=2)] == [2]
    assert feed.asked == ["/api/services 2"]


async def test_an_item_that_leaves_out_how_to_reach_the_service_is_asked_for_by_itself(feed: FeedServer) -> None:
    thin = {"id": SERVICE_ID, "name": "Talking in Leeds", "status": "active"}
    missing = {"id": OTHER_ID, "name": "Gone since", "status": "active"}
    feed.pages([thin, missing], **{SERVICE_ID: Answer(service())})
    (only,) = await read(feed)
    assert only.items[0]["contacts"] == service()["contacts"]
    assert only.items[1] == missing


@pytest.mark.parametrize(
    "value", [[service()], {"contents": [service()]}, {"content": [service()], "last": True, "totalPages": 9}]
)
async def test_pages_without_numbers_and_those_of_older_feeds_end_as_well(feed: FeedServer, value: Any) -> None:
    feed.answer = lambda path, query: Answer(value)
    assert len(await read(feed)) == 1


async def test_a_packed_answer_is_unpacked_and_a_byte_order_mark_forgiven(feed: FeedServer) -> None:
    body = gzip.compress(b"\xef\xbb\xbf" + json.dumps(page(service())).encode())
    feed.answer = lambda path, query: Answer(body, headers={"Content-Encoding": "gzip"})
    assert (await read(feed))[0].items[0]["id"] == SERVICE_ID


async def test_a_server_that_asks_to_wait_is_waited_for(feed: FeedServer) -> None:
    answers = [Answer({}, status=503, headers={"Retry-After": "7"}), Answer({}, status=502), Answer(page(service()))]
    feed.answer = lambda path, query: answers.pop(0)
    waits = Waits()
    assert len(await read(feed, waits=waits)) == 1
    assert waits.seconds == [7.0, 2.0]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer({}, status=404), "answers 404"),
        (Answer({}, status=503), "answers 503 .* it goes on where it stopped"),
        (Answer({}, status=429, headers={"Retry-After": "9999"}), "asks to wait 9999 seconds"),
        (Answer(b"<html>"), "is not JSON"),
        (Answer({"hello": "world"}), "is this its address"),
        (Answer("words"), "no page of services"),
        (Answer({}, status=302, headers={"Location": "http://192.0.2.1/services"}), "sends on to 192.0.2.1"),
        (Answer({}, status=301, headers={"Location": "/api/services"}), "sends on again and again"),
        (Answer(b" " * 5_000), "longer than 2000 bytes"),
        (Answer(gzip.compress(b" " * 5_000_000), headers={"Content-Encoding": "gzip"}), "longer than 2000 bytes"),
    ],
    ids=["404", "503", "wait", "html", "object", "string", "elsewhere", "circle", "long", "bomb"],
)
async def test_what_goes_wrong_is_told_in_plain_words(feed: FeedServer, answer: Answer, told: str) -> None:
    feed.answer = lambda path, query: answer
    with pytest.raises(FeedError, match=told):
        await read(feed, replace(LIMITS, page_bytes=2_000))


async def test_a_feed_that_gives_one_page_for_ever_or_too_much_is_left(feed: FeedServer) -> None:
    feed.answer = lambda path, query: Answer(page(service(), number=int(query["page"]), of=99))
    with pytest.raises(FeedError, match="same page again: 2 is what 1 was"):
        await read(feed)
    feed.answer = lambda path, query: Answer(page(service(query["page"]), number=1, of=10**9))
    with pytest.raises(FeedError, match="does not end within 3 pages"):
        await read(feed, replace(LIMITS, pages=3))
    with pytest.raises(FeedError, match="more than 2 services"):
        await read(feed, replace(LIMITS, services=2))


async def test_a_body_that_never_ends_is_not_waited_for(feed: FeedServer) -> None:
    never = threading.Event()
    feed.answer = lambda path, query: Answer(page(service()), wait=never)
    try:
        with pytest.raises(FeedError, match="cannot be reached"):
            await read(feed, replace(LIMITS, page=0.05, tries=2))
    finally:
        never.set()


async def test_a_server_that_is_not_there_is_told_plainly() -> None:
    with serving() as gone:
        address = gone.address
    with pytest.raises(FeedError, match="cannot be reached"):
        await read(FeedServer(address, gone.answer), replace(LIMITS, tries=1))


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://council.gov.uk/api", "https://council.gov.uk/api/services"),
        ("https://council.gov.uk/api/services/", "https://council.gov.uk/api/services"),
        ("https://council.gov.uk/api?taxonomy_id=1", "https://council.gov.uk/api/services?taxonomy_id=1"),
        ("http://localhost:8080", "http://localhost:8080/services"),
    ],
)
def test_the_root_of_an_api_and_its_list_of_services_are_both_understood(written: str, address: str) -> None:
    assert services_address(written) == address


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("http://council.gov.uk/api", "over https://"),
        ("https://me:secret@council.gov.uk/api", "name and password"),
        ("ftp://council.gov.uk", "not a web address"),
        ("https://council.gov.uk:notaport/", "not a web address"),
        ("https:///api", "not a web address"),
    ],
)
def test_an_address_that_could_be_tampered_with_is_refused(written: str, told: str) -> None:
    with pytest.raises(FeedError, match=told):
        services_address(written)


def test_a_question_in_the_address_makes_no_other_source_of_it() -> None:
    assert Feed("https://council.gov.uk/api?x=1").source == Feed("https://council.gov.uk/api").source
