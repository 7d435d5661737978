"""The turn: screen, step, find, surround, send, remember.

One arrival in, one turn out, in this order: leaving first; then the man's lane (his turns happen one after
the other); then whether this update was already answered, or was sent before he left; then danger in his
words; then the flow's step, with the directory answering what the flow asks; then the envelope; then the
sending; and only after that the commit. A crash before the commit leaves things as they were, and the same
arrival then leads to the same turn. The caller acknowledges upstream when :meth:`Conversation.take` returns.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot import turns
from bot.arrival import Address, Arrival, Commanded, Erased, Gone, NotSent, Out, Taken, Tapped, Typed, Unreadable
from bot.quiet import describe
from bot.sealing import KeyFileError
from bot.sessions import LaneBusy, Leaving, LeftMeanwhile, Session, Sessions
from bot.signposting import Signposting
from dialogs.engine import (
    Begin,
    Describe,
    Described,
    EngineError,
    Find,
    Found,
    Given,
    Interrupt,
    Locate,
    Pick,
    Reply,
    Show,
    State,
    StateError,
    Words,
    step,
)
from dialogs.flow import Book
from dialogs.texts import SILENCE
from safety import envelope
from safety.envelope import Turn
from safety.lifelines import Lifelines
from service_directory.database import DatabaseError

log = logging.getLogger(__name__)

LATE_AFTER = timedelta(minutes=10)
"""A message that waited longer than this upstream gets the bland line: somebody else may be looking by now."""

TOO_LATE_AFTER = timedelta(hours=1)
"""To answer a message that waited longer than this would be to write first."""

IDLE_AFTER = timedelta(minutes=10)
"""After so long without a word it is asked again whether it is OK to chat."""

TURN_WITHIN = timedelta(seconds=20)
"""A turn ends within this time, whatever hangs."""

STORE_WITHIN = timedelta(seconds=6)
"""A store that takes longer counts as one that is down: who leaves must not wait for it."""

WIPE_WITHIN = timedelta(seconds=5)
"""How long the sweep waits for a turn of the same man; he is not clearing his chat by silence then."""

_TAPS_LIVE_FOR = timedelta(seconds=150)
"""How long Telegram may still deliver a tap: taps carry no time of their own."""

STORE_TROUBLE = (DatabaseError, OSError, KeyFileError)
"""What the stores raise when they cannot be reached or read."""

ERASABLE_CHANNELS = frozenset({"telegram"})
"""Where messages stay in a chat and a bot can delete them."""

SHOWN_FIRST = frozenset({"web", "terminal"})
"""Where a stranger has the first question before him when he writes; elsewhere his first words start it."""

_NOTE = Unreadable("service")
"""The messenger's own note (a timer was set, something was pinned): not his words, but to be erased too."""

Eraser = Callable[[str, Sequence[int]], Awaitable[Erased]]

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class _Opened:
    """One arrival being answered, with what was known of its sender when it came."""

    arrival: Arrival
    out: Out
    began: datetime
    session: Session | None
    state: State
    left: Leaving | None


