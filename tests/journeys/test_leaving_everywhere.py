"""Leaving works on every channel, by every way out, from every state, whatever is broken; nobody after him learns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.rooms import Rooms
from bot.telegram.channel import TelegramChannel
from bot.terminal import CLEAR, Talk, talk
from bot.web import web_app
from tests.journeys.conftest import SECRET
from tests.support.anywhere import AtATerminal, OnTelegram, OnTheWeb, Somebody
from tests.support.botapi import FakeBotApi
from tests.support.patience import PATIENCE
from tests.support.world import Clock, served, world

WIFE = "this is his wife, what did he say"
HIS = ("leeds", "talk to someone", "recorded as meeting", "knife", "999")
FIRST = "Is it OK to chat here now?"

CHANNELS = ("telegram polling", "telegram webhook", "web without JavaScript", "web with JavaScript", "terminal")


@dataclass
class Place:
    """A channel of the whole program, and the people who come to it."""

    rooms: Rooms
    clock: Clock
    new: Callable[[], Somebody]

    async def breaks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The session database fails at every call from now on."""

        async def fails(*_: object, **__: object) -> None:
            raise OSError("disk")

        for name in ("leave", "wiped", "taken", "left", "find", "commit", "remember"):
            monkeypatch.setattr(self.rooms.sessions, name, fails)


