"""Headers, the cookie, whose forms are taken and how much of them is read."""

from __future__ import annotations

import asyncio
import re
import urllib.error
import urllib.request
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message

from bot.web import web_app
from bot.web.security import new_chat, read_form
from service_directory.serving.guarding import LARGEST_BODY, EarlyAnswer, FormRefused, from_our_own_page
from tests.bot.web.conftest import EXIT, HERE, Visit, nonces
from tests.support.browsing import Served
from tests.support.scripted_talk import ScriptedTalk

FORM = "application/x-www-form-urlencoded"


def request(
    body: bytes | list[bytes] = b"", *, headers: dict[str, str] | None = None, read: list[int] | None = None
) -> Request:
    """A POST whose body comes in chunks; `read` collects the sizes that were asked for."""
    chunks = [body] if isinstance(body, bytes) else list(body)

    async def receive() -> Message:
        chunk = chunks.pop(0)
        if read is not None:
            read.append(len(chunk))
        return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

    given = {"content-type": FORM, "host": "chat.test", **(headers or {})}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    return Request(scope, receive)


async def test_every_answer_carries_the_headers_that_keep_it_private(client: httpx.AsyncClient) -> None:
    for path in ("/", "/leaving", "/static/chat.css", "/static/chat.js", "/nothing"):
        headers = (await client.get(path)).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "geolocation=()" in headers["permissions-policy"]


async def test_the_content_policy_lets_in_nothing_but_our_own_and_lets_him_out(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/")).headers["content-security-policy"].split("; ")
    assert policy == [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "manifest-src 'self'",
        "form-action 'self' https://www.example.com https://example.com",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]


async def test_a_page_beside_the_chat_may_set_headers_of_its_own(talk: ScriptedTalk) -> None:
    async def desk(request: Request) -> PlainTextResponse:
        return PlainTextResponse("desk", headers={"Cache-Control": "private"})

    app = _app(talk, Route("/desk", desk))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as client:
        answer = await client.get("/desk")
    assert answer.text == "desk"
    assert answer.headers["cache-control"] == "private"
    assert answer.headers["x-frame-options"] == "DENY"


async def test_a_page_beside_the_chat_that_fails_is_answered_calmly(talk: ScriptedTalk) -> None:
    async def fails(request: Request) -> PlainTextResponse:
        raise RuntimeError("a marked secret")

    transport = httpx.ASGITransport(_app(talk, Route("/desk", fails)), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        answer = await client.get("/desk")
    assert answer.status_code == 503
    assert "0808 800 1170" in answer.text
    assert "secret" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_start_and_end_of_the_application_pass_the_headers_by(talk: ScriptedTalk) -> None:
    said: list[Message] = []
    asked: list[Message] = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive() -> Message:
        return asked.pop(0)

    async def send(message: Message) -> None:
        said.append(message)

    await _app(talk)({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)
    assert [message["type"] for message in said] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_the_cookies_are_random_and_short_lived_and_out_of_reach_of_other_sites_and_half_of_scripts(
    talk: ScriptedTalk, client_of: Visit
) -> None:
    async with client_of(talk, secure=True, minutes=45) as client:
        answer = await client.post("/", data={"token": "0.ok"})
    both = {"max-age=2700", "path=/", "samesite=strict", "secure"}
    for cookie, of_its_own in zip(answer.headers.get_list("set-cookie"), ({"httponly"}, set()), strict=True):
        name, *attributes = cookie.split("; ")
        # Behind the first half stands the name of the form whose answer is to be fetched.
        assert re.fullmatch("s=[A-Za-z0-9_-]{32}|p=[A-Za-z0-9_-]{16}", name)
        assert {attribute.lower() for attribute in attributes} == both | of_its_own


async def test_on_a_plain_connection_the_cookie_still_works(client: httpx.AsyncClient) -> None:
    answer = await client.post("/", data={"token": "0.ok"})
    assert "secure" not in answer.headers["set-cookie"].lower()


def test_no_two_chats_have_one_name() -> None:
    assert len({new_chat() for _ in range(1000)}) == 1000


async def test_a_cookie_we_never_made_is_a_stranger_s(talk: ScriptedTalk, client: httpx.AsyncClient) -> None:
    client.cookies.set("s", "chosen-by-somebody-else", domain="chat.test")
    await client.post("/", data={"token": "0.ok"})
    assert talk.heard[0].address.chat != "chosen-by-somebody-else"
    assert len(talk.heard[0].address.chat) == 32


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://chat.test"}, False),
        ({"origin": "http://chat.test"}, True),
        ({"origin": "https://chat.test"}, True),
        ({"origin": "https://chat.test.evil.example"}, False),
        ({"origin": "https://chat.test:444"}, False),
        ({"origin": "null"}, True),
        ({}, True),
    ],
)
def test_only_forms_of_our_own_page_are_taken(headers: dict[str, str], ours: bool) -> None:
    assert from_our_own_page(request(headers=headers)) is ours


async def test_a_form_from_another_site_does_nothing(talk: ScriptedTalk, client: httpx.AsyncClient) -> None:
    answer = await client.post("/", data={"token": "0.ok"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert not talk.heard
    assert "Back to the chat" in answer.text


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=60), max_size=10))
async def test_what_a_form_says_is_read_as_it_was_sent(fields: dict[str, str]) -> None:
    body = str(httpx.QueryParams(fields)).encode()
    assert await read_form(request(body)) == fields


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5))
async def test_any_bytes_at_all_are_a_form_or_are_refused(chunks: list[bytes]) -> None:
    with suppress(FormRefused):
        form = await read_form(request(chunks))
        "".join([*form, *form.values()]).encode()


