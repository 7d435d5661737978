"""Sending a turn and keeping what it led to, in this order; and deleting what must not stay.

What he can see and what is remembered part only if the process dies between the two.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot import turns
from bot.answering import ERASABLE_CHANNELS, Answer
from bot.arrival import Arrival, NotSent, Out, Tapped
from bot.departures import Departures
from bot.sessions import Held, Known, Leaving, LeftMeanwhile, Session, Sessions
from bot.stores import STORE_TROUBLE
from dialogs.engine import State
from dialogs.versions.carrying import stack_of
from safety.envelope import Turn

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class InHand:
    """One arrival being answered: where its answer goes, and what was known of its sender when it came."""

    arrival: Arrival
    out: Out
    lane: Held[Known]
    session: Session | None
    left: Leaving | None
    shown: list[int] = field(default_factory=list)
    """The messages that were sent for it so far: where the turn cannot be kept, they must be found by an erase all the
    same."""


class Delivery:
    """Sends turns and keeps sessions."""

    def __init__(self, sessions: Sessions, departures: Departures, clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._departures = departures
        self._clock = clock

    async def deliver(self, hand: InHand, answer: Answer) -> bool:
        """Send, then commit. False when he has left meanwhile; nothing of it stays then.

        Raises NotSent, and what the store does.
        """
        arrival = hand.arrival
        try:
            sent = await hand.out.send(answer.turn, onto=_onto(arrival))
        except NotSent as failure:
            await self._remember_half(hand, failure.sent)
            raise
        hand.shown.extend(sent)
        opens_card = isinstance(arrival.what, Tapped) and arrival.what.token.startswith(turns.CARD)
        previous = hand.session.standing if hand.session is not None else None
        now = self._clock()
        session = Session(
            version=answer.stepping.book.digest,
            state=answer.state.to_bytes(),
            last_turn=now,
            standing=previous if opens_card or not sent else sent[-1],
            gate=answer.gate,
            danger=answer.danger,
        )
        return await self._commit(hand, session, sent, now, answer.state)

    async def acknowledge(self, hand: InHand, state: State) -> None:
        """Say nothing, and keep that this was taken, at the state he is in."""
        await self._commit(hand, None, (), self._clock(), state)

    async def stay_silent(self, arrival: Arrival, out: Out) -> None:
        """Sent before he left or blocked the bot, or too long ago: delete it and say nothing."""
        await self._departures.silence(arrival, out, _own(arrival))

    async def deliver_unkept(
        self, arrival: Arrival, out: Out, turn: Turn, now: datetime, *, shown: Sequence[int]
    ) -> None:
        """Send a turn that leads to no session. ``shown`` are the messages that were sent before that was known.

        Raises NotSent.
        """
        try:
            sent = await out.send(turn, onto=_onto(arrival))
        except NotSent as failure:
            await self._remember(arrival, [*shown, *failure.sent], now)
            raise
        await self._remember(arrival, [*shown, *sent], now)

    async def _commit(
        self, hand: InHand, session: Session | None, sent: Sequence[int], now: datetime, state: State
    ) -> bool:
        arrival = hand.arrival
        try:
            await self._sessions.commit(
                arrival.address,
                session,
                left=hand.left,
                now=now,
                update=arrival.update,
                messages=[*_own(arrival), *sent],
                keep=_keeps(state),
                erasable=arrival.address.channel in ERASABLE_CHANNELS,
                places=() if session is None else stack_of(state.places),
                lane=hand.lane,
            )
        except LeftMeanwhile:
            await self._take_back(hand, [*sent, *_own(arrival)])
            return False
        return True

    async def _remember_half(self, hand: InHand, sent: Sequence[int]) -> None:
        """Half a turn went out: its messages must be found again by an erase. The update stays untaken."""
        if not sent:
            return
        arrival = hand.arrival
        try:
            await self._sessions.commit(
                arrival.address, None, left=hand.left, now=self._clock(), messages=[*_own(arrival), *sent]
            )
        except LeftMeanwhile:
            await self._take_back(hand, sent)

    async def _take_back(self, hand: InHand, messages: Sequence[int]) -> None:
        """He left while this turn was in hand: nothing of it may stay."""
        await self._departures.silence(hand.arrival, hand.out, messages)

    async def _remember(self, arrival: Arrival, sent: Sequence[int], now: datetime) -> None:
        if arrival.address.channel not in ERASABLE_CHANNELS:
            return
        try:
            await self._sessions.remember(arrival.address, [*_own(arrival), *sent], now)
        except STORE_TROUBLE:
            log.info("The messages of a turn without a session could not be remembered.")


def _onto(arrival: Arrival) -> int | None:
    """The message that the answer to a tap is put into."""
    return arrival.what.on if isinstance(arrival.what, Tapped) else None


def _own(arrival: Arrival) -> tuple[int, ...]:
    """The id of his own message, when it is one that can be deleted."""
    return () if arrival.message is None else (arrival.message,)


def _keeps(state: State) -> bool | None:
    """What he answered when asked whether the messages may stay; None while he has not been asked."""
    answer = dict(state.answers).get(turns.KEEPS)
    return None if answer is None else answer == ("keep",)
