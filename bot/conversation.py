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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot import turns
from bot.arrival import Address, Arrival, Commanded, Gone, NotSent, Out, Taken, Tapped, Typed, Unreadable
from bot.departures import TOO_LATE_AFTER, Departures, Eraser
from bot.noticing import Happening, Noticing
from bot.quiet import describe
from bot.sessions import Held, Known, LaneBusy, Leaving, LeftMeanwhile, Session, Sessions
from bot.stepping import Stepping
from bot.stores import STORE_TROUBLE
from bot.versions import Resumed, Versions
from dialogs.engine import Begin, Given, Interrupt, Pick, Reply, Show, State, StateError, Words
from dialogs.versions.carrying import Places, stack_of
from safety import envelope
from safety.envelope import Turn

log = logging.getLogger(__name__)

LATE_AFTER = timedelta(minutes=10)
"""A message that waited longer than this upstream gets the bland line: somebody else may be looking by now."""

IDLE_AFTER = timedelta(minutes=10)
"""After so long without a word it is asked again whether it is OK to chat."""

TURN_WITHIN = timedelta(seconds=20)
"""A turn ends within this time, whatever hangs."""

_TAPS_LIVE_FOR = timedelta(seconds=150)
"""How long Telegram may still deliver a tap: taps carry no time of their own."""

ERASABLE_CHANNELS = frozenset({"telegram"})
"""Where messages stay in a chat and a bot can delete them."""

SHOWN_FIRST = frozenset({"web", "terminal"})
"""Where a stranger has the first question before him when he writes; elsewhere his first words start it."""

