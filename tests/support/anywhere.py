"""One man on any channel, over the whole program: what he says and taps, and what is before him then."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Protocol

import httpx

from bot.terminal import Talk
from tests.support.botapi import FakeBotApi, Man
from tests.support.world import Clock


class Somebody(Protocol):
    """A man in a chat, whatever the channel."""

    async def says(self, text: str) -> None:
        """He types this and sends it; returns once it is answered, or settled in silence."""
        ...

    async def taps(self, label: str) -> None:
        """He taps the newest button of this label."""
        ...

    async def sees(self) -> str:
        """All that is before him."""
        ...

    @property
    def is_out(self) -> bool:
        """Did the last thing he did take him out of the chat?"""
        ...


@dataclass
class OnTelegram:
    """On Telegram, over real HTTP to a Bot API that behaves as Telegram's does."""

    api: FakeBotApi
    man: Man
    clock: Clock

    async def says(self, text: str) -> None:
        self.clock.forward(seconds=2)  # Telegram tells time in whole seconds
        await self.man.says(text)
        await self.api.settled()

    async def taps(self, label: str) -> None:
        self.clock.forward(seconds=2)
        await self.man.taps(label)
        await self.api.settled()

    async def sees(self) -> str:
        return "\n\n".join(message.text for message in self.man.chat.messages)

    @property
    def is_out(self) -> bool:
        return [message.text for message in self.man.chat.messages] == ["All clear."]


@dataclass
class OnTheWeb:
    """In a browser: without JavaScript it follows forms, with it the page's script asks for the part that changes."""

    client: httpx.AsyncClient
    script: bool
    page: str = ""
    is_out: bool = False

    async def says(self, text: str) -> None:
        await self._sends({"words": text})

    async def taps(self, label: str) -> None:
        if not self.page:
            await self.sees()
        if label == "Leave this page":
            await self._sends({"script": "1"} if self.script else {}, to="/leave")
            return
        buttons = re.findall(r'<button[^>]*value="([^"]*)"[^>]*>([^<]*)</button>', self.page)
        found = [token for token, shown in buttons if html.unescape(shown) == label]
        assert found, f"no button {label!r} on {self.page}"
        await self._sends({"token": html.unescape(found[-1])})

    async def sees(self) -> str:
        self.page = (await self.client.get("/", headers={"X-Part": "1"} if self.script else {})).text
        return re.sub(r"<[^>]+>", " ", self.page)

    async def _sends(self, form: dict[str, str], to: str = "/") -> None:
        nonces = re.findall(r'name="nonce" value="([^"]*)"', self.page)
        headers = {"Sec-Fetch-Site": "same-origin"} | ({"X-Part": "1"} if self.script else {})
        answer = await self.client.post(to, data={"nonce": nonces[-1] if nonces else "", **form}, headers=headers)
        self.is_out = answer.status_code == 204 or answer.headers.get("location", "").startswith("https://")
        if self.is_out:
            self.page = ""
        elif answer.status_code == 303:
            self.page = (await self.client.get("/")).text
        else:
            self.page = answer.text


@dataclass
class AtATerminal:
    """At a keyboard; each time he leaves, whoever types next is somebody else."""

    talk: Talk
    seen: str = ""
    is_out: bool = False
    begun: bool = field(default=False, repr=False)

    async def says(self, text: str) -> None:
        if not self.begun:
            await self.talk.begin()
            self.begun = True
        turn = await self.talk.say(text)
        self.is_out, self.talk.left = self.talk.left, False
        self.seen = "" if self.is_out or turn is None else "\n".join(message.text for message in turn.messages)

    async def taps(self, label: str) -> None:
        await self.says(label)

    async def sees(self) -> str:
        return self.seen