@pytest.fixture(params=CHANNELS)
async def place(
    request: pytest.FixtureRequest, botapi: FakeBotApi, clock: Clock, tmp_path: Path
) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        rooms = await stack.enter_async_context(world(tmp_path, clock))
        if request.param == "terminal":
            yield Place(rooms, clock, lambda: AtATerminal(Talk(rooms.conversation)))
        elif request.param.startswith("web"):
            app = web_app(
                rooms.conversation,
                lifelines=rooms.lifelines,
                exit_url="https://www.example.org/",
                session_minutes=60,
                secure_cookies=False,
                clock=clock,
            )
            clients: list[httpx.AsyncClient] = []

            def browser() -> Somebody:
                clients.append(httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://chat.test"))
                return OnTheWeb(clients[-1], script=request.param == "web with JavaScript")

            yield Place(rooms, clock, browser)
            for client in clients:
                await client.aclose()
        else:
            channel = await _telegram(stack, botapi, rooms, clock, webhook=request.param.endswith("webhook"))
            rooms.conversation.erase_with("telegram", channel.erase)
            numbers = iter(range(5_550_100, 5_550_200))
            yield Place(rooms, clock, lambda: OnTelegram(botapi, botapi.man(next(numbers)), clock))


async def _telegram(
    stack: AsyncExitStack, botapi: FakeBotApi, rooms: Rooms, clock: Clock, *, webhook: bool
) -> TelegramChannel:
    channel = TelegramChannel(botapi.token, rooms.conversation, base_url=botapi.base_url, now=clock)
    stack.push_async_callback(channel.stop)
    if webhook:
        address = await stack.enter_async_context(served(Starlette(routes=channel.routes("/telegram", SECRET))))
        await channel.start_webhook(f"{address}/telegram", SECRET)
    else:
        await channel.start_polling()
    return channel


# --- where he may be when he has to go ------------------------------------------------------------------------------


async def at_the_first_question(man: Somebody, clock: Clock) -> None:
    await man.says("hello")


async def at_the_services(man: Somebody, clock: Clock) -> None:
    await man.says("hello")
    await man.taps("Yes")
    await man.taps("Talk to someone")
    await man.says("leeds")


async def in_an_interrupt(man: Somebody, clock: Clock) -> None:
    await man.says("hello")
    await man.taps("Yes")
    await man.says("shes got a knife")


async def asked_whether_it_is_ok_to_chat(man: Somebody, clock: Clock) -> None:
    await at_the_services(man, clock)
    clock.forward(minutes=11)
    await man.says("hello again")


async def told_about_privacy(man: Somebody, clock: Clock) -> None:
    await man.says("hello")
    await man.says("/privacy")


STATES: tuple[Callable[[Somebody, Clock], Awaitable[None]], ...] = (
    at_the_first_question,
    at_the_services,
    in_an_interrupt,
    asked_whether_it_is_ok_to_chat,
    told_about_privacy,
)


# --- leaving --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["the button", "/exit", "shes back", "x"])
async def test_every_way_out_leaves_from_every_state_and_whoever_comes_next_learns_nothing(
    place: Place, way: str
) -> None:
    stranger = place.new()
    await stranger.says(WIFE)
    met = await stranger.sees()
    assert FIRST in met
    for state in STATES:
        man = place.new()
        await state(man, place.clock)
        assert not man.is_out, state.__name__
        await _leaves(man, way)
        assert man.is_out, state.__name__
        place.clock.forward(seconds=3)
        await man.says(WIFE)
        seen = await man.sees()
        # The line that says he has left still stands in a chat of a messenger; for the rest she is any stranger.
        assert seen.removeprefix("All clear.").strip() == met.strip(), state.__name__
        assert not any(words in seen.lower() for words in HIS), state.__name__


async def _leaves(man: Somebody, way: str) -> None:
    if way == "the button":
        await man.taps("Leave now")
    else:
        await man.says(way)


async def test_who_looks_after_ten_idle_minutes_learns_nothing_even_before_he_left(place: Place) -> None:
    man = place.new()
    await at_the_services(man, place.clock)
    place.clock.forward(minutes=11)
    before = await man.sees() if isinstance(man, OnTelegram) else ""
    await man.says(WIFE)
    seen = (await man.sees()).removeprefix(before).strip()
    assert "OK to chat now?" in seen
    assert not any(words in seen.lower() for words in HIS)
    await man.says("what was it about")
    seen = (await man.sees()).removeprefix(before)
    assert "OK to chat now?" in seen
    assert not any(words in seen.lower() for words in HIS)


@pytest.mark.parametrize("words", ["shes back with a knife", "/exit shes got a knife", "gtg shes got a knife"])
async def test_danger_in_the_same_message_comes_before_leaving_and_the_way_out_is_one_tap_away(
    place: Place, words: str
) -> None:
    man = place.new()
    await at_the_services(man, place.clock)
    await man.says(words)
    assert not man.is_out
    assert "999" in await man.sees()
    await man.taps("Leave now")
    assert man.is_out


async def test_words_behind_the_command_that_are_no_danger_leave(place: Place) -> None:
    man = place.new()
    await at_the_services(man, place.clock)
    await man.says("exit")
    assert man.is_out
    on_telegram = place.new()
    if isinstance(on_telegram, OnTelegram):
        await at_the_services(on_telegram, place.clock)
        await on_telegram.says("/exit now please, she is coming")
        assert on_telegram.is_out


async def test_with_the_database_down_he_leaves_at_once_and_is_forgotten_when_it_is_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for state in STATES:
        man = place.new()
        await state(man, place.clock)
        place.clock.forward(seconds=2)
        with monkeypatch.context() as broken:
            await place.breaks(broken)
            await _leaves(man, "shes back")
            assert man.is_out, state.__name__
        await place.rooms.conversation.sweep()
        place.clock.forward(seconds=3)
        await man.says(WIFE)
        seen = await man.sees()
        assert FIRST in seen, state.__name__
        assert not any(words in seen.lower() for words in HIS), state.__name__


async def test_a_page_has_a_way_out_that_asks_nothing_of_the_conversation(place: Place) -> None:
    man = place.new()
    await at_the_services(man, place.clock)
    if isinstance(man, OnTheWeb):
        await man.taps("Leave this page")
        assert man.is_out
        place.clock.forward(seconds=3)
        assert "Before you start" in await man.sees()


async def test_at_a_terminal_the_screen_is_cleared(tmp_path: Path, clock: Clock) -> None:
    async with world(tmp_path, clock) as rooms:
        for way in ("x", "/exit", "shes back", "Leave now"):
            written: list[str] = []
            lines = iter(["Yes", "Talk to someone", "leeds", way])
            await talk(Talk(rooms.conversation), partial(next, lines, None), written.append)
            assert written[-1] == CLEAR


# --- what only a messenger's chat has -------------------------------------------------------------------------------


@pytest.fixture(params=[False, True], ids=["polling", "webhook"])
async def served_chat(
    request: pytest.FixtureRequest, botapi: FakeBotApi, clock: Clock, tmp_path: Path
) -> AsyncIterator[tuple[Rooms, OnTelegram]]:
    async with AsyncExitStack() as stack:
        rooms = await stack.enter_async_context(world(tmp_path, clock))
        channel = await _telegram(stack, botapi, rooms, clock, webhook=request.param)
        rooms.conversation.erase_with("telegram", channel.erase)
        yield rooms, OnTelegram(botapi, botapi.man(), clock)


@pytest.mark.parametrize("way", ["/exit", "shes back"])
async def test_while_a_turn_is_being_sent_he_leaves_and_what_was_sent_is_taken_back(
    served_chat: tuple[Rooms, OnTelegram], botapi: FakeBotApi, way: str
) -> None:
    _, man = served_chat
    await at_the_services(man, man.clock)
    botapi.slow_next("sendMessage", seconds=0.6, times=1, delivered=True)
    await man.man.says("tell me more")
    await botapi.changes.until(
        lambda: any("tell me more" in message.text for message in man.man.chat.messages),
        within=PATIENCE,
        otherwise=lambda: "nothing came",
    )
    man.clock.forward(seconds=2)
    await man.man.says(way)
    await man.man.sees(lambda standing: [message.text for message in standing] == ["All clear."])
    await botapi.settled()
    assert man.is_out


async def test_messages_that_are_gone_already_are_no_trouble(served_chat: tuple[Rooms, OnTelegram]) -> None:
    _, man = served_chat
    await at_the_services(man, man.clock)
    standing = man.man.chat.messages
    man.man.deletes(standing[0], standing[-1])
    await man.says("/exit")
    assert man.is_out


async def test_messages_too_old_to_delete_are_counted_and_the_others_go(
    served_chat: tuple[Rooms, OnTelegram],
) -> None:
    _, man = served_chat
    await at_the_services(man, man.clock)
    await man.man.sends_dice()  # which Telegram lets nobody delete for a day
    await man.api.settled()
    await man.says("/exit")
    (_, last) = man.man.chat.messages
    assert "All clear but for 1 message" in last.text
    man.clock.forward(seconds=3)
    await man.says(WIFE)
    seen = await man.sees()
    assert FIRST in seen
    assert not any(words in seen.lower() for words in HIS)


async def test_with_telegram_failing_to_delete_the_rest_goes_and_the_sweep_tries_again(
    served_chat: tuple[Rooms, OnTelegram], botapi: FakeBotApi
) -> None:
    rooms, man = served_chat
    await at_the_services(man, man.clock)
    botapi.fail_next("deleteMessages", status=500, times=50)
    botapi.fail_next("deleteMessage", status=500, times=500)
    man.clock.forward(seconds=2)
    await man.man.says("shes back")
    await man.man.sees("All clear but for")
    await botapi.settled()
    botapi.forget()
    for _ in range(3):
        man.clock.forward(minutes=6)
        await rooms.conversation.sweep()
    assert [message.text for message in man.man.chat.messages if "All clear" not in message.text] == []


async def test_nothing_is_ever_written_first(served_chat: tuple[Rooms, OnTelegram], botapi: FakeBotApi) -> None:
    rooms, man = served_chat
    silent = botapi.man(5_550_777)
    await at_the_services(man, man.clock)
    said = len(botapi.calls_of("sendMessage"))
    for _ in range(60):
        man.clock.forward(hours=1)
        await rooms.conversation.sweep()
    assert len(botapi.calls_of("sendMessage")) == said
    assert silent.chat.messages == ()
    assert man.man.chat.messages == ()
