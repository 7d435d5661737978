"""Whatever a conversation is had on, the same is said: Telegram, the web with and without JavaScript, the terminal.

The terminal shows a turn as the program made it, so it is what the others are held against: the same messages in the
same order with the same options. What differs is where things stand. A page says once, around the chat, what a
messenger has to repeat under every message, and has no need of the bland line that is shown on a lock screen.
"""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from bot.rooms import Rooms
from bot.telegram.channel import TelegramChannel
from bot.terminal import Talk
from bot.web import web_app
from safety.envelope import LEAVE, URGENT, Message
from tests.support.botapi import FakeBotApi
from tests.support.botapi.chats import Shown
from tests.support.world import Clock, world

CONVERSATIONS = {
    "to a service and its details": ("=Yes", "=Talk to someone", "leeds", "=More"),
    "turned away, and shown others": (
        *("=Yes", "=Talk to someone", "leeds", "=No luck there", "=Not for men", "1", "=Carry on", "=That's all"),
    ),
    "typed all the way": ("yes", "somewhere to stay", "cardiff"),
    "asking why, and back": ("=Yes", "=Talk to someone", "=Why?", "=Back"),
    "danger, and back to where he was": ("=Yes", "shes got a knife", "=Carry on"),
    "words that nobody understands": ("=Yes", "qqqq zzzz"),
    "a number, which is not kept": ("=Yes", "ring him on 07700 900123"),
    "nothing answered": ("=Skip", "=Skip", "=Skip"),
}
"""What he does: "=" taps the button of that label, anything else is typed."""

FIXED = (LEAVE.label, URGENT.label, "Delete my message")
"""Under every message; the last only where a message of his own stands in a chat and could be deleted."""


@dataclass(frozen=True)
class Said:
    """One message: its words, however they are laid out, and the options under it."""

    words: str
    options: tuple[str, ...]
    around: str = field(default="", compare=False)
    """The same with the bland line before and the helpline after it, where a channel has them."""


Does = Callable[[str], Awaitable[list[Said]]]
"""Does one thing on a channel and returns what is then said."""


def plain(text: str) -> str:
    """The words alone, without bullets, line ends and spaces."""
    return re.sub(r"[\s•-]+", " ", text).strip()


def in_turn(message: Message) -> Said:
    options = tuple(button.label for row in message.rows for button in row if button.label not in FIXED)
    return Said(plain(message.body or message.first), options, around=plain(message.text))


def at_a_terminal(rooms: Rooms) -> Does:
    talk = Talk(rooms.conversation)

    async def does(what: str) -> list[Said]:
        if not talk.shown:
            await talk.begin()
        turn = await talk.say(what.removeprefix("="))
        assert turn is not None
        return [in_turn(message) for message in turn.messages]

    return does


def on_the_web(rooms: Rooms, stack: AsyncExitStack, clock: Clock, *, script: bool) -> Does:
    app = web_app(
        rooms.conversation,
        lifelines=rooms.lifelines,
        exit_url="https://www.example.org/",
        session_minutes=60,
        secure_cookies=False,
        clock=clock,
    )
    headers = {"Sec-Fetch-Site": "same-origin", **({"X-Part": "en-GB"} if script else {})}
    transport = httpx.ASGITransport(app=app)
    client = httpx.AsyncClient(transport=transport, base_url="http://chat.test", headers=headers, follow_redirects=True)
    stack.push_async_callback(client.aclose)
    page = ""

    async def sends(form: dict[str, str]) -> None:
        nonlocal page
        nonce = re.search(r'name="nonce" value="([^"]*)"', page)
        answer = await client.post("/", data={"nonce": nonce[1] if nonce else "", **form})
        assert answer.is_success
        page = answer.text

    async def does(what: str) -> list[Said]:
        if not page:
            await sends({"begin": "1"})
        if what.startswith("="):
            tokens = {label: token for token, label in reversed(buttons(page))}
            await sends({"token": tokens[what[1:]]})
        else:
            await sends({"words": what})
        return [in_page(part) for part in re.findall(r"<(?:section|article)\b.*?</(?:section|article)>", page, re.S)]

    return does


def buttons(page: str) -> list[tuple[str, str]]:
    found = re.findall(r'<button name="token" value="([^"]*)"[^>]*>([^<]*)</button>', page)
    return [(html.unescape(token), html.unescape(label)) for token, label in found]


def in_page(part: str) -> Said:
    text = re.sub(r"<form\b.*?</form>", "", part, flags=re.S)
    words = html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"<br>|</(?:p|li|h2)>", "\n", text)))
    return Said(plain(words), tuple(label for _, label in buttons(part)))


def on_telegram(botapi: FakeBotApi, clock: Clock) -> Does:
    man = botapi.man()
    turn: list[Shown] = []

    async def does(what: str) -> list[Said]:
        nonlocal turn
        if not man.chat.messages:
            await man.says("/start")
            await botapi.settled()
        clock.forward(seconds=2)
        before = {(shown.id, shown.text, shown.buttons) for shown in man.chat.messages}
        if what.startswith("="):
            # The first of several, for every card has a "More".
            await man.taps(what[1:], on=next((it for it in turn if it.button(what[1:])), None))
        else:
            await man.says(what)
        await botapi.settled()
        turn = [it for it in man.chat.messages if it.from_bot and (it.id, it.text, it.buttons) not in before]
        return [in_chat(shown) for shown in turn]

    return does


def in_chat(shown: Shown) -> Said:
    return Said("", tuple(label for label in shown.buttons if label not in FIXED), around=plain(shown.text))


@pytest.fixture
async def channels(botapi: FakeBotApi, clock: Clock, tmp_path: Path) -> AsyncIterator[dict[str, Does]]:
    async with AsyncExitStack() as stack:
        rooms = await stack.enter_async_context(world(tmp_path, clock))
        channel = TelegramChannel(botapi.token, rooms.conversation, base_url=botapi.base_url, now=clock)
        rooms.conversation.erase_with("telegram", channel.erase)
        await channel.start_polling()
        stack.push_async_callback(channel.stop)
        yield {
            "terminal": at_a_terminal(rooms),
            "web with JavaScript": on_the_web(rooms, stack, clock, script=True),
            "web without JavaScript": on_the_web(rooms, stack, clock, script=False),
            "telegram": on_telegram(botapi, clock),
        }


@pytest.mark.parametrize("conversation", CONVERSATIONS.values(), ids=CONVERSATIONS.keys())
async def test_the_same_is_said_on_every_channel(channels: dict[str, Does], conversation: tuple[str, ...]) -> None:
    for what in conversation:
        said = {name: await does(what) for name, does in channels.items()}
        meant = said["terminal"]
        assert meant, what
        assert said["web with JavaScript"] == meant, what
        assert said["web without JavaScript"] == meant, what
        assert [message.around for message in said["telegram"]] == [message.around for message in meant], what
        assert [message.options for message in said["telegram"]] == [message.options for message in meant], what