_NOTE = Unreadable("service")
"""The messenger's own note (a timer was set, something was pinned): not his words, but to be erased too."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """One arrival being answered, with what was known of its sender when it came."""

    arrival: Arrival
    out: Out
    began: datetime
    lane: Held[Known]
    session: Session | None
    resumed: Resumed
    left: Leaving | None
    said: str = ""
    """What his tap came to, where that is no step of the conversation; said before anything else."""
    happened: list[Happening] = field(default_factory=list)
    """What is to be noted once the turn is committed."""
    shown: list[int] = field(default_factory=list)
    """The messages that this turn has sent so far: where it cannot be kept, they must be found by an erase all the
    same."""
    pause: str | None = None
    """What everybody is told while the bot is paused; None while it is not. A turn keeps to what held as it began."""

    @property
    def stepping(self) -> Stepping:
        """The version of the conversations that this turn is stepped in, from beginning to end."""
        return self.resumed.stepping

    @property
    def state(self) -> State:
        return self.resumed.state


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
            return await self._stay_silent(arrival, out)

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
        elif _idle(session, now) or _is_held(session, resumed.state, paused=pause is not None):
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
        if _sent_before_leaving(arrival, session, left, began):
            return await self._stay_silent(arrival, out)
        age = arrival.age(began)
        if age > TOO_LATE_AFTER:
            return await self._stay_silent(arrival, out)
        resumed = resumed or self._stranger(arrival, began)
        opened = _Opened(arrival, out, began, lane, session, resumed, left, shown=shown, pause=self._pause())
        if arrival.what == _NOTE:
            return await self._acknowledge(opened)
        if age > LATE_AFTER:
            return await self._answer_late(opened)
        said = await _erase_his(arrival, out, opened.stepping, opened.state.language)
        return await self._answer_now(replace(opened, said=said) if said else opened)

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
            state, _ = await opened.stepping.step(state, Begin(), opened.began, opened.arrival.address.channel)
        elif opened.session.danger is not None:
            # Messages of an outage come in a row: what an earlier one said of danger still waits.
            danger = turns.gravest(danger, opened.session.danger)
        return await self._deliver(
            opened, state, opened.stepping.late(state.language), gate=len(state.places), danger=danger
        )

    async def _answer_now(self, opened: _Opened) -> Taken:
        session = opened.session
        if opened.pause is not None:
            return await self._answer_paused(opened)
        if session is None or turns.begins_again(opened.arrival):
            return await self._greet(opened)
        gate = session.gate
        if _idle(session, opened.began):
            gate = len(opened.state.places)
        if gate is not None:
            return await self._answer_at_gate(opened, gate, session.danger)
        given = _given(opened)
        if given is not None:
            return await self._go_on(opened, given, danger=session.danger)
        if isinstance(opened.arrival.what, Tapped) and opened.arrival.what.on == session.standing and not opened.said:
            # The second half of a double tap: the message already shows what the first one led to.
            return await self._acknowledge(opened)
        return await self._go_on(opened, Show(), danger=session.danger)

    async def _greet(self, opened: _Opened) -> Taken:
        """A stranger gets the first turn; if his first words or tap already mean something, that follows."""
        channel = opened.arrival.address.channel
        # The count of turns goes on, so that no button of before can be taken for one of now.
        stepping = self._versions.current
        start = stepping.start(serial=opened.state.serial, language=opened.state.language)
        # What he said of services he has said: few are passed on in one chat, however often he starts again.
        start = start._replace(told=opened.state.told)
        state, replies = await stepping.step(start, Begin(), opened.began, channel)
        opened = replace(opened, resumed=Resumed(stepping, state))
        given = stepping.meant(opened.arrival, state)
        if opened.session is not None and opened.session.danger is not None:
            # He starts anew instead of going on; what a late message said of danger is answered first all the same.
            given = Interrupt(opened.session.danger)
        answers = isinstance(given, Interrupt | Pick) or (
            isinstance(given, Words) and channel in SHOWN_FIRST and not isinstance(opened.arrival.what, Commanded)
        )
        if answers and given is not None:
            return await self._go_on(opened, given)
        return await self._deliver_replies(opened, state, replies)

    async def _answer_paused(self, opened: _Opened) -> Taken:
        """The bot is paused: he is told so, and nothing else is asked or told. Danger is answered all the same, up to
        the end of that answer. When the bot goes on he is first asked whether it is OK to chat, as after a silence.
        """
        session, state, stepping = opened.session, opened.state, opened.stepping
        if session is None:
            state, _ = await stepping.step(state, Begin(), opened.began, opened.arrival.address.channel)
            opened = replace(opened, resumed=Resumed(stepping, state))
        danger = None if session is None else session.danger
        depth, outside = len(state.places), stepping.outside_danger(state)
        gate = None if session is None else depth if _idle(session, opened.began) else session.gate
        if gate is not None:
            if gate > outside:
                # He fell silent inside the answer to a danger, and may go on with that.
                opened = replace(opened, pause=None)
            return await self._answer_at_gate(opened, gate, danger)
        given = _given(opened, seen=outside < depth)
        if isinstance(given, Interrupt) or outside < depth:
            return await self._go_on(opened, given or Show(), gate=outside, danger=danger)
        return await self._deliver(opened, state, self._held(opened, state, danger), gate=depth, danger=danger)

    def _held(self, opened: _Opened, state: State, danger: str | None) -> Turn:
        """The turn of one who does not go on for now: that the bot is paused, or the question whether to chat is OK."""
        if opened.pause is None:
            return opened.stepping.gate(opened.began, state.language, opened.said)
        return opened.stepping.paused(opened.pause, state, opened.began, said=opened.said, waits=danger is not None)

    async def _answer_at_gate(self, opened: _Opened, gate: int, danger: str | None) -> Taken:
        """After a silence: nothing of before is said until he says it is OK, but danger is still answered.

        What is only to be asked about waits too: it may be somebody else who writes, and the question would tell her
        what this is.
        """
        what, state = opened.arrival.what, opened.state
        if isinstance(what, Tapped) and what.token == envelope.GO_ON.token and (danger or opened.pause is None):
            held = None if opened.pause is None else gate
            return await self._go_on(opened, Interrupt(danger) if danger else Show(), gate=held)
        inside = len(state.places) > gate
        given = _given(opened, seen=inside)
        if inside and opened.pause is not None:
            given = given or Show()
        if isinstance(given, Interrupt) and turns.is_question(given.label) and not inside:
            danger = turns.gravest(given.label, danger)
        elif isinstance(given, Interrupt) or (given is not None and inside):
            return await self._go_on(opened, given, gate=gate, danger=danger)
        return await self._deliver(opened, state, self._held(opened, state, danger), gate=gate, danger=danger)

    async def _go_on(
        self, opened: _Opened, given: Given, *, gate: int | None = None, danger: str | None = None
    ) -> Taken:
        channel = opened.arrival.address.channel
        state, replies = await opened.stepping.step(opened.state, given, opened.began, channel, opened.happened)
        if isinstance(given, Interrupt):
            # He may have told of two; one is answered at a time, and the other when he comes back from the first.
            waiting = None if danger is None or opened.stepping.settles(given.label, danger) else danger
            danger = turns.gravest(turns.second_danger_in(opened.arrival), waiting)
        elif gate is None and danger is not None and not opened.stepping.is_interrupted(state):
            given, danger = Interrupt(danger), None
            state, replies = await opened.stepping.step(state, given, opened.began, channel, opened.happened)
        if gate is not None and len(state.places) <= gate and not isinstance(given, Interrupt):
            # Danger was answered over an open question whether it is OK to chat: that question is due now.
            return await self._deliver(opened, state, self._held(opened, state, danger), gate=gate, danger=danger)
        answers = given.label if isinstance(given, Interrupt) else None
        return await self._deliver_replies(opened, state, replies, answers=answers, gate=gate, danger=danger)

    async def _deliver_replies(
        self,
        opened: _Opened,
        state: State,
        replies: Sequence[Reply],
        *,
        answers: str | None = None,
        gate: int | None = None,
        danger: str | None = None,
    ) -> Taken:
        """What the flow says, with the written lines that his words call for: after it when it ``answers`` a danger."""
        arrival, stepping = opened.arrival, opened.stepping
        asides = turns.asides_for(arrival, lambda: stepping.public)
        if answers in turns.ALONE:
            asides = tuple(aside for aside in asides if aside != turns.DISCLOSURE)
        # What he is asked about ends with a question, so that the human line stands before it.
        after = answers is not None and not turns.is_question(answers)
        replies = stepping.with_asides(replies, asides, state, opened.began, after=after)
        replies = _with(opened.said, replies)
        offers = turns.IDENTIFIERS in asides and arrival.address.channel in ERASABLE_CHANNELS
        turn = stepping.surround(state, replies, opened.began, offering=arrival.message if offers else None)
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
        opened.shown.extend(sent)
        opens_card = isinstance(arrival.what, Tapped) and arrival.what.token.startswith(turns.CARD)
        previous = opened.session.standing if opened.session is not None else None
        now = self._clock()
        session = Session(
            version=opened.stepping.book.digest,
            state=state.to_bytes(),
            last_turn=now,
            standing=previous if opens_card or not sent else sent[-1],
            gate=gate,
            danger=danger,
        )
        try:
            await self._commit(opened, session, sent, now, keep=_keeps(state), places=stack_of(state.places))
        except LeftMeanwhile:
            await self._take_back(opened, [*sent, *_own(arrival)])
            return Taken.SILENT
        if self._noticing is not None:
            await self._noticing.after_turn(opened.happened, begun=opened.session is None)
        return Taken.ANSWERED

    async def _commit(
        self,
        opened: _Opened,
        session: Session | None,
        sent: Sequence[int],
        now: datetime,
        *,
        keep: bool | None = None,
        places: Places = (),
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
            places=places,
            lane=opened.lane,
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
        """Sent before he left or blocked the bot, or too long ago: delete it and say nothing."""
        await self._departures.erase(arrival.address, out, _own(arrival))
        return Taken.SILENT

    async def _take_back(self, opened: _Opened, messages: Sequence[int]) -> None:
        """He left while this turn was in hand: nothing of it may stay."""
        await self._departures.erase(opened.arrival.address, opened.out, messages)

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
        address, age = arrival.address, arrival.age(now)
        left = self._departures.waiting(address)
        if arrival.what == _NOTE or age > TOO_LATE_AFTER or _sent_before_leaving(arrival, None, left, now):
            return await self._stay_silent(arrival, out)
        if age > LATE_AFTER:
            turn = envelope.late()
        else:
            turn = await self._turn_unkept(arrival, out, now)
        onto = arrival.what.on if isinstance(arrival.what, Tapped) else None
        try:
            sent = await out.send(turn, onto=onto)
        except NotSent as failure:
            await self._remember_unkept(arrival, [*shown, *failure.sent], now)
            raise
        await self._remember_unkept(arrival, [*shown, *sent], now)
        return Taken.ANSWERED

    async def _remember_unkept(self, arrival: Arrival, sent: Sequence[int], now: datetime) -> None:
        if arrival.address.channel not in ERASABLE_CHANNELS:
            return
        try:
            await self._sessions.remember(arrival.address, [*_own(arrival), *sent], now)
        except STORE_TROUBLE:
            log.info("The messages of a turn without a session could not be remembered.")

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
        return stepping.surround(state, _with(said, [stepping.trouble()]), now)


async def _erase_his(arrival: Arrival, out: Out, stepping: Stepping, language: str = "") -> str:
    """Delete the one message that he asks to have deleted, and say what came of it; "" when he asks for nothing."""
    message = turns.to_erase(arrival)
    if message is None or arrival.address.channel not in ERASABLE_CHANNELS:
        return ""
    return stepping.erased(await out.erase([message]), language)


def _with(said: str, replies: Sequence[Reply]) -> Sequence[Reply]:
    """The replies, with this said before what the first one says."""
    first, *rest = replies
    return [first._replace(text=f"{said}\n\n{first.text}"), *rest] if said else replies


def _given(opened: _Opened, *, seen: bool = True) -> Given | None:
    """What he gives the engine. What he meant for a question that he was carried away from shows him the new one."""
    given = opened.stepping.meant(opened.arrival, opened.state, seen=seen)
    return Show() if opened.resumed.anew and (given is None or isinstance(given, Words)) else given


def _sent_before_leaving(arrival: Arrival, session: Session | None, left: Leaving | None, now: datetime) -> bool:
    if left is None:
        return False
    if arrival.sent_at is not None:
        return arrival.sent_at <= left.sent_at
    # A tap carries no time. One on a message that leaving deleted can still be on its way.
    return isinstance(arrival.what, Tapped) and session is None and now - left.at <= _TAPS_LIVE_FOR


def _idle(session: Session, now: datetime) -> bool:
    return now - session.last_turn > IDLE_AFTER


def _is_held(session: Session, state: State, *, paused: bool) -> bool:
    """Is he to be asked first whether it is OK to chat? While the bot is paused, the answer to a danger goes on."""
    return session.gate is not None and (not paused or len(state.places) <= session.gate)


def _own(arrival: Arrival) -> tuple[int, ...]:
    """The id of his own message, when it is one that can be deleted."""
    return () if arrival.message is None else (arrival.message,)


def _keeps(state: State) -> bool | None:
    """What he answered when asked whether the messages may stay; None while he has not been asked."""
    answer = dict(state.answers).get(turns.KEEPS)
    return None if answer is None else answer == ("keep",)