async def test_of_a_field_sent_twice_the_first_counts() -> None:
    assert await read_form(request(b"token=a&token=b")) == {"token": "a"}


async def test_a_form_that_announces_too_much_is_refused_unread() -> None:
    read: list[int] = []
    with pytest.raises(FormRefused) as refused:
        await read_form(request(b"x" * 100, headers={"content-length": "10000000"}, read=read))
    assert refused.value.status == 413
    assert read == []


async def test_a_form_that_grows_too_long_is_not_read_on() -> None:
    read: list[int] = []
    with pytest.raises(FormRefused) as refused:
        await read_form(request([b"words=", *[b"x" * 10_000] * 1000], read=read))
    assert refused.value.status == 413
    assert sum(read) <= LARGEST_BODY + 10_000


async def test_a_form_with_far_too_many_fields_is_refused() -> None:
    with pytest.raises(FormRefused) as refused:
        await read_form(request(b"&".join([b"a=1"] * 100)))
    assert refused.value.status == 400


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
async def test_what_no_form_of_ours_sends_is_refused(kind: str) -> None:
    with pytest.raises(FormRefused) as refused:
        await read_form(request(b"{}", headers={"content-type": kind}))
    assert refused.value.status == 415


async def test_a_browser_that_is_still_sending_gets_its_answer_and_is_heard_out_within_bounds() -> None:
    events: list[str] = []

    async def still_sending() -> Message:
        events.append("dropped")
        return {"type": "http.request", "body": b"x" * 1024 * 1024, "more_body": True}

    async def send(message: Message) -> None:
        events.append(f"{message['type']} {message.get('more_body', '')}")

    await EarlyAnswer("too long", status_code=413)({"type": "http"}, still_sending, send)
    assert events == [
        "http.response.start ",
        "http.response.body True",
        *["dropped"] * 16,
        "http.response.body ",
    ]


async def test_a_browser_that_sends_nothing_more_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EarlyAnswer, "_most_seconds", 0.01)
    sent: list[Message] = []

    async def silent() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    await EarlyAnswer("too long")({"type": "http"}, silent, send)
    assert sent[-1] == {"type": "http.response.body", "body": b""}


def test_even_a_simple_client_that_sends_ten_million_letters_first_hears_why_not(talk: ScriptedTalk) -> None:
    with Served(_app(talk)).running() as site, pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(site.origin, data=b"words=" + b"x" * 10_000_000)  # noqa: S310
    with refused.value as answer:
        assert answer.code == 413
        assert b"Please send a shorter message." in answer.read()


async def test_no_two_forms_of_a_page_share_a_nonce(client: httpx.AsyncClient) -> None:
    await client.post("/", data={"begin": "1"})
    first, second = nonces((await client.get("/")).text), nonces((await client.get("/")).text)
    assert len({*first, *second}) == len(first) + len(second) == 6


def _app(talk: ScriptedTalk, *routes: Route) -> Starlette:
    return web_app(
        talk,
        lifelines=talk.lifelines,
        exit_url=EXIT,
        session_minutes=60,
        secure_cookies=False,
        extra_routes=routes,
        clock=talk.clock,
    )
