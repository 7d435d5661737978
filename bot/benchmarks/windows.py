"""aiogram-dialog: a window for each question, over its own stand-in for the messenger."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from aiogram import Dispatcher
from aiogram.filters import CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import StorageKey
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, StartMode, Window, setup_dialogs
from aiogram_dialog.test_tools import BotClient, MockMessageManager
from aiogram_dialog.test_tools.keyboard import InlineButtonTextLocator
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Column
from aiogram_dialog.widgets.text import Const, Format

from bot.benchmarks.conversation import DONE, FIRST, INPUTS, QUESTIONS, SLOTS, WAITING_AT, Input, after, text_at

_FIRST_ID = count(1)
_A_BLOCK = 10_000_000
"""Update ids of a session: they must never come twice, aiogram keeps what it knows of an update by its id."""


class JsonStorage(MemoryStorage):
    """Keeps what it is given as JSON, as a database would."""

    def __init__(self) -> None:
        super().__init__()
        self.written: dict[StorageKey, str] = {}

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        self.written[key] = json.dumps(data, separators=(",", ":"))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.written.get(key, "{}"))
        return data


class Triage(StatesGroup):
    """A state for each question, and one for the end."""

    safe = State()
    whose = State()
    adult = State()
    need = State()
    since = State()
    together = State()
    children = State()
    police = State()
    contact = State()
    hours = State()
    region = State()
    done = State()


class AiogramWindows:
    """A dispatcher with one dialog; who is where is kept in its storage."""

    name = "aiogram-dialog"
    package = "aiogram-dialog"
    saves = True

    def __init__(self) -> None:
        self._plain = _Bot(MemoryStorage())
        self._json = _Bot(JsonStorage())

    def talk(self, conversations: int, *, save: bool) -> list[str]:
        bot = self._json if save else self._plain
        texts: list[str] = []

        async def talking() -> None:
            client = bot.client(1)
            for _ in range(conversations):
                texts[:] = [await bot.take(client, one) for one in INPUTS]

        asyncio.run(talking())
        return texts

    def hold(self, sessions: int) -> object:
        bot = _Bot(MemoryStorage())
        asyncio.run(bot.wait(range(1, sessions + 1), WAITING_AT))
        return bot.dispatcher

    def stored(self) -> int:
        storage = JsonStorage()
        asyncio.run(_Bot(storage).wait([1], len(INPUTS) - 1))
        return sum(len(written.encode()) for written in storage.written.values())


class _Bot:
    """A dispatcher with the dialog in it, and the messages it would have sent."""

    def __init__(self, storage: MemoryStorage) -> None:
        self.dispatcher = Dispatcher(storage=storage)
        self._shown = MockMessageManager()  # type: ignore[no-untyped-call]
        self.dispatcher.include_router(Dialog(*map(_window, (*QUESTIONS, DONE))))
        self.dispatcher.message.register(_begin, CommandStart())
        setup_dialogs(self.dispatcher, message_manager=self._shown)

    def client(self, person: int) -> BotClient:
        client = BotClient(self.dispatcher, user_id=person, chat_id=person)
        client.last_update_id = next(_FIRST_ID) * _A_BLOCK
        return client

    async def take(self, client: BotClient, one: Input) -> str:
        """One turn, and what is shown in it."""
        if one.kind == "tap":
            shown = self._shown.last_message()
            label = next(question.labels[one.text] for question in QUESTIONS.values() if question.said == shown.text)
            self._shown.reset_history()  # type: ignore[no-untyped-call]
            await client.click(shown, InlineButtonTextLocator(label))
        else:
            self._shown.reset_history()  # type: ignore[no-untyped-call]
            await client.send("/start" if one.kind == "begin" else one.text)
        return self._shown.last_message().text or ""

    async def wait(self, people: Iterable[int], turns: int) -> None:
        """So many people, each of whom has taken the first turns."""
        for person in people:
            client = self.client(person)
            for one in INPUTS[:turns]:
                await self.take(client, one)


def _state(name: str) -> State:
    state: State = getattr(Triage, name)
    return state


async def _begin(message: Message, dialog_manager: DialogManager) -> None:
    await dialog_manager.start(_state(FIRST), mode=StartMode.RESET_STACK)


def _window(name: str) -> Window:
    if name == DONE:
        return Window(Const(text_at(DONE)), state=_state(DONE))
    question = QUESTIONS[name]

    async def answered(said: str, manager: DialogManager) -> None:
        option = question.heard.get(said)
        if option is not None:
            manager.dialog_data[name] = option
            await manager.switch_to(_state(after(name, manager.dialog_data)))

    async def tapped(callback: CallbackQuery, button: Button, manager: DialogManager) -> None:
        await answered(button.widget_id or "", manager)

    async def typed(message: Message, widget: MessageInput, manager: DialogManager) -> None:
        await answered(message.text or "", manager)

    async def slots(**_: Any) -> dict[str, Any]:
        return dict(SLOTS)

    return Window(
        Format(question.text),
        Column(*(Button(Const(label), id=option, on_click=tapped) for option, label in question.labels.items())),
        MessageInput(typed),
        state=_state(name),
        getter=slots,
    )
