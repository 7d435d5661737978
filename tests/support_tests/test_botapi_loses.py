"""The fake fails on purpose: errors, broken connections, silence, and answers lost on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TimedOut

from tests.support.botapi import FakeBotApi
from tests.support_tests.conftest import a_bot, known_man


async def test_429_tells_how_long_to_wait_and_then_all_is_well(
    botapi: FakeBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it PTB warns while it makes the exception
    man = await known_man(botapi)
    botapi.fail_next("sendMessage", status=429, retry_after=3, times=2)
    async with a_bot(botapi) as bot:
        for _ in range(2):
            with pytest.raises(RetryAfter) as flood:
                await bot.send_message(man.chat.id, "Hello")
            assert flood.value.retry_after == timedelta(seconds=3)
        await bot.send_message(man.chat.id, "Hello")
    assert len(man.chat.from_bot) == 1
    assert [call.status for call in botapi.calls_of("sendMessage")] == [429, 429, 200]
    assert botapi.calls_of("sendMessage")[0].description == "Too Many Requests: retry after 3"


@pytest.mark.parametrize(
    ("status", "error"),
    [(500, NetworkError), (502, NetworkError), (403, Forbidden), (409, Conflict), (400, BadRequest)],
)
async def test_any_status_can_be_had(botapi: FakeBotApi, status: int, error: type[Exception]) -> None:
    man = await known_man(botapi)
    async with a_bot(botapi) as bot:
        botapi.fail_next("*", status=status)
        with pytest.raises(error):
            await bot.send_message(man.chat.id, "Hello")
    assert not man.chat.from_bot


async def test_a_page_of_a_proxy_instead_of_json(botapi: FakeBotApi) -> None:
    man = await known_man(botapi)
    botapi.fail_next("sendMessage", status=502, body="<html>502 Bad Gateway</html>", delivered=True)
    async with a_bot(botapi) as bot:
        with pytest.raises(NetworkError):
            await bot.send_message(man.chat.id, "Hello")
    assert len(man.chat.from_bot) == 1


@pytest.mark.parametrize("delivered", [True, False])
async def test_a_broken_connection_may_or_may_not_have_delivered(botapi: FakeBotApi, delivered: bool) -> None:
    man = await known_man(botapi)
    botapi.drop_next("sendMessage", delivered=delivered)
    async with a_bot(botapi) as bot:
        with pytest.raises(NetworkError):
            await bot.send_message(man.chat.id, "Hello")
    assert len(man.chat.from_bot) == delivered
    await botapi.settled()


@pytest.mark.parametrize("delivered", [True, False])
async def test_silence_may_or_may_not_have_delivered(botapi: FakeBotApi, delivered: bool) -> None:
    man = await known_man(botapi)
    botapi.hang_next("sendMessage", delivered=delivered)
    async with a_bot(botapi, read_timeout=0.2) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(man.chat.id, "Hello")
    assert len(man.chat.from_bot) == delivered
    await botapi.settled()


@pytest.mark.parametrize("delivered", [True, False])
async def test_slow_is_late_but_right(botapi: FakeBotApi, delivered: bool) -> None:
    man = await known_man(botapi)
    botapi.slow_next("sendMessage", seconds=0.01, delivered=delivered)
    async with a_bot(botapi) as bot:
        await bot.send_message(man.chat.id, "Hello")
    assert len(man.chat.from_bot) == 1


async def test_trouble_can_be_kept_for_one_call_and_called_off(botapi: FakeBotApi) -> None:
    man = await known_man(botapi)
    botapi.fail_next("sendMessage", status=500, when=lambda fields: fields["text"] == "Second")
    botapi.fail_next("sendMessage", status=500, times=99, when=lambda fields: fields["text"] == "Third")
    async with a_bot(botapi) as bot:
        await bot.send_message(man.chat.id, "First")
        with pytest.raises(NetworkError):
            await bot.send_message(man.chat.id, "Second")
        await bot.send_message(man.chat.id, "Second")
        botapi.forget()
        await bot.send_message(man.chat.id, "Third")
    assert [message.text for message in man.chat.from_bot] == ["First", "Second", "Third"]
