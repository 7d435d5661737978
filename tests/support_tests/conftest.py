"""What the tests of the fake Bot API share: an echo bot as anybody would write it, and a clock to turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    Defaults,
    MessageHandler,
    filters,
)

from tests.support.botapi import Chat, FakeBotApi, Man
from tests.support.botapi.fixtures import botapi as botapi
from tests.support.botapi.waiting import Changes
from tests.support.patience import PATIENCE

AnyApplication: TypeAlias = Application[Any, Any, Any, Any, Any, Any]
SECRET = "a-secret_for-the-webhook"


@dataclass
class Clock:
    """A clock that moves only when it is told to."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at

    def passes(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def timed(clock: Clock) -> AsyncIterator[FakeBotApi]:
    """A fake Bot API whose clock the test turns."""
    async with FakeBotApi(now=clock.now) as api:
        yield api
        api.assert_careful()


@asynccontextmanager
async def a_bot(api: FakeBotApi, **timeouts: float) -> AsyncIterator[Bot]:
    """An initialised PTB bot that speaks to the fake."""
    application = build(api, **timeouts)
    async with application.bot as bot:
        yield bot


def build(api: FakeBotApi, *, read_timeout: float = 5.0) -> AnyApplication:
    """PTB's own Application, changed in nothing but where it calls."""
    return (
        ApplicationBuilder()
        .token(api.token)
        .base_url(api.base_url)
        .read_timeout(read_timeout)
        .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
        .build()
    )


async def _start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
    await update.message.reply_text("Hello. OK to chat?", reply_markup=buttons)


async def _echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text(f"echo {update.message.text}")


async def _tapped(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer()
    await update.callback_query.edit_message_text(f"You said {update.callback_query.data}")


def echo_bot(api: FakeBotApi) -> AnyApplication:
    """Says back what it hears."""
    application = build(api)
    application.add_handler(CommandHandler("start", _start))
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, _echo))
    application.add_handler(CallbackQueryHandler(_tapped))
    return application


@asynccontextmanager
async def polling(api: FakeBotApi) -> AsyncIterator[AnyApplication]:
    """The echo bot on getUpdates."""
    application = echo_bot(api)
    async with application:
        assert application.updater is not None
        await application.start()
        await application.updater.start_polling()
        try:
            yield application
        finally:
            await application.updater.stop()
            await application.stop()


class Hook:
    """An address for updates: keeps what comes and answers as it is told."""

    def __init__(self) -> None:
        self.url = ""
        self.heard: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers: list[web.Response] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.changes = Changes()
        self.application: AnyApplication | None = None

    async def take(self, request: web.Request) -> web.Response:
        self.heard.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.changes.notify()
        await self.gate.wait()
        if self.answers:
            return self.answers.pop(0)
        if self.application is not None:
            update = Update.de_json(self.heard[-1], self.application.bot)
            await self.application.process_update(update)
        return web.Response()

    async def has_heard(self, number: int) -> None:
        """Wait until so many updates have come in."""
        await self.changes.until(
            lambda: len(self.heard) >= number, within=PATIENCE, otherwise=lambda: f"only {len(self.heard)} came"
        )


@pytest_asyncio.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/telegram", hook.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    yield hook
    hook.gate.set()
    await runner.cleanup()


async def ask(api: FakeBotApi, method: str, **fields: Any) -> dict[str, Any]:
    """One call with a JSON body, past every library: Telegram's own words come back."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{api.base_url}{api.token}/{method}", json=fields) as answer,
    ):
        told: dict[str, Any] = await answer.json()
        assert answer.status == (200 if told["ok"] else told["error_code"])
        return told


async def refusal(api: FakeBotApi, method: str, **fields: Any) -> str:
    """The description of a call that is refused."""
    told = await ask(api, method, **fields)
    assert not told["ok"], told
    return str(told["description"])


def plain(chat: Chat, text: str, **more: Any) -> dict[str, Any]:
    """The fields of an honest sendMessage."""
    return {"chat_id": chat.id, "text": text, "link_preview_options": {"is_disabled": True}, **more}


def keyboard(*labels: str) -> dict[str, Any]:
    """An inline keyboard of one row; a tap sends the label in small letters."""
    return {"inline_keyboard": [[{"text": label, "callback_data": label.lower()} for label in labels]]}


async def known_man(api: FakeBotApi) -> Man:
    """A man who has written, and whose message has been taken."""
    man = api.man()
    await man.says("/start")
    api.queue.forget_all()
    return man
