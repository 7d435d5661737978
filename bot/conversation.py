"""The turn: screen, step, find, surround, send, remember.

One arrival in, one turn out, in this order: leaving first; then the man's lane (his turns happen one after
the other); then whether this update was already answered, or was sent before he left; then danger in his
words, the flow's step, with the directory answering what the flow asks, and the envelope
(:mod:`bot.answering`); then the sending; and only after that the commit (:mod:`bot.delivering`). A crash before
the commit leaves things as they were, and the same arrival then leads to the same turn. The caller acknowledges
upstream when :meth:`Conversation.take` returns.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot import turns
from bot.answering import ERASABLE_CHANNELS, LATE_AFTER, SHOWN_FIRST, Opened, answer, answer_late, is_idle, with_said
from bot.arrival import Address, Arrival, Commanded, Gone, NotSent, Out, Taken, Tapped, Unreadable
from bot.delivering import Delivery, InHand
from bot.departures import TOO_LATE_AFTER, Departures, Eraser
from bot.noticing import Noticing
from bot.quiet import describe
from bot.sessions import Held, Known, LaneBusy, Leaving, Session, Sessions
from bot.stepping import Stepping
from bot.stores import STORE_TROUBLE
from bot.versions import Resumed, Versions
from dialogs.engine import Begin, Interrupt, Show, State, StateError
from safety import envelope
from safety.envelope import Turn

log = logging.getLogger(__name__)

TURN_WITHIN = timedelta(seconds=20)
"""A turn ends within this time, whatever hangs."""

_TAPS_LIVE_FOR = timedelta(seconds=150)
"""How long Telegram may still deliver a tap: taps carry no time of their own."""

_NOTE = Unreadable("service")
"""The messenger's own note (a timer was set, something was pinned): not his words, but to be erased too."""


