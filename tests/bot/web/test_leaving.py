"""Leaving works at once, whatever the state of anything else."""

from __future__ import annotations

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
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith('s="";')
    assert "Max-Age=0" in cookie


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
    assert "s" not in client.cookies
    assert "Is it OK to chat here now?" in (await client.get("/")).text


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

    headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"cookie", b"s=" + b"c" * 32)]
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
    chat = client.cookies["s"]
    await client.post("/leave")
    client.cookies.set("s", chat, domain="chat.test")
    assert "What would help" not in (await client.get("/")).text


async def test_leaving_is_not_done_by_following_a_link(talk: ScriptedTalk, client: Client) -> None:
    await started(client)
    answer = await client.get("/leave")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert talk.places


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
