"""The load: men who walk through the conversation one step after the other, and note what they are shown."""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from bot.arrival import Address
from bot.sessions import Sessions
from tests.endurance.killing.hearing import Diverged, Hearing, Repeats, Reply
from tests.endurance.killing.oracle import UNSERVED, Due, Oracle, standing_of
from tests.endurance.killing.walks import Action, Away, Taps, Walk, at_once, clock, does
from tests.support.botapi import FakeBotApi, Man, Sent, Tap

_NEUTRAL: Final = "All clear"
_LOOKS_AGAIN: Final = 5.0


class Wronged(Exception):
    """A promise was broken for one man. The message says which."""


class _Overtaken(Exception):
    """He tapped what a dying process had shown and not kept, and the tap came before the message that comes again.

    A messenger hands in taps beside messages. The bot cannot know that button yet, shows where he stands, and then
    answers the message once more. Nothing is lost, but what follows is no longer certain.
    """


class _Unserved(Exception):
    """The directory did not answer in time, and he was told so: on a busy machine that is no fault."""


@dataclass(slots=True, eq=False)
class Life:
    """One man's walk as it went."""

    walk: Walk
    man: Man
    due: Due
    eager: bool
    """He goes on as soon as he sees the answer; others not before the bot has kept it."""
    hearing: Hearing = field(default_factory=Hearing)
    did: list[tuple[float, Action]] = field(default_factory=list)
    heard_first: dict[int, float] = field(default_factory=dict)
    """When the first reply of each turn came."""
    waits: list[tuple[float, float]] = field(default_factory=list)
    """When he did something, and how many seconds he then waited for the whole answer."""
    read: int = 0
    sent: list[Sent | Tap] = field(default_factory=list)
    unkept: int | None = None
    """The first action that he went on from before the bot had kept its answer."""
    overtaken: bool = False
    unserved: bool = False
    ended_at: float = 0.0
    left_over: int = 0
    """Messages that stand in his chat although he has left: a dying process had just sent them, or they wait for the
    sweep."""

    @property
    def repeats(self) -> int:
        """How often something came again; 0 where that is not certain."""
        return self.hearing.repeats[0].total if self.hearing.complete else 0

    def transcript(self) -> str:
        """What he did and what he was shown, by the clock."""
        offset = time.time() - time.monotonic()
        lines = [(at + offset, f"he  {action}") for at, action in self.did]
        for shown in self.man.chat.told:
            at = (shown.edited_at or shown.sent_at).timestamp()
            how = "edit" if shown.edited_at else "new "
            lines.append((at, f"bot {how} {shown.id}: {shown.text.splitlines()[0]} | {_middle(shown.text)!r}"))
        told = [f"  {clock(at)} {line}" for at, line in sorted(lines)]
        return "\n".join([f"{self.walk.name} (chat {self.man.chat.id})", *told])