class Conversation:
    """Everything that is decided between a man and his channel. One instance serves all channels."""

    def __init__(
        self,
        *,
        versions: Versions,
        sessions: Sessions,
        clock: Callable[[], datetime],
        pause: Callable[[], str | None] = lambda: None,
        noticing: Noticing | None = None,
    ) -> None:
        """``pause`` is what everybody is told while the bot is paused; None while it is not. ``noticing`` passes on and
        counts what turns come to; without it nothing is.
        """
        self._versions = versions
        self._sessions = sessions
        self._clock = clock
        self._pause = pause
        self._noticing = noticing
        self._departures = Departures(sessions, clock)
        self._delivery = Delivery(sessions, self._departures, clock)

    def erase_with(self, channel: str, eraser: Eraser) -> None:
        """How the sweep deletes messages in the chats of a channel."""
        self._departures.erase_with(channel, eraser)

    # --- what channels call -------------------------------------------------------------------------------

    async def take(self, arrival: Arrival, out: Out) -> Taken:
        """Answer one arrival. Returns when all is committed and the arrival may be acknowledged upstream.

        Raises :class:`NotSent` when nothing was committed and the same arrival should be tried again.
        """
        began = self._clock()
        try:
            arrival = turns.heard(arrival)
            leaves = turns.wants_out(arrival)
        except Exception as fault:
            log.error("It could not be told whether somebody leaves (%s).", describe(fault))
            leaves = isinstance(arrival.what, Commanded) and arrival.what.name == "exit"
        if leaves:
            return await self._departures.leave(arrival, out, began)
        try:
            return await self._take_in_order(arrival, out, began)
        except Gone:
            await self._departures.forget(arrival.address, out, sent_at=arrival.sent_at)
            await self._delivery.stay_silent(arrival, out)
            return Taken.SILENT

    async def _take_in_order(self, arrival: Arrival, out: Out, began: datetime) -> Taken:
        shown: list[int] = []
        try:
            async with asyncio.timeout(TURN_WITHIN.total_seconds()) as limit:
                await self._departures.carry_out(arrival.address)
                address, update = arrival.address, arrival.update
                async with self._sessions.turn(address, update, self._clock, TURN_WITHIN) as lane:
                    return await self._answer(arrival, out, began, lane, shown)
        except LaneBusy:
            raise NotSent("another turn of the same chat did not end in time") from None
        except STORE_TROUBLE as trouble:
            # A TimeoutError is an OSError too; only a store's own is the store's trouble.
            if limit.expired():
                raise NotSent("the turn did not end in time") from None
            log.error("The session store failed (%s); a man was given the helpline.", type(trouble).__name__)
        except (Gone, NotSent):
            raise
        except Exception as fault:
            # Whatever we did wrong, he is the last who should be left without an answer for it.
            log.error("A turn failed by a fault of ours (%s); a man was given the helpline.", describe(fault))
        return await self._answer_unkept(arrival, out, began, shown)

    async def show(self, address: Address) -> Turn:
        """The present turn, stepping and keeping nothing. A stranger sees the first one."""
        now, pause = self._clock(), self._pause()
        session, resumed = await self._find_session(address, now)
        if pause is not None and (resumed is None or not resumed.stepping.is_interrupted(resumed.state)):
            shown = resumed or Resumed(self._versions.current, self._versions.current.start())
            waits = session is not None and session.danger is not None
            return shown.stepping.paused(pause, shown.state, now, waits=waits)
        if session is None or resumed is None:
            stepping = self._versions.current
            state, replies = await stepping.step(stepping.start(), Begin(), now, address.channel)
        elif is_idle(session, now) or _is_held(session, resumed.state, paused=pause is not None):
            return resumed.stepping.gate(now, resumed.state.language)
        else:
            stepping = resumed.stepping
            state, replies = await stepping.step(resumed.state, Show(again=True), now, address.channel)
        return stepping.surround(state, replies, now)

    def around(self, language: str) -> Mapping[str, str]:
        """What is said around the flows in a language, by name; nothing for one that is not offered."""
        return self._versions.current.around(language)

    async def place(self, address: Address) -> tuple[str, str]:
        """The flow and the step he is at: what previews and rehearsals tell an editor."""
        now = self._clock()
        _, resumed = await self._find_session(address, now)
        if resumed is None:
            stepping = self._versions.current
            state, _ = await stepping.step(stepping.start(), Begin(), now, address.channel)
        else:
            state = resumed.state
        return state.places[-1].flow, state.places[-1].step

    async def forget(self, address: Address, out: Out | None, *, sent_at: datetime | None = None) -> None:
        """He blocked the bot, at ``sent_at`` if that is known: forget him at once and try to clear the chat."""
        await self._departures.forget(address, out, sent_at=sent_at)

    async def sweep(self) -> None:
        """Clear the chats that have gone quiet, then delete what has run out. Runs at start and on a timer."""
        await self._departures.sweep()

    # --- one turn -----------------------------------------------------------------------------------------

    async def _answer(self, arrival: Arrival, out: Out, began: datetime, lane: Held[Known], shown: list[int]) -> Taken:
        known = lane.seen
        if self._departures.waiting(arrival.address) is not None:
            # He left while this turn waited for its lane, and the store was down.
            await self._departures.carry_out(arrival.address)
            known = await self._sessions.known(arrival.address, arrival.update, began)
        if known.taken:
            return Taken.REPEATED
        left = known.left
        session, resumed = await self._resumed(known.session)
        age = arrival.age(began)
        if age > TOO_LATE_AFTER or _sent_before_leaving(arrival, session, left, began):
            await self._delivery.stay_silent(arrival, out)
            return Taken.SILENT
        resumed = resumed or self._stranger(arrival, began)
        hand = InHand(arrival, out, lane, session, left, shown)
        if arrival.what == _NOTE:
            await self._delivery.acknowledge(hand, resumed.state)
            return Taken.SILENT
        late = age > LATE_AFTER
        said = "" if late else await _erase_his(arrival, out, resumed.stepping, resumed.state.language)
        opened = Opened(arrival, began, session, resumed, self._versions.current, self._pause(), said)
        answered = await (answer_late(opened) if late else answer(opened))
        if answered is None:
            await self._delivery.acknowledge(hand, opened.state)
            return Taken.SILENT
        if not await self._delivery.deliver(hand, answered):
            return Taken.SILENT
        if self._noticing is not None:
            await self._noticing.after_turn(opened.happened, begun=session is None)
        return Taken.ANSWERED

    # --- stepping -----------------------------------------------------------------------------------------

    async def _find_session(self, address: Address, now: datetime) -> tuple[Session | None, Resumed | None]:
        await self._departures.carry_out(address)
        return await self._resumed((await self._sessions.known(address, None, now)).session)

    async def _resumed(self, session: Session | None) -> tuple[Session | None, Resumed | None]:
        """A session and where its owner goes on; neither for a stranger, and for one whose place no longer exists."""
        if session is not None:
            try:
                state = State.from_bytes(session.state)
            except StateError:
                log.warning("A place in the conversations could not be read; its owner starts again.")
            else:
                resumed = await self._versions.resume(session.version, state)
                if resumed is not None:
                    return session, resumed
        return None, None

    def _stranger(self, arrival: Arrival, began: datetime) -> Resumed:
        """The start. Where messages stay in a chat the count of turns begins at the time, which no earlier
        conversation's has reached: a button that was kept since then must not answer a question of now.
        """
        stepping = self._versions.current
        shown_first = arrival.address.channel in SHOWN_FIRST
        serial = 0 if shown_first else int((arrival.sent_at or began).timestamp())
        return Resumed(stepping, stepping.start(serial=serial))

    # --- when the session cannot be had -------------------------------------------------------------------

    async def _answer_unkept(self, arrival: Arrival, out: Out, now: datetime, shown: Sequence[int]) -> Taken:
        """The session cannot be read or kept: the helpline still stands, danger is still answered. ``shown`` are the
        messages that were sent before that was known.
        """
        age, left = arrival.age(now), self._departures.waiting(arrival.address)
        if arrival.what == _NOTE or age > TOO_LATE_AFTER or _sent_before_leaving(arrival, None, left, now):
            await self._delivery.stay_silent(arrival, out)
            return Taken.SILENT
        turn = envelope.late() if age > LATE_AFTER else await self._turn_unkept(arrival, out, now)
        await self._delivery.deliver_unkept(arrival, out, turn, now, shown=shown)
        return Taken.ANSWERED

    async def _turn_unkept(self, arrival: Arrival, out: Out, now: datetime) -> Turn:
        stepping, pause = self._versions.current, self._pause()
        state = stepping.start()
        try:
            given = turns.given_by(arrival, state)
            if isinstance(given, Interrupt):
                # His answer to a question could not be followed: what may be meant is answered as if it were.
                given = Interrupt(turns.itself(given.label))
                return stepping.surround(*await stepping.step(state, given, now, arrival.address.channel), now)
        except Exception as fault:
            # Whatever cannot be done, the line and the way out can be given.
            log.error("What somebody said could not be looked at (%s).", describe(fault))
        said = await _erase_his(arrival, out, stepping)
        if pause is not None:
            return stepping.paused(pause, state, now, said=said)
        return stepping.surround(state, with_said(said, [stepping.trouble()]), now)


async def _erase_his(arrival: Arrival, out: Out, stepping: Stepping, language: str = "") -> str:
    """Delete the one message that he asks to have deleted, and say what came of it; "" when he asks for nothing."""
    message = turns.to_erase(arrival)
    if message is None or arrival.address.channel not in ERASABLE_CHANNELS:
        return ""
    return stepping.erased(await out.erase([message]), language)


def _sent_before_leaving(arrival: Arrival, session: Session | None, left: Leaving | None, now: datetime) -> bool:
    if left is None:
        return False
    if arrival.sent_at is not None:
        return arrival.sent_at <= left.sent_at
    # A tap carries no time. One on a message that leaving deleted can still be on its way.
    return isinstance(arrival.what, Tapped) and session is None and now - left.at <= _TAPS_LIVE_FOR


def _is_held(session: Session, state: State, *, paused: bool) -> bool:
    """Is he to be asked first whether it is OK to chat? While the bot is paused, the answer to a danger goes on."""
    return session.gate is not None and (not paused or len(state.places) <= session.gate)
