"""One man's chat at Telegram, in memory: just enough of the Bot API for turns to be sent, edited and deleted.

:mod:`tests.support.botapi` is the strict fake. This one has no network in it, so that every await of a turn can be
counted, and it can fail at any request: before it was done, or after, when only the answer is lost.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
from telegram import Bot, error
from telegram.request import BaseRequest, RequestData

CHAT = 4_200_000_001
TOKEN = "123456789:AAsmallsmallsmallsmallsmallsmallsma"

Json = dict[str, Any]


@dataclass
class SmallTelegram:
    """The chat as it stands. ``said`` is every text that the bot has shown, in order, edits too."""

    clock: Callable[[], datetime]
    standing: dict[int, Json] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    updates: int = 900_000_000
    messages: int = 0

    def bot(self, asked: Callable[[str], None] = lambda _: None) -> Bot:
        """A bot that talks to this chat; ``asked`` is called before and after each request, and may raise."""
        requests = _Requests(self, asked)
        return Bot(TOKEN, base_url="https://telegram.test/bot", request=requests, get_updates_request=requests)

    # what he does, as the updates that Telegram makes of it

    def he_types(self, text: str) -> Json:
        """He writes something."""
        number = self._put({"text": text})
        return self._update({"message": self._message(number, text)})

    def he_taps(self, label: str) -> Json:
        """He taps the newest button with this label."""
        for number, shown in reversed(self.standing.items()):
            for row in shown.get("rows", ()):
                for button in row:
                    if button["text"] == label:
                        query = {"id": "77", "from": _HIM, "chat_instance": "1", "data": button["callback_data"]}
                        return self._update({"callback_query": query | {"message": self._message(number, "")}})
        raise LookupError(f"no button {label!r}")

    def he_blocks(self) -> Json:
        """He blocks the bot."""
        change = {
            "chat": _CHAT,
            "from": _HIM,
            "date": self._now(),
            "old_chat_member": {"user": _BOT, "status": "member"},
        }
        return self._update(
            {"my_chat_member": change | {"new_chat_member": {"user": _BOT, "status": "kicked", "until_date": 0}}}
        )

    @property
    def texts(self) -> list[str]:
        """What of the bot's stands in the chat."""
        return [shown["text"] for shown in self.standing.values() if "rows" in shown]

    # what the bot does

    def answer(self, method: str, asked: Json) -> tuple[int, Json]:
        """The status and the body of Telegram's answer."""
        match method:
            case "sendMessage":
                self.said.append(asked["text"])
                number = self._put({"text": asked["text"], "rows": _rows(asked)})
                return 200, {"ok": True, "result": self._message(number, asked["text"])}
            case "editMessageText":
                return self._edited(int(asked["message_id"]), {"text": asked["text"], "rows": _rows(asked)})
            case "deleteMessages":
                for number in asked["message_ids"]:
                    self.standing.pop(number, None)
                return 200, {"ok": True, "result": True}
            case "answerCallbackQuery":
                return 200, {"ok": True, "result": True}
            case _:
                raise AssertionError(f"no turn has a use for {method}")

    def _edited(self, number: int, shown: Json) -> tuple[int, Json]:
        if number not in self.standing:
            return 400, {"ok": False, "description": "Bad Request: message to edit not found"}
        self.said.append(shown["text"])
        if self.standing[number] == shown:
            return 400, {"ok": False, "description": "Bad Request: message is not modified"}
        self.standing[number] = shown
        return 200, {"ok": True, "result": self._message(number, shown["text"])}

    def _put(self, shown: Json) -> int:
        self.messages += 1
        self.standing[self.messages] = shown
        return self.messages

    def _message(self, number: int, text: str) -> Json:
        return {"message_id": number, "from": _HIM, "chat": _CHAT, "date": self._now(), "text": text}

    def _update(self, content: Json) -> Json:
        self.updates += 1
        return {"update_id": self.updates, **content}

    def _now(self) -> int:
        return int(self.clock().timestamp())


class LostOnTheWay(error.NetworkError):
    """A request of which nobody knows whether it was done."""

    def __init__(self) -> None:
        super().__init__("lost")
        self.__cause__ = aiohttp.ServerDisconnectedError()


class _Requests(BaseRequest):
    def __init__(self, world: SmallTelegram, asked: Callable[[str], None]) -> None:
        self._world = world
        self._asked = asked

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
        name = url.rpartition("/")[2]
        await asyncio.sleep(0)
        self._asked(f"before {name}")
        status, answer = self._world.answer(name, _asked(request_data))
        await asyncio.sleep(0)
        self._asked(f"after {name}")
        return status, json.dumps(answer).encode()


def _asked(data: RequestData | None) -> Json:
    given: Json = data.parameters if data is not None else {}
    return given


def _rows(asked: Json) -> list[Any]:
    rows: list[Any] = asked["reply_markup"]["inline_keyboard"] if asked.get("reply_markup") else []
    return rows


_CHAT: Json = {"id": CHAT, "type": "private", "first_name": "Bartholomewcanary"}
_HIM: Json = {"id": CHAT, "is_bot": False, "first_name": "Bartholomewcanary"}
_BOT: Json = {"id": 7_012_345_678, "is_bot": True, "first_name": "Fingerpost"}
