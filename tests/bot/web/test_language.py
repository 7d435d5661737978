"""The words around the chat follow the chat's language, and whatever is in another one says so."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.page_words import PAGE
from bot.web import web_app
from bot.web.around import SOURCE, Around
from tests.bot.web.conftest import EXIT, tokens
from tests.support.catalogues import turned
from tests.support.small_talk import small_talk
from tests.support.world import Clock

ENGLISH_LEFT = PAGE["page.send"]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without a screen on a chat that there is in English, and turned, with one word not translated."""
    clock = Clock()
    async with small_talk(tmp_path, clock, languages=["cy", "ar"], untranslated=[ENGLISH_LEFT]) as rooms:
        app = web_app(
            rooms.conversation,
            lifelines=rooms.lifelines,
            exit_url=EXIT,
            session_minutes=60,
            secure_cookies=False,
            clock=clock,
        )
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.test") as client:
            yield client


def button_in(language: str, page: str) -> str:
    return next(token for token in tokens(page) if token.endswith(f"._in_{language}"))


async def in_language(client: httpx.AsyncClient, language: str, **headers: str) -> str:
    """The page after he tapped the language before the chat began."""
    form = {"token": button_in(language, (await client.get("/")).text)}
    return (await client.post("/", data=form, headers=headers, follow_redirects=True)).text


def words_of(html: str) -> str:
    text = re.sub(r"<[^>]*>", " ", html).replace("&#39;", "'").replace("&quot;", '"')
    return " ".join(text.split())


async def test_his_language_can_be_picked_before_the_chat_begins(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    assert '<html lang="en-GB" dir="ltr">' in page
    assert re.search(r'<button [^>]*lang="cy"[^>]*>Denrut cy</button>', page)


async def test_everything_around_the_chat_is_in_the_language_of_the_chat(client: httpx.AsyncClient) -> None:
    page = await in_language(client, "cy")
    assert '<html lang="cy" dir="ltr">' in page
    said = words_of(page)
    for name in ("leave", "helpline_free", "write", "leave_out", "about_leaving", "about_privacy", "not_sent", "calls"):
        assert turned(PAGE[f"page.{name}"]) in said, name
        assert PAGE[f"page.{name}"] not in said, name


async def test_a_word_that_is_not_translated_is_english_and_says_so(client: httpx.AsyncClient) -> None:
    page = await in_language(client, "cy")
    assert f'<button class="send"><span lang="en-GB" dir="ltr">{ENGLISH_LEFT}</span></button>' in page
    assert page.count('lang="en-GB"') == 1


@pytest.mark.parametrize("path", ["/leaving", "/privacy"])
async def test_the_pages_about_leaving_and_privacy_are_there_in_every_language(
    client: httpx.AsyncClient, path: str
) -> None:
    assert f'href="{path}/cy"' in await in_language(client, "cy")
    page = (await client.get(f"{path}/cy")).text
    assert '<html lang="cy" dir="ltr">' in page
    begin = f"page.{path[1:]}_"
    every = [name for name in PAGE if name.startswith(begin) and name != "page.leaving_encrypted"]
    assert len(every) > 10
    said = words_of(page)
    for name in every:
        longest = max(re.split(r"\{[^}]*\}", turned(PAGE[name])), key=len).strip()
        assert longest in said, name
    assert (await client.get(f"{path}/xx")).status_code == 404


async def test_the_script_gets_what_stands_around_only_when_the_language_changes(client: httpx.AsyncClient) -> None:
    part = await in_language(client, "ar", **{"X-Part": "en-GB"})
    assert '<template id="surroundings" lang="ar" dir="rtl">' in part
    assert turned(PAGE["page.leave"]) in part
    again = await client.get("/", headers={"X-Part": "ar"})
    assert "surroundings" not in again.text
    assert "<footer" not in again.text


async def test_trouble_is_told_in_english_and_says_so(client: httpx.AsyncClient) -> None:
    await in_language(client, "ar")
    part = await client.post("/", content=b"{}", headers={"content-type": "application/json", "X-Part": "ar"})
    assert part.status_code == 415
    assert '<div id="talk" lang="en-GB"' in part.text
    assert "surroundings" not in part.text


@pytest.mark.parametrize(
    ("code", "direction"),
    [("", "ltr"), ("cy", "ltr"), ("pl", "ltr"), ("ar", "rtl"), ("fa-AF", "rtl"), ("ur_PK", "rtl"), ("pa-Arab", "rtl")],
)
def test_the_direction_is_that_in_which_the_language_is_written(code: str, direction: str) -> None:
    assert Around(code).dir == direction
    assert Around(code).lang == (code or SOURCE)


def test_no_translation_becomes_markup_and_what_fills_a_slot_is_escaped() -> None:
    hostile = Around("cy", {"page.leave": "<script>", "page.privacy_operator": "<b>{name}</b>"})
    assert str(hostile("leave")) == "&lt;script&gt;"
    assert str(hostile("privacy_operator", name="<i>")) == "&lt;b&gt;&lt;i&gt;&lt;/b&gt;"


def test_numbers_are_called_or_texted_by_the_words_of_the_language() -> None:
    around = Around("cy", {"page.texting": "tecstiwch, Anfonwch"})
    assert around.heard("texting") == {"text", "sms", "tecstiwch", "anfonwch"}
    assert around.heard("calling") == {"call", "ring", "phone", "dial"}