class Load:
    """Men at one Telegram. ``kills`` is the list of moments at which a process was killed, which grows meanwhile."""

    def __init__(
        self,
        api: FakeBotApi,
        oracle: Oracle,
        kills: Sequence[float],
        choice: random.Random,
        *,
        thinks: Callable[[], float],
        patience: float,
        in_order: bool,
    ) -> None:
        """``in_order``: what one man does reaches the bot in order, whatever it is. A webhook hands in taps beside
        messages."""
        self._api = api
        self._oracle = oracle
        self._kills = kills
        self._choice = choice
        self._thinks = thinks
        self._patience = patience
        self._in_order = in_order
        self.sessions: Sessions | None = None
        self.walking: set[Life] = set()
        self.walked: list[Life] = []
        self.wronged: list[tuple[Life, str]] = []
        self.turns = 0

    async def lives(self, walk: Walk, chat: int) -> Life:
        """One man walks one walk to its end. What goes wrong is kept in ``wronged``."""
        life = Life(walk, self._api.man(chat), await self._oracle.due(walk), self._choice.random() < 0.5)
        self.walking.add(life)
        try:
            await self._walks(life)
            life.ended_at = time.monotonic()
            await self._is_judged(life)
        except Wronged as wrong:
            self.wronged.append((life, str(wrong)))
        except _Overtaken:
            life.overtaken = True
            await self._is_settled(life)
        except _Unserved:
            life.unserved = True
        finally:
            life.ended_at = life.ended_at or time.monotonic()
            self.walking.discard(life)
            self.walked.append(life)
        return life

    async def answers_somebody(self, *, within: float) -> None:
        """Wait until somebody has been answered from now on, or so many seconds."""
        before = self.turns
        with contextlib.suppress(AssertionError):
            await self._api.changes.until(lambda: self.turns > before, within=within, otherwise=str)

    async def _walks(self, life: Life) -> None:
        for number, step in enumerate(life.walk.steps):
            if isinstance(step, Away):
                await asyncio.sleep(step.seconds)
                continue
            await asyncio.sleep(self._thinks())
            if not life.eager:
                await self._until(life, lambda: _kept(life), "acknowledged")
            elif life.unkept is None and not _kept(life):
                life.unkept = len(life.did) - 1
            certain = not (life.walk.hasty and number == len(life.walk.steps) - 1)
            began = time.monotonic()
            for action in at_once(step):
                if certain:
                    life.hearing.due(life.due.turns[len(life.did)])
                life.did.append((time.monotonic(), action))
                try:
                    life.sent.append(await does(life.man, action))
                except LookupError as gone:
                    raise self._wrong(life, f"what he was shown is gone again: {gone}") from None
            if certain:
                await self._is_answered(life)
                life.waits.append((began, time.monotonic() - began))
                self.turns += len(at_once(step))
        await self._until(life, lambda: _kept(life), "acknowledged")
        if life.walk.hasty:
            # A turn in hand may still show something after that, and takes it back.
            await self._until(life, lambda: _is_told_that_he_left(life), "told that he has left")
            self.turns += 2
        elif self._reads(life):
            raise self._wrong(life, "he was shown more than he was due")

    async def _is_settled(self, life: Life) -> None:
        """Everything he sent is seen to in the end, and he stands somewhere on his way."""
        try:
            await self._until(life, lambda: all(each.acknowledged or each.lost for each in life.sent), "acknowledged")
            if self.sessions is not None:
                standing = await standing_of(self.sessions, life.man.chat.id)
                if standing is not None and standing.places not in [each.places for each in life.due.standings if each]:
                    raise Wronged(f"he stands where he cannot have come to: {standing}")
        except _Overtaken:
            return
        except Wronged as wrong:
            self.wronged.append((life, str(wrong)))

    def _wrong(self, life: Life, what: str) -> Exception:
        """That a promise was broken, unless he was overtaken, or the directory was too slow."""
        if any(UNSERVED in shown.text for shown in life.man.chat.told):
            return _Unserved()
        if (
            not self._in_order
            and life.unkept is not None
            and self._kills_since(life.did[life.unkept][0])
            # What he says comes in its order by webhook too: nothing but a tap can overtake or be overtaken.
            and any(isinstance(action, Taps) for _, action in life.did[life.unkept :])
        ):
            return _Overtaken()
        return Wronged(what)

    def _kills_since(self, began: float, until: float = math.inf) -> int:
        return sum(began <= kill <= until for kill in self._kills)

    async def _is_answered(self, life: Life) -> None:
        while True:
            diverged = False

            def settled() -> bool:
                nonlocal diverged
                diverged = self._reads(life)
                return diverged or life.hearing.complete

            await self._until(life, settled, "answered")
            if not diverged:
                return
            # It may have become another hour since he began.
            for turn, form in enumerate((await self._oracle.due(life.walk)).turns[: len(life.did)]):
                life.hearing.also(turn, form)
            if self._reads(life):
                seen = life.man.chat.told[life.read]
                raise self._wrong(life, f"he was shown what he was not due: {_middle(seen.text)!r} {seen.buttons}")

    def _reads(self, life: Life) -> bool:
        """He reads what is new. True: the next thing is none that he is due."""
        for shown in life.man.chat.told[life.read :]:
            try:
                life.hearing.shown(Reply.of(shown))
            except Diverged:
                return True
            life.read += 1
            life.heard_first.setdefault(life.hearing.reached, time.monotonic())
        return False

    async def _until(self, life: Life, holds: Callable[[], bool], what: str) -> None:
        gives_up = time.monotonic() + self._patience
        while True:
            try:
                await self._api.changes.until(holds, within=_LOOKS_AGAIN, otherwise=str)
                return
            except AssertionError:
                if _kept(life):
                    raise self._wrong(life, f"all was acknowledged, and he was not {what}") from None
                if time.monotonic() > gives_up:
                    raise self._wrong(life, f"he was not {what} within {self._patience:.0f} s") from None
            for number, each in enumerate(life.sent):
                action = life.did[number][1]
                # Telegram keeps a tap for 150 seconds; a man whose button does nothing taps again.
                if each.lost and isinstance(action, Taps):
                    try:
                        life.sent[number] = await does(life.man, action)
                    except LookupError:
                        # What it led to was shown and not kept, and comes no second time.
                        raise _Overtaken from None
                elif each.lost:
                    raise Wronged(f"what he sent was lost: {each.lost}")

    async def _is_judged(self, life: Life) -> None:
        if not life.walk.hasty and not any(self._is_explained(life, each) for each in life.hearing.repeats):
            raise Wronged(f"turns were repeated without a kill: {life.hearing.repeats}")
        if self.sessions is None:
            return
        standing = await standing_of(self.sessions, life.man.chat.id)
        if standing != (None if life.walk.leaves else life.due.standings[-1]):
            raise Wronged(f"he stands at {standing}, not at {life.due.standings[-1]}")
        if life.walk.leaves:
            await self._has_left(life, self.sessions)

    def _is_explained(self, life: Life, repeats: Repeats) -> bool:
        """Was there a kill for every repeat, while that turn was under way?"""
        return all(
            again <= self._kills_since(life.did[turn][0], life.heard_first.get(turn + 1, life.ended_at))
            for turn, again in enumerate(repeats.of_turns)
        )

    async def _has_left(self, life: Life, sessions: Sessions) -> None:
        """His chat is clear, but for what a dying process had sent, and what the sweep knows that it has to clear."""
        standing = [shown for shown in life.man.chat.messages if not shown.text.startswith(_NEUTRAL)]
        _, to_be_swept = await sessions.find(Address("telegram", str(life.man.chat.id)), datetime.now(UTC))
        for_ever = [shown for shown in standing if shown.id not in to_be_swept]
        told = [f"{shown.id}: {_middle(shown.text)}" for shown in for_ever]
        if any(not shown.from_bot for shown in for_ever):
            raise Wronged(f"he left, and his own messages stand for ever: {told}")
        if for_ever and not self._kills_since(life.did[0][0], life.ended_at):
            raise Wronged(f"he left, and without any kill these stand for ever: {told}")
        life.left_over = len(standing)

    async def audit(self, few: int) -> None:
        """Look where some of those who are walking stand: at a place they can have come to."""
        assert self.sessions is not None
        certain = sorted(
            (life for life in self.walking if not life.walk.hasty and life.did), key=lambda life: life.read
        )
        for life in self._choice.sample(certain, min(few, len(certain))):
            standing = await standing_of(self.sessions, life.man.chat.id)
            may_be = (None, *life.due.standings[: len(life.did)])
            if standing not in may_be and life in self.walking:
                self.wronged.append((life, f"he stands where he cannot have come to: {standing}"))


def _is_told_that_he_left(life: Life) -> bool:
    return any(shown.text.startswith(_NEUTRAL) for shown in life.man.chat.told)


def _kept(life: Life) -> bool:
    return all(each.acknowledged for each in life.sent)


def _middle(text: str) -> str:
    """What sets a message apart from others: neither its bland first line nor the helpline."""
    parts = text.split("\n\n")
    return parts[min(1, len(parts) - 1)][:90]
