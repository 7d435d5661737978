"""The desk stands beside the chat and shares nothing with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from bot import desk as desk_app
from bot.desk_to_come import DeskToCome
from bot.rooms import CannotStart, Rooms
from bot.web import web_app
from tests.support.world import Clock, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with world(tmp_path_factory.mktemp("home"), Clock()) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def browser(rooms: Rooms) -> AsyncIterator[httpx.AsyncClient]:
    desk, served, stop = DeskToCome(rooms), asyncio.Event(), asyncio.Event()
    served.set()
    run = asyncio.create_task(desk.run(after=served, stop=stop))
    async with _browser(rooms, desk) as client:
        yield client
    stop.set()
    await run


def _browser(rooms: Rooms, desk: DeskToCome) -> httpx.AsyncClient:
    """Of somebody who is met by the chat, and by the desk beside it."""
    app = web_app(
        rooms.conversation,
        lifelines=lambda: rooms.lifelines,
        exit_url="https://www.example.com/weather",
        session_minutes=60,
        secure_cookies=False,
        extra_routes=desk.routes(),
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://host.test")


async def test_the_desk_answers_under_its_own_path_with_headers_of_its_own(browser: httpx.AsyncClient) -> None:
    for path in ("/desk", "/desk/"):
        answer = await browser.get(path)
        assert answer.headers["location"] == "/desk/sign-in"
    page = await browser.get("/desk/sign-in")
    assert page.status_code == 200
    assert "form-action 'self';" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "same-origin"
    assert (await browser.get("/")).headers["referrer-policy"] == "no-referrer"


async def test_chat_and_desk_have_no_cookie_in_common_and_neither_asks_for_the_others(
    browser: httpx.AsyncClient,
) -> None:
    await browser.post("/", data={"begin": "1"}, headers={"Sec-Fetch-Site": "same-origin"})
    of_the_chat = {cookie.name: cookie.value or "" for cookie in browser.cookies.jar}
    browser.cookies.clear()
    await browser.get("/desk/sign-in")
    of_the_desk = {(cookie.name, cookie.path) for cookie in browser.cookies.jar}
    assert of_the_desk == {("desk", "/desk")}
    assert of_the_chat.keys() == {"s", "p"}
    for name, value in of_the_chat.items():
        browser.cookies.set("desk", value, domain="host.test", path="/desk")
        browser.cookies.set(name, value, domain="host.test", path="/")
    answer = await browser.get("/desk/")
    assert answer.headers["location"] == "/desk/sign-in", "a chat's token signs nobody in"
    assert not [name for name in of_the_chat if name in answer.headers.get("set-cookie", "").split("=")[0]]


@pytest.mark.parametrize(
    "path",
    [
        "/deskx",
        "/desk../",
        "//desk/sign-in",
        "/DESK/sign-in",
        "/desk%2fsign-in",
        "/leave/../desk/sign-in",
        "/static/../desk/sign-in",
        "/desk/..%2f",
        "/desk//sign-in",
        "/desk/sign-in/",
        "/desk/static/../../etc/passwd",
        "/desk/static/%2e%2e%2fweb%2fapp.py",
    ],
)
async def test_no_trick_with_a_path_reaches_one_through_the_other(browser: httpx.AsyncClient, path: str) -> None:
    scope = {
        "type": "http",
        "method": "GET",
        "path": path.replace("%2f", "/").replace("%2e", "."),
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"host.test")],
        "root_path": "",
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "server": ("host.test", 80),
    }
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    await browser._transport.app(scope, receive, send)  # type: ignore[attr-defined]
    reached = path in ("/desk%2fsign-in",)
    assert sent[0]["status"] == (200 if reached else 404), path


@pytest.mark.parametrize(
    ("variables", "stands"),
    [
        ({}, True),
        ({"HOST": "0.0.0.0"}, False),
        ({"HOST": "0.0.0.0", "PUBLIC_URL": "https://help.example.org"}, True),
    ],
    ids=["this machine", "listening in", "behind TLS"],
)
async def test_it_stands_only_where_nobody_can_listen_in(
    tmp_path: Path, variables: dict[str, str], stands: bool
) -> None:
    async with world(tmp_path, Clock(), **variables) as rooms:
        desk, served, stop = DeskToCome(rooms), asyncio.Event(), asyncio.Event()
        assert bool(desk.routes()) == stands
        run = asyncio.create_task(desk.run(after=served, stop=stop))
        served.set()
        stop.set()
        await run


async def test_who_comes_to_the_desk_before_it_is_put_together_waits_for_it_and_the_chat_answers_meanwhile(
    rooms: Rooms,
) -> None:
    desk, served, stop = DeskToCome(rooms), asyncio.Event(), asyncio.Event()
    run = asyncio.create_task(desk.run(after=served, stop=stop))
    async with _browser(rooms, desk) as client:
        page = asyncio.create_task(client.get("/desk/sign-in"))
        assert (await client.get("/")).is_success
        assert not page.done()
        served.set()
        assert (await page).status_code == 200
    stop.set()
    await run


async def test_nobody_has_to_ask_for_the_desk_to_have_it_put_together(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk_to_come.HEAD_START", timedelta())
    made = asyncio.Event()

    async def noted(*_: object) -> Starlette:
        made.set()
        return Starlette()

    monkeypatch.setattr("bot.desk.app_of", noted)
    desk, served, stop = DeskToCome(rooms), asyncio.Event(), asyncio.Event()
    run = asyncio.create_task(desk.run(after=served, stop=stop))
    served.set()
    await made.wait()
    stop.set()
    await run


async def test_who_stops_the_program_at_once_does_not_wait_for_the_desk(rooms: Rooms) -> None:
    desk, served, stop = DeskToCome(rooms), asyncio.Event(), asyncio.Event()
    served.set()
    stop.set()
    await desk.run(after=served, stop=stop)
    async with _browser(rooms, desk) as client:
        assert (await client.get("/desk/sign-in")).status_code == 503


async def test_a_desk_whose_store_fails_as_it_is_put_together_is_tried_again_and_ends_nothing(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The chat is served by then, and answers without any store."""
    tries = 0

    async def fails_twice(rooms: Rooms, clock: Clock) -> Starlette:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise CannotStart("The directory is gone.")
        return await app_of(rooms, clock)

    app_of = desk_app.app_of
    monkeypatch.setattr(desk_app, "app_of", fails_twice)
    monkeypatch.setattr("bot.desk_to_come.TRY_AGAIN", timedelta())
    desk, served, stop = DeskToCome(rooms), asyncio.Event(), asyncio.Event()
    async with _browser(rooms, desk) as client:
        page = asyncio.create_task(client.get("/desk/sign-in"))
        served.set()
        run = asyncio.create_task(desk.run(after=served, stop=stop))
        assert (await page).status_code == 200
    assert caplog.text.count("The directory is gone.") == 2
    stop.set()
    await run


