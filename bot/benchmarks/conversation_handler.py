"""python-telegram-bot's ConversationHandler. Nothing is sent: each handler notes what it would say."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

from telegram import CallbackQuery, Chat, Message, MessageEntity, Update, User
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest, RequestData
from telegram.warnings import PTBUserWarning

from bot.benchmarks.conversation import DONE, FIRST, INPUTS, QUESTIONS, WAITING_AT, Input, after, text_at

_ME = b'{"ok": true, "result": {"id": 1, "is_bot": true, "first_name": "Bench", "username": "bench_bot"}}'
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class NoNetwork(BaseRequest):
    """Answers the one question that is asked at the start: who the bot is."""

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """There is nothing to open."""

    async def shutdown(self) -> None:
        """There is nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **more: Any
    ) -> tuple[int, bytes]:
        return 200, _ME


class TelegramHandlers:
    """Handlers for each state in code; who is where, and what he answered, is kept by the library."""

    name = "ConversationHandler"
    package = "python-telegram-bot"
    saves = False

    def __init__(self) -> None:
        self._said: list[str] = []
        self._ids: Iterator[int] = count(1)
        self._application = self._made()
        asyncio.run(self._application.initialize())

    def talk(self, conversations: int, *, save: bool) -> list[str]:
        async def talking() -> None:
            for _ in range(conversations):
                self._said.clear()
                for one in INPUTS:
                    await self._take(one, 1)

        asyncio.run(talking())
        return list(self._said)

    def hold(self, sessions: int) -> object:
        async def waiting(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
            for person in range(2, sessions + 2):
                self._said.clear()
                for one in INPUTS[:WAITING_AT]:
                    await self._take(one, person)

        asyncio.run(waiting(self._application))
        return self._application

    def stored(self) -> None:
        return None

    async def _take(self, one: Input, person: int) -> None:
        user, chat = User(person, "A", False), Chat(person, "private")
        number = next(self._ids)
        if one.kind == "tap":
            shown = Message(number, _LONG_AGO, chat)
            update = Update(number, callback_query=CallbackQuery(str(number), user, "1", message=shown, data=one.text))
        else:
            text = "/start" if one.kind == "begin" else one.text
            entities = [MessageEntity(MessageEntity.BOT_COMMAND, 0, 6)] if one.kind == "begin" else []
            message = Message(number, _LONG_AGO, chat, from_user=user, text=text, entities=entities)
            message.set_bot(self._application.bot)
            update = Update(number, message=message)
        await self._application.process_update(update)

    async def _begin(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> str:
        answers: dict[Any, Any] = context.user_data if context.user_data is not None else {}
        answers.clear()
        self._said.append(text_at(FIRST))
        return FIRST

    def _made(self) -> Application[Any, Any, Any, Any, Any, Any]:
        application = (
            ApplicationBuilder()
            .token("1:bench")
            .request(NoNetwork())
            .get_updates_request(NoNetwork())
            .job_queue(None)
            .build()
        )
        with warnings.catch_warnings():
            # It advises on mixing taps and typed words, which this conversation does on purpose.
            warnings.simplefilter("ignore", PTBUserWarning)
            application.add_handler(
                ConversationHandler(
                    entry_points=[CommandHandler("start", self._begin)],
                    states={name: self._handlers(name) for name in QUESTIONS},
                    fallbacks=[],
                    allow_reentry=True,
                )
            )
        return application

    def _handlers(self, name: str) -> list[Any]:
        question = QUESTIONS[name]

        def answered(said: str | None, context: ContextTypes.DEFAULT_TYPE) -> str | int:
            option = question.heard.get(said or "")
            if option is None or context.user_data is None:
                self._said.append(question.said)
                return name
            context.user_data[name] = option
            to = after(name, context.user_data)
            self._said.append(text_at(to))
            return ConversationHandler.END if to == DONE else to

        async def tapped(update: Update, context: ContextTypes.DEFAULT_TYPE) -> str | int:
            return answered(update.callback_query.data if update.callback_query else None, context)

        async def typed(update: Update, context: ContextTypes.DEFAULT_TYPE) -> str | int:
            return answered(update.message.text if update.message else None, context)

        return [CallbackQueryHandler(tapped), MessageHandler(filters.TEXT & ~filters.COMMAND, typed)]
