"""Talking without a script: a form posted, a page fetched."""

from __future__ import annotations

import logging
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import Message

from bot.about import About
from bot.arrival import Tapped, Typed
from bot.web.around import Around
from bot.web.pages import Pages
from safety.envelope import Button, Piece, late, surround
from tests.bot.web.conftest import EXIT, Visit, nonces, tokens
from tests.support.scripted_talk import ScriptedTalk

SECRET = "zqxj-marked-words"


async def after_three_answers(client: httpx.AsyncClient) -> httpx.Response:
    for token in ("0.ok", "1.talk", "2.E"):
        await client.post("/", data={"token": token})
    return await client.get("/")


async def test_a_stranger_is_told_how_to_leave_before_anything_else_and_nothing_of_him_is_kept(
    talk: ScriptedTalk, client: httpx.AsyncClient
) -> None:
    answer = await client.get("/")
    assert answer.is_success
    assert "Before you start" in answer.text
    assert "Is it OK to chat here now?" not in answer.text
    assert "set-cookie" not in answer.headers
    assert not talk.heard
    assert not talk.places


async def test_each_page_has_the_helpline_and_the_way_out_and_a_title_that_says_nothing(
    client: httpx.AsyncClient,
) -> None:
    for page in (await client.get("/"), await client.get("/leaving"), await client.get("/nothing")):
        assert '<a class="number" href="tel:08088001170">0808 800 1170</a>' in page.text
        assert '<form method="post" action="/leave">' in page.text
        assert "<title>Chat</title>" in page.text
        assert '<link rel="icon" href="data:,">' in page.text