async def test_a_desk_that_never_came_lets_go_of_whoever_waits_for_it(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = asyncio.Event()

    async def fails(*_: object) -> None:
        tried.set()
        raise CannotStart("The directory is gone.")

    monkeypatch.setattr(desk_app, "app_of", fails)
    desk, served, stop = DeskToCome(rooms), asyncio.Event(), asyncio.Event()
    async with _browser(rooms, desk) as client:
        page = asyncio.create_task(client.get("/desk/sign-in"))
        served.set()
        run = asyncio.create_task(desk.run(after=served, stop=stop))
        await tried.wait()
        stop.set()
        await run
        assert (await page).status_code == 503


async def test_who_waits_too_long_for_a_desk_that_does_not_come_is_told_so(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise CannotStart("The directory is gone.")

    monkeypatch.setattr(desk_app, "app_of", fails)
    monkeypatch.setattr("bot.desk_to_come.WAITS_FOR_IT", timedelta(seconds=0.1))
    desk, served, stop = DeskToCome(rooms), asyncio.Event(), asyncio.Event()
    async with _browser(rooms, desk) as client:
        run = asyncio.create_task(desk.run(after=served, stop=stop))
        served.set()
        page = await client.get("/desk/sign-in")
        assert (page.status_code, page.headers["Retry-After"]) == (503, "60")
        assert "Try again in a minute" in page.text
    stop.set()
    await run
