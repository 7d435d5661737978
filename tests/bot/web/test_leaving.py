"""Leaving works at once, whatever the state of anything else."""

from __future__ import annotations

import re

import httpx
import pytest
from starlette.types import Message

from bot.arrival import Tapped
from tests.bot.web.conftest import EXIT, Visit
from tests.support.scripted_talk import ScriptedTalk

Client = httpx.AsyncClient


async def started(client: Client) -> None:
    await client.post("/", data={"token": "0.ok"})
    assert "s" in client.cookies


def assert_gone(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.headers["location"]) == (303, EXIT)
    assert_cookie_cleared(answer)


def assert_cookie_cleared(answer: httpx.Response) -> None:
    cookies = answer.headers.get_list("set-cookie")
    assert [cookie.partition(";")[0] for cookie in cookies] == ['s=""', 'p=""']
    assert all("Max-Age=0" in cookie for cookie in cookies)


@pytest.mark.parametrize(
    ("path", "form"),
    [("/leave", {}), ("/leave", {"token": "x", "nonce": "a"}), ("/", {"token": "x"}), ("/", {"words": "exit"})],
)
async def test_every_way_out_clears_the_cookie_and_the_session_and_leads_elsewhere(
    talk: ScriptedTalk, client: Client, path: str, form: dict[str, str]
) -> None:
    await started(client)
    assert talk.places
    assert_gone(await client.post(path, data=form))
    assert not talk.places
    assert not client.cookies
    assert "Before you start" in (await client.get("/")).text


async def test_the_script_is_told_that_he_left_without_being_sent_anywhere(client: Client) -> None:
    for path, form in [("/leave", {"script": "1"}), ("/", {"words": "exit"}), ("/", {"token": "x"})]:
        await started(client)
        answer = await client.post(path, data=form, headers={"X-Part": "1"})
        assert answer.status_code == 204
        assert_cookie_cleared(answer)


async def test_a_stranger_can_leave_too(talk: ScriptedTalk, client: Client) -> None:
    assert_gone(await client.post("/leave"))
    assert not talk.heard


async def test_leaving_works_when_the_conversation_fails(
    talk: ScriptedTalk, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    await started(client)
    talk.broken = RuntimeError("a marked secret")
    assert_gone(await client.post("/leave"))
    assert talk.heard[-1].what == Tapped("x")
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


async def test_leaving_is_answered_before_the_session_is_forgotten(talk: ScriptedTalk, client_of: Visit) -> None:
    """The answer is on its way before the conversation is asked: one that hangs holds nobody up."""
    events: list[str] = []

    class Slow(ScriptedTalk):
        async def take(self, arrival: object, out: object) -> object:  # type: ignore[override]
            events.append("asked to forget")
            return None

    client = client_of(Slow())
    app = client._transport.app  # type: ignore[attr-defined]

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        events.append(str(message["type"]))

    headers = [
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"cookie", b"s=%b; p=%b" % (b"c" * 16, b"d" * 16)),
    ]
    scope = {"type": "http", "method": "POST", "path": "/leave", "headers": headers, "query_string": b""}
    await app({**scope, "raw_path": b"/leave", "root_path": ""}, receive, send)
    assert events == ["http.response.start", "http.response.body", "asked to forget"]


async def test_a_session_that_cannot_be_forgotten_does_not_keep_the_server(
    talk: ScriptedTalk, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.web.app.PATIENCE", 0.01)
    await started(client)
    talk.hung = True
    assert_gone(await client.post("/leave"))
    assert "TimeoutError" in caplog.text


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"x" * 1_000_000, {}),
        (b"{}", {"content-type": "application/json"}),
        (b"a&" * 500, {}),
        (b"", {"sec-fetch-site": "cross-site"}),
    ],
)
async def test_no_form_is_too_odd_to_leave_with(client: Client, content: bytes, headers: dict[str, str]) -> None:
    await started(client)
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert_gone(await client.post("/leave", content=content, headers={**kind, **headers}))


async def test_what_was_on_its_way_to_the_page_is_dropped(client: Client) -> None:
    await started(client)
    halves = dict(client.cookies)
    await client.post("/leave")
    for name, half in halves.items():
        client.cookies.set(name, half, domain="chat.test")
    assert "What would help" not in (await client.get("/")).text


async def test_the_first_link_of_the_page_leaves(talk: ScriptedTalk, client: Client) -> None:
    await started(client)
    page = (await client.get("/")).text
    assert re.findall(r"<(?:a|button)\b[^>]*>", page)[0].startswith('<a class="first" href="/leave"')
    assert_gone(await client.get("/leave", headers={"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "document"}))
    assert not talk.places


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "sec-fetch-dest": "document"},
        {"sec-fetch-site": "same-origin", "sec-fetch-dest": "image"},
        {"sec-fetch-site": "same-origin", "sec-fetch-dest": "document", "sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
    ],
)
async def test_no_other_site_and_no_browser_that_fetches_ahead_makes_him_leave(
    talk: ScriptedTalk, client: Client, headers: dict[str, str]
) -> None:
    await started(client)
    assert (await client.get("/leave", headers=headers)).status_code == 403
    assert (await client.head("/leave")).status_code == 403
    assert talk.places
    assert len(client.cookies) == 2


async def test_with_half_of_the_name_torn_off_whoever_comes_back_is_a_stranger(
    talk: ScriptedTalk, client: Client
) -> None:
    """What the page's script does at once, though our server may hang and hear nothing of it."""
    await started(client)
    client.cookies.delete("p")
    answer = await client.get("/")
    assert "Before you start" in answer.text
    assert_cookie_cleared(answer)
    assert not client.cookies
    assert talk.places, "nobody can open it any more, and it goes when its time is up"


async def test_a_form_with_half_a_name_begins_another_chat(talk: ScriptedTalk, client: Client) -> None:
    await started(client)
    client.cookies.delete("p")
    await client.post("/", data={"token": "1.talk"})
    first, second = (arrival.address.chat for arrival in talk.heard)
    assert first[:16] != second[:16]
    assert "Is it OK to chat here now?" in (await client.get("/")).text


async def test_the_half_that_was_torn_off_is_sent_along_and_the_answers_are_deleted(
    talk: ScriptedTalk, client: Client
) -> None:
    await started(client)
    half = client.cookies["p"]
    client.cookies.delete("p")
    answer = await client.post("/leave", data={"script": "1", "half": half})
    assert answer.status_code == 204
    assert_cookie_cleared(answer)
    assert not talk.places


async def test_what_leaving_hides_and_what_not_is_told(client_of: Visit) -> None:
    for secure in (True, False):
        async with client_of(ScriptedTalk(), secure=secure, minutes=45) as client:
            page = (await client.get("/leaving")).text
        for word in ("private window", "history", "bill", "Wi-Fi", "45 minutes"):
            assert word in page
        assert ("They can't see what you read" in page) is secure


async def test_the_page_about_leaving_is_linked_from_every_page_and_opens_in_place(client: Client) -> None:
    assert '<a href="/leaving" data-part>' in (await client.get("/")).text
    part = await client.get("/leaving", headers={"X-Part": "1"})
    assert "<html" not in part.text
    assert part.headers["x-kind"] == "aside"
