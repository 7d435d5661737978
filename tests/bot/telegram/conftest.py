"""What all tests of the Telegram channel share: a scripted conversation, short waits and a way to serve."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Bot

from bot.arrival import Address, Arrival, Out, Taken, Tapped, Typed
from bot.telegram.channel import TelegramChannel
from bot.telegram.pace import Pace
from bot.telegram.requests import TelegramRequest
from bot.telegram.sending import TelegramOut
from safety.envelope import Button, Piece, Turn, surround
from safety.lifelines import Lifelines
from tests.support.botapi import FakeBotApi
from tests.support.botapi.fixtures import botapi as botapi
from tests.support.botapi.waiting import Changes
from tests.support.patience import PATIENCE

# Short where something is waited for again and again; long where only what hangs is given up. A test of that says when.
SWIFT = Pace(
    turn=80,
    sending=60,
    answering=30,
    tap=60,
    request=30,
    first_pause=0.01,
    longest_pause=0.04,
    retry_after=1,
    long_poll=5,
    fetch_margin=60,
    look_again=0.01,
    longest_look_again=0.02,
    grace=60,
    parting=30,
)
LIFELINES = Lifelines.load()
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

Answer = Callable[[Arrival, Out], Awaitable[Taken]]


def turn_saying(*texts: str, buttons: tuple[str, ...] = ("Carry on",)) -> Turn:
    """A turn with one message for each text; every button's token is its label."""
    rows = tuple((Button(label, label),) for label in buttons)
    return surround([Piece(text, rows=rows) for text in texts], lifelines=LIFELINES, at=NOON)


def words_of(arrival: Arrival) -> str:
    """What he said or tapped, to tell arrivals apart in a test."""
    match arrival.what:
        case Typed(text) | Tapped(text):
            return text
        case what:
            return repr(what)


class ScriptedConversation:
    """A conversation that answers as a test tells it to, and keeps what it was handed."""

    def __init__(self) -> None:
        self.came: list[Arrival] = []
        self.answered: list[Arrival] = []
        self.forgotten: list[Address] = []
        self.changes = Changes()
        self.at_work = 0
        self.most_at_work = 0
        self.answer: Answer = self.reply
        self.on_forget: Callable[[Address, Out | None], Awaitable[None]] | None = None

    @property
    def heard(self) -> list[str]:
        """The words that came, every attempt counted."""
        return [words_of(arrival) for arrival in self.came]

    async def take(self, arrival: Arrival, out: Out) -> Taken:
        """The contract's: returns when the arrival may be acknowledged."""
        self.came.append(arrival)
        self.at_work += 1
        self.changes.notify()
        self.most_at_work = max(self.most_at_work, self.at_work)
        try:
            taken = await self.answer(arrival, out)
        finally:
            self.at_work -= 1
        self.answered.append(arrival)
        self.changes.notify()
        return taken

    async def forget(self, address: Address, out: Out | None, *, sent_at: datetime | None = None) -> None:
        """The contract's: he blocked the bot."""
        if self.on_forget is not None:
            await self.on_forget(address, out)
        self.forgotten.append(address)
        self.changes.notify()

    async def until(self, check: Callable[[], bool]) -> None:
        """Wait until a condition on what came or was answered holds."""
        await self.changes.until(check, within=PATIENCE, otherwise=lambda: f"heard {self.heard}")

    async def reply(self, arrival: Arrival, out: Out) -> Taken:
        """Answer by repeating the words, onto the tapped message if there is one."""
        onto = arrival.what.on if isinstance(arrival.what, Tapped) else None
        await out.send(turn_saying(f"You said {words_of(arrival)}."), onto=onto)
        return Taken.ANSWERED


class Gate:
    """Holds a turn until the test opens it, and tells when the turn has come that far."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.open = asyncio.Event()

    async def __call__(self) -> None:
        self.reached.set()
        await self.open.wait()


Serving = Callable[..., AbstractAsyncContextManager[TelegramChannel]]


@pytest.fixture
def conversation() -> ScriptedConversation:
    return ScriptedConversation()


@pytest.fixture
def polling(botapi: FakeBotApi, conversation: ScriptedConversation) -> Serving:
    """``async with polling() as channel``: the scripted conversation served by long polling."""

    @asynccontextmanager
    async def serving(**pace: Any) -> AsyncIterator[TelegramChannel]:
        channel = TelegramChannel(
            botapi.token,
            conversation,
            base_url=botapi.base_url,
            pace=replace(SWIFT, **pace),
            now=botapi.now,
        )
        await channel.start_polling()
        try:
            yield channel
        finally:
            await channel.stop()

    return serving


@pytest.fixture
async def bot(botapi: FakeBotApi) -> AsyncIterator[Bot]:
    """The library's bot at the fake, with nothing around it."""
    request = TelegramRequest(8, 0.5)
    yield Bot(botapi.token, base_url=botapi.base_url, request=request)
    await request.shutdown()


@pytest.fixture
def out_to(bot: Bot) -> Callable[..., TelegramOut]:
    """``out_to(man)``: what answers him."""

    def out(chat_id: int, **pace: Any) -> TelegramOut:
        return TelegramOut(bot, str(chat_id), replace(SWIFT, **pace))

    return out