class Conversation:
    """Everything that is decided between a man and his channel. One instance serves all channels."""

    def __init__(
        self,
        *,
        book: Book,
        lifelines: Lifelines,
        signposting: Signposting,
        sessions: Sessions,
        clock: Callable[[], datetime],
        silence: str = "an hour",
    ) -> None:
        """``silence`` says in words how long after the last turn everything is forgotten."""
        self._book = book
        self._lifelines = lifelines
        self._signposting = signposting
        self._sessions = sessions
        self._clock = clock
        self._silence = silence
        self._erasers: dict[str, Eraser] = {}
        self._unforgotten: dict[Address, Leaving] = {}
        self._abandoned: set[asyncio.Future[Any]] = set()

    def erase_with(self, channel: str, eraser: Eraser) -> None:
        """How the sweep deletes messages in the chats of a channel."""
        self._erasers[channel] = eraser

    # --- what channels call -------------------------------------------------------------------------------

    async def take(self, arrival: Arrival, out: Out) -> Taken:
        """Answer one arrival. Returns when all is committed and the arrival may be acknowledged upstream.

        Raises :class:`NotSent` when nothing was committed and the same arrival should be tried again.
        """
        began = self._clock()
        if turns.wants_out(arrival):
            return await self._leave(arrival, out, began)
        try:
            return await self._take_in_order(arrival, out, began)
        except Gone:
            await self.forget(arrival.address, out, sent_at=arrival.sent_at)
            return Taken.SILENT

    async def _take_in_order(self, arrival: Arrival, out: Out, began: datetime) -> Taken:
        try:
            async with asyncio.timeout(TURN_WITHIN.total_seconds()) as limit:
                async with self._sessions.lane(arrival.address, self._clock, TURN_WITHIN):
                    return await self._answer(arrival, out, began)
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
        return await self._answer_unkept(arrival, out, began)

    async def show(self, address: Address) -> Turn:
        """The present turn, stepping and keeping nothing. A stranger sees the first one."""
        now = self._clock()
        session, state = await self._find_session(address, now)
        if session is None or state is None:
            state, replies = await self._step(State.at_start(self._book), Begin(), now, address.channel)
        elif session.gate is not None or _idle(session, now):
            return envelope.gate(lifelines=self._lifelines, at=now)
        else:
            state, replies = await self._step(state, Show(again=True), now, address.channel)
        return self._surround(state, replies, now)

    async def place(self, address: Address) -> tuple[str, str]:
        """The flow and the step he is at: what previews and rehearsals tell an editor."""
        now = self._clock()
        _, state = await self._find_session(address, now)
        if state is None:
            state, _ = await self._step(State.at_start(self._book), Begin(), now, address.channel)
        return state.places[-1].flow, state.places[-1].step

    async def forget(self, address: Address, out: Out | None, *, sent_at: datetime | None = None) -> None:
        """He blocked the bot, at ``sent_at`` if that is known: forget him at once and try to clear the chat."""
        now = self._clock()
        try:
            messages = await self._in_time(self._sessions.leave(address, now, sent_at=sent_at))
            if out is not None and messages:
                erased = await out.erase(messages)
                await self._in_time(self._sessions.wiped(address, messages, erased.left, now))
        except STORE_TROUBLE:
            self._forget_later(address, Leaving(now, sent_at or now))

    async def sweep(self) -> None:
        """Clear the chats that have gone quiet, then delete what has run out. Runs at start and on a timer."""
        for address in list(self._unforgotten):
            await self._forget_if_he_left(address)
        for wipe in await self._sessions.due_wipes(self._clock()):
            eraser = self._erasers.get(wipe.address.channel)
            if eraser is not None:
                await self._wipe(wipe.address, eraser)
        await self._sessions.sweep(self._clock())

    async def _wipe(self, address: Address, eraser: Eraser) -> None:
        """Clear a chat in its lane: he may be back, and what stands before him now must not go."""
        try:
            async with self._sessions.lane(address, self._clock, WIPE_WITHIN):
                if messages := await self._sessions.still_due(address, self._clock()):
                    erased = await eraser(address.chat, messages)
                    await self._sessions.wiped(address, messages, erased.left, self._clock())
        except LaneBusy:
            log.info("A chat that was to be cleared is in use.")

    # --- leaving ------------------------------------------------------------------------------------------

    async def _leave(self, arrival: Arrival, out: Out, now: datetime) -> Taken:
        """Forget him and clear the chat, whatever else is going on. Never waits for a turn in hand."""
        address = arrival.address
        standing = [arrival.message] if arrival.message is not None else []
        if isinstance(arrival.what, Tapped) and arrival.what.on is not None:
            standing.append(arrival.what.on)
        stored = True
        try:
            if arrival.update is not None and await self._in_time(self._sessions.taken(address, arrival.update)):
                return Taken.REPEATED
            kept = await self._in_time(self._sessions.leave(address, now, sent_at=arrival.sent_at))
            self._unforgotten.pop(address, None)
        except STORE_TROUBLE:
            # The ids are out of reach. Those just before the message at hand are most likely his chat's;
            # ids of other chats are not touched, for an erase names the chat.
            stored = False
            self._forget_later(address, Leaving(now, arrival.sent_at or now))
            newest = max(standing, default=0)
            kept = tuple(range(max(1, newest - 99), newest))
        erased = await out.erase(sorted({*kept, *standing}))
        if _age(arrival, now) <= TOO_LATE_AFTER:
            try:
                await out.send(envelope.left(remaining=len(erased.left)), onto=None)
            except (Gone, NotSent):
                # The chat is cleared; the line was a courtesy.
                log.info("The line after leaving could not be sent.")
        if stored:
            try:
                # Only now is it settled: should the process die before, the exit comes again and clears the rest.
                tried = (*kept, *standing)
                await self._in_time(self._sessions.wiped(address, tried, erased.left, now, update=arrival.update))
            except STORE_TROUBLE:
                log.error("An erase could not be recorded; the sweep looks after the chat.")
        return Taken.LEFT

    def _forget_later(self, address: Address, leaving: Leaving) -> None:
        """The store is down: what can be deleted now is; he is forgotten as soon as the store is back."""
        log.error("The session store is down while somebody leaves; he is forgotten when it is back.")
        self._unforgotten[address] = leaving

    async def _forget_if_he_left(self, address: Address) -> None:
        """Carry out a leaving that had to wait for the store, before anything is said from what it holds."""
        leaving = self._unforgotten.pop(address, None)
        if leaving is None:
            return
        try:
            await self._sessions.leave(address, leaving.at, sent_at=leaving.sent_at)
        except BaseException:
            self._unforgotten.setdefault(address, leaving)
            raise

    async def _in_time(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """What a store answers, or TimeoutError. What hangs is left to itself: it may not even end when told to."""
        task = asyncio.ensure_future(work)
        self._abandoned.add(task)
        task.add_done_callback(self._settled)
        done, _ = await asyncio.wait({task}, timeout=STORE_WITHIN.total_seconds())
        if not done:
            task.cancel()
            raise TimeoutError
        return task.result()

    def _settled(self, task: asyncio.Future[Any]) -> None:
        self._abandoned.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not log it

    # --- one turn -----------------------------------------------------------------------------------------

    async def _answer(self, arrival: Arrival, out: Out, began: datetime) -> Taken:
        address = arrival.address
        await self._forget_if_he_left(address)
        if arrival.update is not None and await self._sessions.taken(address, arrival.update):
            return Taken.REPEATED
        # Asked before the session is looked for: a leaving in between is then seen at the commit.
        left = await self._sessions.left(address)
        session, state = await self._find_session(address, began)
        if _sent_before_leaving(arrival, session, left, began):
            return await self._stay_silent(arrival, out)
        age = _age(arrival, began)
        if age > TOO_LATE_AFTER:
            return await self._stay_silent(arrival, out)
        opened = _Opened(arrival, out, began, session, state or self._stranger(arrival, began), left)
        if arrival.what == _NOTE:
            return await self._acknowledge(opened)
        if age > LATE_AFTER:
            return await self._answer_late(opened)
        return await self._answer_now(opened)

    async def _answer_late(self, opened: _Opened) -> Taken:
        """One bland line with a button to go on; what the message said of danger waits for the tap."""
        match opened.arrival.what:
            case Typed(text=text):
                danger = turns.danger_in(text)
            case Tapped(token=envelope.URGENT.token):
                danger = turns.URGENT_LABEL
            case _:
                danger = None
        state = opened.state
        if opened.session is None:
            state, _ = await self._step(state, Begin(), opened.began, opened.arrival.address.channel)
        elif opened.session.danger is not None:
            # Messages of an outage come in a row: what an earlier one said of danger still waits.
            danger = turns.gravest(danger, opened.session.danger)
        return await self._deliver(opened, state, envelope.late(), gate=len(state.places), danger=danger)

    async def _answer_now(self, opened: _Opened) -> Taken:
        session = opened.session
        if session is None or opened.arrival.what == Commanded("start"):
            return await self._greet(opened)
        gate = session.gate
        if _idle(session, opened.began):
            gate = len(opened.state.places)
        if gate is not None:
            return await self._answer_at_gate(opened, gate, session.danger)
        given = turns.given_by(opened.arrival, opened.state)
        if given is not None:
            return await self._go_on(opened, given, danger=session.danger)
        if isinstance(opened.arrival.what, Tapped) and opened.arrival.what.on == session.standing:
            # The second half of a double tap: the message already shows what the first one led to.
            return await self._acknowledge(opened)
        return await self._go_on(opened, Show(), danger=session.danger)

    async def _greet(self, opened: _Opened) -> Taken:
        """A stranger gets the first turn; if his first words or tap already mean something, that follows."""
        channel = opened.arrival.address.channel
        # The count of turns goes on, so that no button of before can be taken for one of now.
        start = replace(State.at_start(self._book), serial=opened.state.serial)
        state, replies = await self._step(start, Begin(), opened.began, channel)
        given = turns.given_by(opened.arrival, state)
        if opened.session is not None and opened.session.danger is not None:
            # He starts anew instead of going on; what a late message said of danger is answered first all the same.
            given = Interrupt(opened.session.danger)
        answers = isinstance(given, Interrupt | Pick) or (
            isinstance(given, Words) and channel in SHOWN_FIRST and not isinstance(opened.arrival.what, Commanded)
        )
        if answers and given is not None:
            return await self._go_on(replace(opened, state=state), given)
        return await self._deliver_replies(opened, state, replies)

    async def _answer_at_gate(self, opened: _Opened, gate: int, danger: str | None) -> Taken:
        """After a silence: nothing of before is said until he says it is OK, but danger is still answered."""
        what, state = opened.arrival.what, opened.state
        if isinstance(what, Tapped) and what.token == envelope.GO_ON.token:
            return await self._go_on(opened, Interrupt(danger) if danger else Show())
        given = turns.given_by(opened.arrival, state)
        if isinstance(given, Interrupt) or (given is not None and len(state.places) > gate):
            return await self._go_on(opened, given, gate=gate, danger=danger)
        turn = envelope.gate(lifelines=self._lifelines, at=opened.began)
        return await self._deliver(opened, state, turn, gate=gate, danger=danger)

    async def _go_on(
        self, opened: _Opened, given: Given, *, gate: int | None = None, danger: str | None = None
    ) -> Taken:
        channel = opened.arrival.address.channel
        state, replies = await self._step(opened.state, given, opened.began, channel)
        if isinstance(given, Interrupt):
            # He may have told of two; one is answered at a time, and the other when he comes back from the first.
            danger = turns.second_danger_in(opened.arrival) or (None if given == Interrupt(danger or "") else danger)
        elif gate is None and danger is not None and not self._is_interrupted(state):
            given, danger = Interrupt(danger), None
            state, replies = await self._step(state, given, opened.began, channel)
        if gate is not None and len(state.places) <= gate and not isinstance(given, Interrupt):
            # Danger was answered over an open question whether it is OK to chat: that question is due now.
            turn = envelope.gate(lifelines=self._lifelines, at=opened.began)
            return await self._deliver(opened, state, turn, gate=gate, danger=danger)
        urgent = isinstance(given, Interrupt)
        return await self._deliver_replies(opened, state, replies, urgent=urgent, gate=gate, danger=danger)

    async def _deliver_replies(
        self,
        opened: _Opened,
        state: State,
        replies: Sequence[Reply],
        *,
        urgent: bool = False,
        gate: int | None = None,
        danger: str | None = None,
    ) -> Taken:
        """What the flow says, with the written lines that his words call for: after it when it is urgent."""
        asides = turns.asides_for(opened.arrival)
        if asides:
            worded = self._lifelines.worded(opened.began, self._nation(state))
            spoken = [self._book.asides.get(name) or worded[name] for name in asides]
            first, *rest = replies
            parts = [first.text, *spoken] if urgent else [*spoken, first.text]
            replies = [replace(first, text="\n\n".join(parts)), *rest]
        turn = self._surround(state, replies, opened.began)
        return await self._deliver(opened, state, turn, gate=gate, danger=danger)

    async def _deliver(
        self,
        opened: _Opened,
        state: State,
        turn: Turn,
        *,
        gate: int | None = None,
        danger: str | None = None,
    ) -> Taken:
        """Send, then commit. What he can see and what is remembered part only if the process dies between."""
        arrival, out = opened.arrival, opened.out
        onto = arrival.what.on if isinstance(arrival.what, Tapped) else None
        try:
            sent = await out.send(turn, onto=onto)
        except NotSent as failure:
            await self._remember_sent(opened, failure.sent)
            raise
        opens_card = isinstance(arrival.what, Tapped) and arrival.what.token.startswith(turns.CARD)
        previous = opened.session.standing if opened.session is not None else None
        now = self._clock()
        session = Session(
            version=self._book.digest,
            state=state.to_bytes(),
            last_turn=now,
            standing=previous if opens_card or not sent else sent[-1],
            gate=gate,
            danger=danger,
        )
        try:
            await self._commit(opened, session, sent, now, keep=_keeps(state))
        except LeftMeanwhile:
            await self._take_back(opened, [*sent, *_own(arrival)])
            return Taken.SILENT
        return Taken.ANSWERED

    async def _commit(
        self,
        opened: _Opened,
        session: Session | None,
        sent: Sequence[int],
        now: datetime,
        *,
        keep: bool | None = None,
    ) -> None:
        await self._sessions.commit(
            opened.arrival.address,
            session,
            left=opened.left,
            now=now,
            update=opened.arrival.update,
            messages=[*_own(opened.arrival), *sent],
            keep=keep,
            erasable=opened.arrival.address.channel in ERASABLE_CHANNELS,
        )

    async def _remember_sent(self, opened: _Opened, sent: Sequence[int]) -> None:
        """Half a turn went out: its messages must be found again by an erase. The update stays untaken."""
        if not sent:
            return
        address = opened.arrival.address
        try:
            await self._sessions.commit(
                address, None, left=opened.left, now=self._clock(), messages=[*_own(opened.arrival), *sent]
            )
        except LeftMeanwhile:
            await self._take_back(opened, sent)

    async def _acknowledge(self, opened: _Opened) -> Taken:
        try:
            await self._commit(opened, None, (), self._clock(), keep=_keeps(opened.state))
        except LeftMeanwhile:
            await self._take_back(opened, _own(opened.arrival))
        return Taken.SILENT

    async def _stay_silent(self, arrival: Arrival, out: Out) -> Taken:
        """Sent before he left, or too long ago: delete it and say nothing."""
        await self._erase(arrival.address, out, _own(arrival))
        return Taken.SILENT

    async def _take_back(self, opened: _Opened, messages: Sequence[int]) -> None:
        """He left while this turn was in hand: nothing of it may stay."""
        await self._erase(opened.arrival.address, opened.out, messages)

    async def _erase(self, address: Address, out: Out, messages: Sequence[int]) -> None:
        """Delete these messages; what cannot be deleted now is left to the sweep."""
        erased = await out.erase(messages)
        if erased.left:
            try:
                await self._sessions.wiped(address, messages, erased.left, self._clock())
            except STORE_TROUBLE:
                log.error("Messages that had to go still stand in a chat, and that could not be recorded.")

    # --- stepping -----------------------------------------------------------------------------------------

    async def _find_session(self, address: Address, now: datetime) -> tuple[Session | None, State | None]:
        """His session and where he is; neither for a stranger, and for one whose place no longer exists."""
        await self._forget_if_he_left(address)
        session, _ = await self._sessions.find(address, now)
        if session is not None:
            try:
                state = State.from_bytes(session.state)
            except StateError:
                log.warning("A place in the conversations could not be read; its owner starts again.")
            else:
                if session.version == self._book.digest or state.fits(self._book):
                    return session, state
        return None, None

    def _stranger(self, arrival: Arrival, began: datetime) -> State:
        """The start. Where messages stay in a chat the count of turns begins at the time, which no earlier
        conversation's has reached: a button that was kept since then must not answer a question of now.
        """
        start = State.at_start(self._book)
        if arrival.address.channel in SHOWN_FIRST:
            return start
        return replace(start, serial=int((arrival.sent_at or began).timestamp()))

    async def _step(self, state: State, given: Given, now: datetime, channel: str) -> tuple[State, list[Reply]]:
        """Step the flow, answering what it asks of the directory on the way."""
        replies: list[Reply] = []
        while True:
            lifelines = {**self._lifelines.worded(now, self._nation(state)), SILENCE: self._silence}
            try:
                stepped = step(self._book, state, given, lifelines=lifelines, channel=channel)
            except EngineError as error:
                # A flow that fails must not fail him: he gets the helpline, and starts afresh.
                log.error("A flow failed at %s; its reader was given the helpline.", error.place)
                return replace(State.at_start(self._book), serial=state.serial), [self._aside("trouble")]
            replies += stepped.replies
            state = stepped.state
            match stepped.request:
                case None:
                    return state, replies
                case Locate(words=words):
                    given = self._signposting.locate(words)
                case Find() as request:
                    given = await self._find(request)
                case Describe() as request:
                    given = await self._describe(request)

    async def _find(self, request: Find) -> Found:
        try:
            async with asyncio.timeout(STORE_WITHIN.total_seconds()):
                return await self._signposting.find(request)
        except STORE_TROUBLE as trouble:
            log.error("The directory cannot be read (%s); a man was given the helpline.", type(trouble).__name__)
            return Found(outcome="unavailable", cards=(), area_name="", widened_to=None)

    async def _describe(self, request: Describe) -> Described:
        try:
            async with asyncio.timeout(STORE_WITHIN.total_seconds()):
                return await self._signposting.describe(request)
        except STORE_TROUBLE as trouble:
            log.error("The directory cannot be read (%s).", type(trouble).__name__)
            return Described(None)

    def _is_interrupted(self, state: State) -> bool:
        answering = set(self._book.interrupts.values())
        return any(place.flow in answering for place in state.places)

    def _nation(self, state: State) -> str | None:
        codes = (value for _, values in state.answers for value in values)
        return next((self._signposting.nation(c) for c in codes if self._signposting.is_area(c)), None)

    def _surround(self, state: State, replies: Sequence[Reply], now: datetime) -> Turn:
        in_danger = state.places[-1].flow == self._book.interrupts.get(turns.URGENT_LABEL)
        return envelope.surround(
            [turns.piece(reply, state) for reply in replies],
            lifelines=self._lifelines,
            at=now,
            nation=self._nation(state),
            urgent=not in_danger,
        )

    def _aside(self, name: str) -> Reply:
        return Reply(text=self._book.asides[name], first=None, rows=(), card=None)

    # --- when the session cannot be had -------------------------------------------------------------------

    async def _answer_unkept(self, arrival: Arrival, out: Out, now: datetime) -> Taken:
        """The session cannot be read or kept: the helpline still stands, danger is still answered."""
        address, age = arrival.address, _age(arrival, now)
        left = self._unforgotten.get(address)
        if arrival.what == _NOTE or age > TOO_LATE_AFTER or _sent_before_leaving(arrival, None, left, now):
            return await self._stay_silent(arrival, out)
        if age > LATE_AFTER:
            turn = envelope.late()
        else:
            turn = await self._turn_unkept(arrival, now)
        onto = arrival.what.on if isinstance(arrival.what, Tapped) else None
        sent = await out.send(turn, onto=onto)
        try:
            if address.channel in ERASABLE_CHANNELS:
                await self._sessions.remember(address, [*_own(arrival), *sent], now)
        except STORE_TROUBLE:
            log.info("The messages of a turn without a session could not be remembered.")
        return Taken.ANSWERED

    async def _turn_unkept(self, arrival: Arrival, now: datetime) -> Turn:
        state = State.at_start(self._book)
        given = turns.given_by(arrival, state)
        if isinstance(given, Interrupt):
            state, replies = await self._step(state, given, now, arrival.address.channel)
        else:
            replies = [self._aside("trouble")]
        return self._surround(state, replies, now)


def _age(arrival: Arrival, now: datetime) -> timedelta:
    """How long it waited upstream; nothing where the messenger does not tell."""
    return timedelta(0) if arrival.sent_at is None else now - arrival.sent_at


def _sent_before_leaving(arrival: Arrival, session: Session | None, left: Leaving | None, now: datetime) -> bool:
    if left is None:
        return False
    if arrival.sent_at is not None:
        return arrival.sent_at <= left.sent_at
    # A tap carries no time. One on a message that leaving deleted can still be on its way.
    return isinstance(arrival.what, Tapped) and session is None and now - left.at <= _TAPS_LIVE_FOR


def _idle(session: Session, now: datetime) -> bool:
    return now - session.last_turn > IDLE_AFTER


def _own(arrival: Arrival) -> tuple[int, ...]:
    """The id of his own message, when it is one that can be deleted."""
    return () if arrival.message is None else (arrival.message,)


def _keeps(state: State) -> bool | None:
    """What he answered when asked whether the messages may stay; None while he has not been asked."""
    answer = dict(state.answers).get("chat")
    return None if answer is None else answer == ("keep",)
