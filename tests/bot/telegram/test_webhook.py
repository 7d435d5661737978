"""The webhook: only Telegram is heard, and a 200 means that the turn is done."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from bot.arrival import Arrival, NotSent, Out, Taken
from bot.telegram.channel import WEBHOOK_PATH, TelegramChannel
from bot.telegram.webhook import MOST_BYTES, SECRET_HEADER
from tests.bot.telegram.conftest import SWIFT, Gate, ScriptedConversation, words_of
from tests.support.botapi import FakeBotApi
from tests.support.patience import PATIENCE

SECRET = "only-telegram-knows-this"
UPDATE: dict[str, Any] = {
    "update_id": 9,
    "message": {
        "message_id": 1,
        "date": int(datetime.now(UTC).timestamp()),
        "chat": {"id": 5_550_001, "type": "private"},
        "text": "hello",
    },
}


class _Server(uvicorn.Server):
    """Uvicorn that tells when it is ready, and leaves the signals alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @property
    def port(self) -> int:
        return int(self.servers[0].sockets[0].getsockname()[1])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Served:
    """A channel whose webhook answers over real HTTP."""

    def __init__(self, channel: TelegramChannel, url: str, client: httpx.AsyncClient) -> None:
        self.channel = channel
        self.url = url
        self._client = client

    async def post(self, body: bytes | dict[str, Any], secret: str | None = SECRET) -> httpx.Response:
        """What Telegram, or somebody else, posts."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = [] if secret is None else [(SECRET_HEADER.encode(), secret.encode())]
        return await self._client.post(self.url, content=content, headers=headers)


@asynccontextmanager
async def served(botapi: FakeBotApi, conversation: ScriptedConversation, **pace: Any) -> AsyncIterator[Served]:
    """The scripted conversation behind a webhook that is not yet told to Telegram."""
    channel = TelegramChannel(
        botapi.token, conversation, base_url=botapi.base_url, pace=replace(SWIFT, **pace), now=botapi.now
    )
    app = Starlette(routes=channel.routes(WEBHOOK_PATH, SECRET))
    config = uvicorn.Config(app, port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=1, ws="none")
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    await server.ready.wait()
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        try:
            yield Served(channel, f"http://127.0.0.1:{server.port}{WEBHOOK_PATH}", client)
        finally:
            await botapi.webhook.aim(None)
            await channel.stop()
            server.should_exit = True
            await serving


@pytest.fixture
async def webhook(botapi: FakeBotApi, conversation: ScriptedConversation) -> AsyncIterator[Served]:
    async with served(botapi, conversation) as running:
        yield running


async def test_telegram_is_told_the_address_the_secret_and_what_to_send(botapi: FakeBotApi, webhook: Served) -> None:
    await webhook.channel.start(webhook.url.removesuffix(WEBHOOK_PATH) + "/", SECRET)
    assert botapi.webhook.target is not None
    assert botapi.webhook.target.url == webhook.url
    assert botapi.webhook.target.secret == SECRET
    assert set(botapi.webhook.target.allowed) == {"message", "edited_message", "callback_query", "my_chat_member"}
    assert not any("drop_pending_updates" in call.fields for call in botapi.calls)


async def test_words_and_taps_are_answered_and_acknowledged(botapi: FakeBotApi, webhook: Served) -> None:
    man = botapi.man()
    before = await man.says("while you were away")
    await webhook.channel.start_webhook(webhook.url, SECRET)
    await man.sees("You said while you were away.")
    tap = await man.taps("Carry on")
    await man.sees("You said Carry on.")
    await botapi.settled()
    assert before.acknowledged
    assert tap.answered
    assert len(man.chat.from_bot) == 1


async def test_a_turn_that_fails_is_delivered_again_until_it_succeeds(
    botapi: FakeBotApi, conversation: ScriptedConversation, webhook: Served
) -> None:
    async def fails_at_first(arrival: Arrival, out: Out) -> Taken:
        if len(conversation.came) <= 3:
            raise NotSent("flood")
        return await conversation.reply(arrival, out)

    conversation.answer = fails_at_first
    await webhook.channel.start_webhook(webhook.url, SECRET)
    man = botapi.man()
    await man.says("one")
    await man.says("two")
    await man.sees("You said two.")
    await botapi.settled()
    assert conversation.heard == ["one", "one", "one", "one", "two"]
    assert botapi.webhook.waits == [1.0, 1.0, 1.0]


async def test_the_200_comes_after_the_turn(conversation: ScriptedConversation, webhook: Served) -> None:
    gate = Gate()

    async def slowly(arrival: Arrival, out: Out) -> Taken:
        await gate()
        return Taken.ANSWERED

    conversation.answer = slowly
    posting = asyncio.create_task(webhook.post(UPDATE))
    await gate.reached.wait()
    assert not posting.done()
    gate.open.set()
    assert (await posting).status_code == 200
    assert len(conversation.answered) == 1


async def test_one_mans_updates_are_taken_one_by_one_whatever_queue_they_come_from(
    conversation: ScriptedConversation, webhook: Served
) -> None:
    async def briefly(arrival: Arrival, out: Out) -> Taken:
        await asyncio.sleep(0.01)
        return Taken.ANSWERED

    conversation.answer = briefly
    answers = await asyncio.gather(*(webhook.post(UPDATE | {"update_id": number}) for number in range(5)))
    assert [each.status_code for each in answers] == [200] * 5
    assert conversation.most_at_work == 1


async def test_who_waits_too_long_behind_a_stuck_turn_comes_again(
    botapi: FakeBotApi, conversation: ScriptedConversation
) -> None:
    gate = Gate()

    async def stuck(arrival: Arrival, out: Out) -> Taken:
        while not gate.open.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await gate()
        raise NotSent("stuck")

    conversation.answer = stuck
    async with served(botapi, conversation, turn=0.04) as webhook:
        first = asyncio.create_task(webhook.post(UPDATE))
        await gate.reached.wait()
        answers = await asyncio.gather(*(webhook.post(UPDATE | {"update_id": number}) for number in range(4)))
        gate.open.set()
        answers.append(await first)
    assert [each.status_code for each in answers] == [503] * 5
    assert len(conversation.came) == 1


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "café"])
async def test_nobody_without_the_secret_is_heard(
    conversation: ScriptedConversation, webhook: Served, secret: str | None
) -> None:
    assert (await webhook.post(UPDATE, secret)).status_code == 403
    assert not conversation.came


async def test_a_body_larger_than_any_update_is_refused(conversation: ScriptedConversation, webhook: Served) -> None:
    assert (await webhook.post(b" " * (MOST_BYTES + 1))).status_code == 413
    assert not conversation.came


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"MARKED-WORDS",
        b"\xff\xfe",
        b"[" * 100_000,
        b"null",
        b"[]",
        b'{"update_id": "MARKED-WORDS"}',
        b'{"update_id": 5, "message": {"text": "MARKED-WORDS"}}',
        b'{"update_id": 5}',
    ],
)
async def test_what_cannot_be_read_is_acknowledged_lest_it_comes_for_ever(
    conversation: ScriptedConversation, webhook: Served, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    assert (await webhook.post(body)).status_code == 200
    assert not conversation.came
    assert "MARKED-WORDS" not in caplog.text


async def test_a_fault_of_ours_is_passed_over_after_some_tries(
    conversation: ScriptedConversation, webhook: Served
) -> None:
    async def breaks(arrival: Arrival, out: Out) -> Taken:
        raise ZeroDivisionError(words_of(arrival))

    conversation.answer = breaks
    answers = [(await webhook.post(UPDATE)).status_code for _ in range(5)]
    assert answers == [503, 503, 503, 503, 200]


async def test_what_still_fails_after_an_hour_is_acknowledged(
    conversation: ScriptedConversation, webhook: Served
) -> None:
    async def never(arrival: Arrival, out: Out) -> Taken:
        raise NotSent("down")

    conversation.answer = never
    old = int((datetime.now(UTC) - timedelta(minutes=61)).timestamp())
    assert (await webhook.post(UPDATE)).status_code == 503
    assert (await webhook.post({"update_id": 10, "message": UPDATE["message"] | {"date": old}})).status_code == 200


async def test_a_client_that_goes_away_halfway_harms_nobody(
    conversation: ScriptedConversation, webhook: Served
) -> None:
    parts = httpx.URL(webhook.url)
    _, writer = await asyncio.open_connection(parts.host, parts.port)
    writer.write(
        f"POST {parts.path} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 99\r\n\r\n{{".encode()
    )
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert not conversation.came
    assert (await webhook.post({"update_id": 9})).status_code == 200


async def test_once_stopped_it_asks_telegram_to_come_again(conversation: ScriptedConversation, webhook: Served) -> None:
    gate = Gate()

    async def slowly(arrival: Arrival, out: Out) -> Taken:
        await gate()
        return Taken.ANSWERED

    conversation.answer = slowly
    in_hand = asyncio.create_task(webhook.post(UPDATE))
    await gate.reached.wait()
    stopping = asyncio.create_task(webhook.channel.stop())
    await asyncio.sleep(0.01)
    assert (await webhook.post(UPDATE | {"update_id": 10, "message": None})).status_code == 503
    gate.open.set()
    await stopping
    assert (await in_hand).status_code == 200