async def test_going_on_to_the_chat_or_skipping_what_comes_before_it_leads_to_the_first_question(
    talk: ScriptedTalk, client: httpx.AsyncClient
) -> None:
    answer = await client.post("/", data={"begin": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Is it OK to chat here now?" in (await client.get("/")).text
    assert not talk.heard
    assert not talk.places


async def test_the_script_gets_the_first_question_at_once(client: httpx.AsyncClient) -> None:
    answer = await client.post("/", data={"begin": "1"}, headers={"X-Part": "en-GB"})
    assert "Is it OK to chat here now?" in answer.text
    assert len(client.cookies) == 2


async def test_when_the_conversation_fails_as_he_goes_on_he_gets_the_helpline(
    talk: ScriptedTalk, client: httpx.AsyncClient
) -> None:
    talk.broken = RuntimeError()
    answer = await client.post("/", data={"begin": "1"}, headers={"X-Part": "en-GB"})
    assert answer.status_code == 503
    assert "0808 800 1170" in answer.text
    assert not client.cookies


async def test_help_and_the_way_out_are_there_before_the_chat_begins(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    assert tokens(page) == ["h", "x"]
    assert 'href="tel:08088001170"' in page
    assert "Samaritans" in page


async def test_an_answer_leads_back_to_the_one_address(talk: ScriptedTalk, client: httpx.AsyncClient) -> None:
    answer = await client.post("/", data={"token": "0.ok", "nonce": nonces((await client.get("/")).text)[0]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "What would help most right now?" in (await client.get("/")).text
    (arrival,) = talk.heard
    assert arrival.address.channel == "web"
    assert arrival.what == Tapped("0.ok")
    assert arrival.sent_at == talk.now


async def test_words_are_taken_whole_and_what_is_said_of_them_is_shown(
    talk: ScriptedTalk, client: httpx.AsyncClient
) -> None:
    words = "  <b>hello</b> \N{LEFT-TO-RIGHT OVERRIDE}  "
    await client.post("/", data={"words": words})
    assert talk.heard[0].what == Typed(words)
    page = (await client.get("/")).text
    assert "Thanks for writing that." in page
    assert "hello" not in page


async def test_a_note_on_his_words_is_shown_once(client: httpx.AsyncClient) -> None:
    await client.post("/", data={"words": "me@example.org"})
    assert "Please leave out names." in (await client.get("/")).text.replace("Please leave out names and", "")
    assert "Please leave out names." not in (await client.get("/")).text.replace("Please leave out names and", "")


async def test_the_same_form_sent_twice_steps_once(talk: ScriptedTalk, client: httpx.AsyncClient) -> None:
    await client.post("/", data={"begin": "1"})
    form = {"words": "me@example.org", "nonce": nonces((await client.get("/")).text)[1]}
    first = await client.post("/", data=form)
    second = await client.post("/", data=form)
    assert first.status_code == second.status_code == 303
    assert {arrival.update for arrival in talk.heard} == {form["nonce"]}
    assert len(talk.updates) == 1


async def test_an_old_button_shows_where_he_is(talk: ScriptedTalk, client: httpx.AsyncClient) -> None:
    await client.post("/", data={"token": "0.ok"})
    await client.post("/", data={"token": "0.ok"})
    await client.get("/")
    assert "What would help most right now?" in (await client.get("/")).text
    part = await client.post("/", data={"token": "0.ok"}, headers={"X-Part": "1"})
    assert "What would help most right now?" in part.text


async def test_the_answer_renews_the_cookie_and_the_chat_keeps_its_name(
    talk: ScriptedTalk, client: httpx.AsyncClient
) -> None:
    first = await client.post("/", data={"token": "0.ok"})
    second = await client.post("/", data={"token": "1.talk"})
    halves = [[half.partition("=")[2][:16] for half in each.headers.get_list("set-cookie")] for each in (first, second)]
    assert halves[0] == halves[1]
    assert len({arrival.address.chat for arrival in talk.heard}) == 1


@pytest.mark.parametrize("form", [{}, {"words": "  \n "}, {"token": ""}, {"token": "t" * 65}, {"other": "x"}])
async def test_a_form_that_says_nothing_steps_nothing(
    talk: ScriptedTalk, client: httpx.AsyncClient, form: dict[str, str]
) -> None:
    answer = await client.post("/", data={"nonce": "x", **form})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    part = await client.post("/", data={"nonce": "x", **form}, headers={"X-Part": "1"})
    assert "Before you start" in part.text
    assert not talk.heard
    assert "set-cookie" not in answer.headers


async def test_the_script_gets_only_what_changes(client: httpx.AsyncClient) -> None:
    answer = await client.post("/", data={"token": "0.ok"}, headers={"X-Part": "1"})
    assert answer.is_success
    assert answer.headers["x-kind"] == "turn"
    assert "What would help most right now?" in answer.text
    assert "<html" not in answer.text
    assert "<script" not in answer.text


async def test_services_are_shown_as_cards_with_their_name_on_top(client: httpx.AsyncClient) -> None:
    page = (await after_three_answers(client)).text
    assert page.count('<article class="card') == 3
    assert '<h2 id="of-m.a1">Example Men&#39;s Line</h2>' in page
    assert page.count("<p>EXAMPLE. This is not a real service.</p>") == 3
    assert '<a class="number" href="tel:08081570101">Call 0808 157 0101</a>' in page
    assert "You don&#39;t have to decide anything now." in page


async def test_what_every_message_repeats_is_shown_once(client: httpx.AsyncClient) -> None:
    page = (await after_three_answers(client)).text
    assert page.count("Men&#39;s helpline, free:") == 1
    assert page.count("Samaritans") == 1
    assert tokens(page).count("h") == tokens(page).count("x") == 1
    assert "Here is part of what you asked for" not in page


async def test_more_of_a_service_comes_with_a_way_back(client: httpx.AsyncClient) -> None:
    await after_three_answers(client)
    answer = await client.post("/", data={"token": "m.b2"})
    assert answer.is_success
    assert answer.headers["x-kind"] == "card"
    assert "What it costs: nothing." in answer.text
    assert '<a href="/" data-part>Back to the chat</a>' in answer.text
    assert "textarea" not in answer.text


async def test_more_of_a_service_that_is_gone_leads_back_too(client: httpx.AsyncClient) -> None:
    await after_three_answers(client)
    answer = await client.post("/", data={"token": "m.gone"}, headers={"X-Part": "1"})
    assert answer.headers["x-kind"] == "aside"
    assert "no longer on the list" in answer.text
    assert "Back to the chat" in answer.text


async def test_more_tapped_twice_shows_where_he_is(client: httpx.AsyncClient) -> None:
    page = (await after_three_answers(client)).text
    form = {"token": "m.b2", "nonce": nonces(page)[1]}
    await client.post("/", data=form)
    again = await client.post("/", data=form)
    assert (again.status_code, again.headers["location"]) == (303, "/")


async def test_after_ten_idle_minutes_the_page_asks_first(talk: ScriptedTalk, client: httpx.AsyncClient) -> None:
    await client.post("/", data={"token": "0.ok"})
    talk.now += timedelta(minutes=11)
    page = (await client.get("/")).text
    assert "OK to chat now?" in page
    assert "What would help" not in page


async def test_without_a_script_the_page_fetches_itself_anew_after_ten_minutes(client: httpx.AsyncClient) -> None:
    assert '<meta http-equiv="refresh" content="600;url=/">' in (await client.get("/")).text


async def test_the_box_to_write_in_is_kept_from_the_browser_s_memory(client: httpx.AsyncClient) -> None:
    await client.post("/", data={"begin": "1"})
    page = (await client.get("/")).text
    box = page[page.index("<textarea") : page.index("</textarea>")]
    for attribute in ('autocomplete="off"', 'spellcheck="false"', 'maxlength="4000"', 'autocapitalize="sentences"'):
        assert attribute in box
    assert '<label for="words">' in page


async def test_addresses_and_methods_we_do_not_serve_are_answered_calmly(client: httpx.AsyncClient) -> None:
    for method, path, status in [
        ("GET", "/wp-admin/", 404),
        ("GET", "/leaving/", 404),
        ("PUT", "/", 405),
        ("DELETE", "/", 405),
        ("PUT", "/leave", 405),
        ("GET", "/leaving/cy", 404),
        ("GET", "/privacy/xx", 404),
    ]:
        answer = await client.request(method, path)
        assert answer.status_code == status, (method, path)
        assert "0808 800 1170" in answer.text
        assert "Back to the chat" in answer.text


async def test_a_browser_may_ask_for_the_head_alone(client: httpx.AsyncClient) -> None:
    assert (await client.head("/")).is_success


async def test_a_message_of_ten_million_letters_is_answered_kindly(
    talk: ScriptedTalk, client: httpx.AsyncClient
) -> None:
    answer = await client.post("/", data={"words": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "Please send a shorter message." in answer.text
    assert "0808 800 1170" in answer.text
    assert not talk.heard


async def test_a_form_that_cannot_be_read_is_answered_kindly(client: httpx.AsyncClient) -> None:
    answer = await client.post("/", content=b"{}", headers={"content-type": "application/json"})
    assert answer.status_code == 415
    assert "That could not be read." in answer.text


async def test_when_the_conversation_fails_he_gets_the_helpline_and_nobody_gets_his_words(
    talk: ScriptedTalk, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    talk.broken = RuntimeError(f"INSERT ... parameters: ({SECRET})")
    with caplog.at_level(logging.DEBUG):
        answers = [
            await client.post("/", data={"words": SECRET}),
            await client.post("/", data={"words": SECRET}, headers={"X-Part": "1"}),
            await client.get("/"),
        ]
    for answer in answers:
        assert answer.status_code == 503
        assert "Please send that again." in answer.text
        assert "0808 800 1170" in answer.text
        assert 'value="x"' in answer.text
        assert SECRET not in answer.text
        assert "Traceback" not in answer.text
        assert "set-cookie" not in answer.headers
    assert "RuntimeError" in caplog.text
    assert SECRET not in caplog.text


async def test_a_conversation_that_hangs_is_not_waited_for_for_ever(
    talk: ScriptedTalk, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.app.PATIENCE", 0.01)
    talk.hung = True
    assert (await client.post("/", data={"token": "0.ok"})).status_code == 503
    assert (await client.get("/")).status_code == 503


async def test_a_browser_that_goes_away_while_sending_is_no_trouble(
    talk: ScriptedTalk, client_of: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of(talk)
    app = client._transport.app  # type: ignore[attr-defined]
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    form = [(b"content-type", b"application/x-www-form-urlencoded")]
    for path in ("/", "/leave"):
        scope = {"type": "http", "method": "POST", "path": path, "headers": form, "query_string": b""}
        await app({**scope, "raw_path": path.encode(), "root_path": ""}, receive, send)
    assert [m["status"] for m in sent if m["type"] == "http.response.start"] == [400, 303]
    assert not talk.heard
    assert not [record for record in caplog.records if record.levelno > logging.DEBUG]


FIELDS = st.sampled_from(["token", "words", "nonce", "script", ""]) | st.text(max_size=10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(fields=st.lists(st.tuples(FIELDS, st.text(max_size=200)), max_size=6), part=st.booleans())
async def test_no_form_brings_the_page_down(
    client: httpx.AsyncClient, fields: list[tuple[str, str]], part: bool
) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", **({"X-Part": "1"} if part else {})}
    answer = await client.post("/", content=urlencode(fields), headers=headers)
    assert answer.status_code in (203, 204, 303)
    assert answer.headers["cache-control"] == "no-store"


PAGES = Pages(
    exit_url=EXIT, lifelines=lambda: ScriptedTalk().lifelines, session_minutes=60, encrypted=True, about=About()
)


@given(text=st.text(max_size=300), label=st.text(min_size=1, max_size=20).filter(str.strip))
def test_no_text_of_a_turn_becomes_markup(text: str, label: str) -> None:
    talk = ScriptedTalk()
    hostile = f"{text}<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    for card in (False, True):
        piece = Piece(hostile, rows=((Button(label + '"><script>', "0.a"),),), card=card)
        page = PAGES.turn(surround([piece], lifelines=talk.lifelines, at=talk.now), Around(), part="en-GB")
        assert "<script" not in page
        assert "<img" not in page


def test_a_card_that_has_only_a_name_is_headed_by_it() -> None:
    talk = ScriptedTalk()
    turn = surround([Piece("Only a Name", card=True)], lifelines=talk.lifelines, at=talk.now)
    assert "<h2>Only a Name</h2>" in PAGES.turn(turn, Around(), part="en-GB")


def test_a_message_that_has_only_its_first_line_shows_it() -> None:
    turn = late()
    page = PAGES.turn(turn, Around(), part="en-GB")
    assert turn.messages[0].first.split()[0] in page
    assert tokens(page) == ["g", "x"]
