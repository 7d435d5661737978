"""Leaving, being forgotten and vanishing: what ends a conversation, whatever else is going on."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.arrival import Address, Arrival, Erased, Gone, NotSent, Out, Taken, Tapped
from bot.sessions import BackSince, LaneBusy, Leaving, Sessions
from bot.stores import STORE_TROUBLE, in_time
from safety import envelope

log = logging.getLogger(__name__)

TOO_LATE_AFTER = timedelta(hours=1)
"""To answer a message that waited longer than this would be to write first."""

WIPE_WITHIN = timedelta(seconds=5)
"""How long the sweep waits for a turn of the same man; he is not clearing his chat by silence then."""

CHATS_AT_ONCE = 100
CLEARS_FOR = timedelta(seconds=20)
"""So many chats that have gone quiet are looked up at once, until none is left or the sweep has other things to do."""

_BEFORE, _AFTER = 79, 20
"""How many ids are tried around the last that is known; Telegram takes a hundred in one request."""

Eraser = Callable[[str, Sequence[int]], Awaitable[Erased]]


class Departures:
    """Forgets men and clears their chats: when they leave, block the bot, or fall silent."""

    def __init__(self, sessions: Sessions, clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._clock = clock
        self._erasers: dict[str, Eraser] = {}
        self._unforgotten: dict[Address, Leaving] = {}

    def erase_with(self, channel: str, eraser: Eraser) -> None:
        """How the sweep deletes messages in the chats of a channel."""
        self._erasers[channel] = eraser

    def waiting(self, address: Address) -> Leaving | None:
        """A leaving that could not be carried out yet because the store was down."""
        return self._unforgotten.get(address)

    async def leave(self, arrival: Arrival, out: Out, now: datetime) -> Taken:
        """Forget him and clear the chat, whatever else is going on. Never waits for a turn in hand."""
        address = arrival.address
        standing = [arrival.message] if arrival.message is not None else []
        if isinstance(arrival.what, Tapped) and arrival.what.on is not None:
            standing.append(arrival.what.on)
        newest = max(standing, default=0)
        # A tap carries no time. What he sends next is told by the messenger's clock, so this is too.
        asked_at = arrival.sent_at or now - arrival.ahead
        stored, back = True, False
        try:
            if arrival.update is not None and await in_time(self._sessions.taken(address, arrival.update)):
                return Taken.REPEATED
            leaving = self._sessions.leave(address, now, sent_at=asked_at, update=arrival.update)
            kept = await in_time(leaving)
            self._unforgotten.pop(address, None)
        except BackSince as since:
            # The process died as he left, and he has come back: what stands there since is not what he left.
            back = True
            kept = tuple(message for message in since.messages if message < newest)
        except STORE_TROUBLE:
            stored = False
            kept = ()
            self._forget_later(address, Leaving(now, asked_at))
        # What a dying process had just sent was never recorded, and all ids may be out of reach (the store is down, the
        # key file lost). Those around the last that is known are most likely his chat's; other chats are not touched,
        # for an erase names one.
        guessed = _around((*kept, *standing), after=isinstance(arrival.what, Tapped) and not back)
        if not kept:
            kept, guessed = guessed, ()
        erased = await out.erase(sorted({*kept, *standing}))
        if guessed and not back:
            # What of these cannot be deleted was most likely never there.
            await out.erase(guessed)
        if arrival.age(now) <= TOO_LATE_AFTER and not back:
            try:
                await out.send(envelope.left(remaining=len(erased.left)), onto=None)
            except (Gone, NotSent):
                # The chat is cleared; the line was a courtesy.
                log.info("The line after leaving could not be sent.")
        if stored:
            try:
                # Only now is it settled: should the process die before, the exit comes again and clears the rest.
                tried = (*kept, *standing)
                await in_time(self._sessions.wiped(address, tried, erased.left, now, update=arrival.update))
            except STORE_TROUBLE:
                log.error("An erase could not be recorded; the sweep looks after the chat.")
        return Taken.LEFT

    def _forget_later(self, address: Address, leaving: Leaving) -> None:
        """The store is down: what can be deleted now is; he is forgotten as soon as the store is back."""
        log.error("The session store is down while somebody leaves; he is forgotten when it is back.")
        self._unforgotten[address] = leaving

    async def carry_out(self, address: Address) -> None:
        """Carry out a leaving that had to wait for the store, before anything is said from what it holds."""
        leaving = self._unforgotten.pop(address, None)
        if leaving is None:
            return
        try:
            await self._sessions.leave(address, leaving.at, sent_at=leaving.sent_at)
        except BaseException:
            self._unforgotten.setdefault(address, leaving)
            raise

    async def forget(self, address: Address, out: Out | None, *, sent_at: datetime | None = None) -> None:
        """He blocked the bot, at ``sent_at`` if that is known: forget him at once and try to clear the chat."""
        now = self._clock()
        try:
            messages = await in_time(self._sessions.leave(address, now, sent_at=sent_at))
            if out is not None and messages:
                erased = await out.erase(messages)
                await in_time(self._sessions.wiped(address, messages, erased.left, now))
        except STORE_TROUBLE:
            self._forget_later(address, Leaving(now, sent_at or now))

    async def sweep(self) -> None:
        """Clear the chats that have gone quiet, then delete what has run out. Runs at start and on a timer."""
        for address in list(self._unforgotten):
            await self.carry_out(address)
        ends = self._clock() + CLEARS_FOR
        tried: set[Address] = set()
        while await self._clear_some(tried) and self._clock() < ends:
            pass
        await self._sessions.sweep(self._clock())

    async def _clear_some(self, tried: set[Address]) -> bool:
        """Clear some of the chats that have gone quiet and were not tried yet; may there be more?"""
        due = await self._sessions.due_wipes(self._clock(), CHATS_AT_ONCE)
        wipes = [wipe for wipe in due if wipe.address not in tried]
        for wipe in wipes:
            tried.add(wipe.address)
            eraser = self._erasers.get(wipe.address.channel)
            if eraser is not None:
                await self._wipe(wipe.address, eraser)
        return len(due) == CHATS_AT_ONCE and bool(wipes)

    async def _wipe(self, address: Address, eraser: Eraser) -> None:
        """Clear a chat in its lane: he may be back, and what stands before him now must not go."""
        try:
            async with self._sessions.lane(address, self._clock, WIPE_WITHIN):
                if messages := await self._sessions.still_due(address, self._clock()):
                    erased = await eraser(address.chat, messages)
                    await self._sessions.wiped(address, messages, erased.left, self._clock())
        except LaneBusy:
            log.info("A chat that was to be cleared is in use.")

    async def silence(self, arrival: Arrival, out: Out, messages: Sequence[int]) -> None:
        """Delete these messages of an arrival that gets no answer, and remember that it got none: should it come again
        when he is back, a tap has no time to tell it by.
        """
        await self.erase(arrival.address, out, messages)
        if arrival.update is not None:
            try:
                await in_time(self._sessions.settle(arrival.address, arrival.update, self._clock()))
            except STORE_TROUBLE:
                log.warning("It could not be recorded that something gets no answer.")

    async def erase(self, address: Address, out: Out, messages: Sequence[int]) -> None:
        """Delete these messages; what cannot be deleted now is left to the sweep."""
        erased = await out.erase(messages)
        if erased.left:
            try:
                await self._sessions.wiped(address, messages, erased.left, self._clock())
            except STORE_TROUBLE:
                log.error("Messages that had to go still stand in a chat, and that could not be recorded.")


def _around(known: Sequence[int], *, after: bool) -> tuple[int, ...]:
    """The ids next to the last of those known, and not among them; those that come after it only if so asked: his own
    message is the last in the chat when he writes it, a message with a button that he taps may not be.
    """
    last = max(known, default=0)
    if not last:
        return ()
    every = range(max(1, last - _BEFORE), last + (_AFTER if after else 0) + 1)
    return tuple(sorted(set(every) - set(known)))
