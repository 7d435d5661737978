"""The bots that ours is set against: each says back what it was told, as its library's own example does it.

`python -m bot.benchmarks.telegram.echoes LIBRARY API` runs one.
"""

from __future__ import annotations

import asyncio
import logging
import sys

from bot.benchmarks.telegram.stand_in import TOKEN


def python_telegram_bot(api: str) -> None:
    """The library's echobot, with everything as it is shipped."""
    from telegram import Update
    from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

    async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None  # noqa: S101
        await update.message.reply_text(update.message.text or "")

    application = ApplicationBuilder().token(TOKEN).base_url(api).build()
    application.add_handler(MessageHandler(filters.ALL, echo))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


def aiogram(api: str) -> None:
    """The library's echo_bot, with everything as it is shipped."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message

    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    async def serve() -> None:
        server = TelegramAPIServer(base=f"{api}{{token}}/{{method}}", file="")
        await dispatcher.start_polling(Bot(TOKEN, session=AiohttpSession(api=server)))

    asyncio.run(serve())


LIBRARIES = {"python-telegram-bot": python_telegram_bot, "aiogram": aiogram}

if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    LIBRARIES[sys.argv[1]](sys.argv[2])
