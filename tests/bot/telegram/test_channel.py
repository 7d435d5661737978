"""Set-up at Telegram, and what an operator is told."""

from __future__ import annotations

import asyncio
import io
import traceback

import pytest

from bot.arrival import Erased
from bot.telegram.channel import TelegramChannel, TelegramError
from tests.bot.telegram.conftest import SWIFT, ScriptedConversation, Serving
from tests.support.botapi import FakeBotApi
from tests.support.botapi.server import TOKEN
from tests.support.logs import log as log
from tests.support.patience import PATIENCE


def channel_at(base_url: str, token: str = TOKEN) -> TelegramChannel:
    return TelegramChannel(token, ScriptedConversation(), base_url=base_url, pace=SWIFT)


async def test_commands_and_descriptions_are_set_and_neutral(botapi: FakeBotApi, polling: Serving) -> None:
    async with polling():
        await botapi.changes.until(
            lambda: len(botapi.calls_of("setMyCommands", "setMyDescription", "setMyShortDescription")) == 3,
            within=PATIENCE,
            otherwise=lambda: "not introduced",
        )
        await botapi.settled()
    told = str([call.fields for call in botapi.calls_of("setMyCommands", "setMyDescription", "setMyShortDescription")])
    for word in ("start", "exit", "privacy"):
        assert word in told
    for word in ("abuse", "violence", "help", "men", "victim", "domestic"):
        assert word not in told.lower().replace("commands", "")


async def test_a_bot_that_cannot_be_described_serves_all_the_same(
    botapi: FakeBotApi, polling: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    botapi.fail_next("setMyCommands", status=500)
    botapi.fail_next("setMyDescription", status=429, retry_after=20_000)
    man = botapi.man()
    async with polling():
        await man.says("hello")
        await man.sees("You said hello.")
        await botapi.settled()
        await botapi.changes.until(
            lambda: bool(botapi.calls_of("setMyShortDescription")), within=PATIENCE, otherwise=lambda: "gave up"
        )
    assert caplog.text.count("could not be set") == 2


async def test_polling_removes_a_webhook_and_drops_nothing(botapi: FakeBotApi, polling: Serving) -> None:
    channel = channel_at(botapi.base_url)
    await channel.start_webhook("http://127.0.0.1:9/telegram", "secret")
    await channel.stop()
    man = botapi.man()
    await man.says("hello")
    async with polling():
        await man.sees("You said hello.")
        await botapi.settled()
    assert botapi.webhook.target is None
    assert not any("drop_pending_updates" in call.fields for call in botapi.calls)


async def test_without_a_public_address_it_polls(botapi: FakeBotApi) -> None:
    channel = channel_at(botapi.base_url)
    await channel.start(None, "secret")
    await botapi.changes.until(
        lambda: bool(botapi.calls_of("getUpdates")), within=PATIENCE, otherwise=lambda: "no fetch"
    )
    await channel.stop()


@pytest.mark.parametrize("token", ["42:REJECTED-TOKEN", "7012345678:AAFakeFakeFakeFakeFakeFakeFakeFakeFool"])
async def test_a_rejected_token_is_a_clear_error_that_does_not_show_it(botapi: FakeBotApi, token: str) -> None:
    channel = channel_at(botapi.base_url, token)
    with pytest.raises(TelegramError, match="FINGERPOST_TELEGRAM_TOKEN was rejected") as caught:
        await channel.start_polling()
    await channel.stop()
    assert token not in "".join(traceback.format_exception(caught.value, chain=False))
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("token", ["", "nonsense", "42:with space", "42:a/../b", "４２:abc"])
async def test_what_is_no_token_is_a_clear_error(token: str) -> None:
    with pytest.raises(TelegramError, match="FINGERPOST_TELEGRAM_TOKEN is not"):
        channel_at("http://127.0.0.1:9/bot", token)


async def test_it_starts_while_telegram_is_out_of_reach_and_serves_once_it_is_back(
    botapi: FakeBotApi, polling: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    botapi.fail_next("deleteWebhook", status=502, times=3)
    botapi.fail_next("deleteWebhook", status=401)
    botapi.fail_next("deleteWebhook", status=429, retry_after=1)
    man = botapi.man()
    await man.says("hello")
    async with polling():
        await man.sees("You said hello.")
        await botapi.settled()
    assert "trying on" in caplog.text
    assert "FINGERPOST_TELEGRAM_TOKEN was rejected" in caplog.text
    assert botapi.token not in caplog.text


async def test_it_can_be_stopped_while_telegram_is_out_of_reach() -> None:
    channel = channel_at("http://127.0.0.1:9/bot")
    await channel.start_polling()
    async with asyncio.timeout(PATIENCE):
        await channel.stop()


async def test_the_sweeper_can_erase_without_a_turn(botapi: FakeBotApi) -> None:
    man = botapi.man()
    said = (await man.says("hello")).message
    assert said is not None
    channel = channel_at(botapi.base_url)
    assert await channel.erase(str(man.chat.id), [said.id]) == Erased(1)
    await channel.stop()
    assert not man.chat.messages


async def test_nothing_about_the_channel_shows_the_token(botapi: FakeBotApi) -> None:
    channel = channel_at(botapi.base_url)
    for shown in (repr(channel), str(channel), repr(channel.out_for("5")), repr(channel._polling)):
        assert TOKEN not in shown
    await channel.stop()


async def test_whole_conversations_at_debug_level_log_nobody(
    botapi: FakeBotApi, conversation: ScriptedConversation, polling: Serving, log: io.StringIO
) -> None:
    man = botapi.man(987_654_321, first_name="Marvellous", username="markerman")
    async with polling():
        await man.says("MARKED-WORDS")
        await man.sees("You said MARKED-WORDS.")
        await man.taps("Carry on")
        await man.sees("You said Carry on.")
        await man.sends_raw({"message": {"text": "MARKED-WORDS", "chat": {"id": man.chat.id}}})
        botapi.fail_next("getUpdates", status=502, body="MARKED-WORDS")
        botapi.fail_next("sendMessage", status=500, body="MARKED-WORDS")
        await man.says("MARKED-WORDS again")
        await man.sees("You said MARKED-WORDS again.")
        man.deactivates()
        await botapi.settled()
    said = log.getvalue()
    assert "cannot be read" in said
    for secret in ("MARKED", "987654321", "Marvellous", "markerman", botapi.token, botapi.token.partition(":")[2]):
        assert secret not in said
