"""What a man is answered: what his arrival means where he stands, and the turn that follows from it.

Nothing is sent or kept here, and nothing is looked up but what the flow asks of the directory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from bot import turns
from bot.arrival import Arrival, Commanded, Tapped, Typed
from bot.noticing import Happening
from bot.sessions import Session
from bot.stepping import Stepping
from bot.versions import Resumed
from dialogs.engine import Begin, Given, Interrupt, Pick, Reply, Show, State, Words
from safety import envelope
from safety.envelope import Turn

LATE_AFTER: Final = timedelta(minutes=10)
"""A message that waited longer than this upstream gets the bland line: somebody else may be looking by now."""

IDLE_AFTER: Final = timedelta(minutes=10)
"""After so long without a word it is asked again whether it is OK to chat."""

ERASABLE_CHANNELS: Final = frozenset({"telegram"})
"""Where messages stay in a chat and a bot can delete them."""

SHOWN_FIRST: Final = frozenset({"web", "terminal"})
"""Where a stranger has the first question before him when he writes; elsewhere his first words start it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One arrival to be answered, with what is known of its sender."""

    arrival: Arrival
    began: datetime
    session: Session | None
    resumed: Resumed
    current: Stepping
    """The version of the conversations in which who begins, begins."""
    pause: str | None = None
    """What everybody is told while the bot is paused; None while it is not. A turn keeps to what held as it began."""
    said: str = ""
    """What his tap came to, where that is no step of the conversation; said before anything else."""
    happened: list[Happening] = field(default_factory=list)
    """What is to be noted once the turn is committed."""

    @property
    def stepping(self) -> Stepping:
        """The version of the conversations that this turn is stepped in."""
        return self.resumed.stepping

    @property
    def state(self) -> State:
        return self.resumed.state

    @property
    def channel(self) -> str:
        return self.arrival.address.channel


@dataclass(frozen=True, slots=True)
class Answer:
    """A turn to be sent, and where he stands once it is: at ``state`` in the version ``stepping``.

    ``gate`` is how many of his places he comes back to only once he has said that it is OK to chat; None when he is not
    asked. ``danger`` is what he told of that has not been answered yet.
    """

    stepping: Stepping
    state: State
    turn: Turn
    gate: int | None = None
    danger: str | None = None


async def answer_late(opened: Opened) -> Answer:
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
        state, _ = await opened.stepping.step(state, Begin(), opened.began, opened.channel)
    elif opened.session.danger is not None:
        # Messages of an outage come in a row: what an earlier one said of danger still waits.
        danger = turns.gravest(danger, opened.session.danger)
    return Answer(opened.stepping, state, opened.stepping.late(state.language), gate=len(state.places), danger=danger)


async def answer(opened: Opened) -> Answer | None:
    """What he is answered now; None when he has his answer before him already."""
    session = opened.session
    if opened.pause is not None:
        return await _while_paused(opened)
    if session is None or turns.begins_again(opened.arrival):
        return await _from_the_start(opened)
    gate = session.gate
    if is_idle(session, opened.began):
        gate = len(opened.state.places)
    if gate is not None:
        return await _at_gate(opened, gate, session.danger)
    given = _given(opened)
    if given is not None:
        return await _go_on(opened, given, danger=session.danger)
    if isinstance(opened.arrival.what, Tapped) and opened.arrival.what.on == session.standing and not opened.said:
        # The second half of a double tap: the message already shows what the first one led to.
        return None
    return await _go_on(opened, Show(), danger=session.danger)


def is_idle(session: Session, now: datetime) -> bool:
    """Has he been silent for so long that he is asked again whether it is OK to chat?"""
    return now - session.last_turn > IDLE_AFTER


def with_said(said: str, replies: Sequence[Reply]) -> Sequence[Reply]:
    """The replies, with this said before what the first one says."""
    first, *rest = replies
    return [first._replace(text=f"{said}\n\n{first.text}"), *rest] if said else replies


async def _from_the_start(opened: Opened) -> Answer:
    """A stranger gets the first turn; if his first words or tap already mean something, that follows."""
    # The count of turns goes on, so that no button of before can be taken for one of now.
    stepping = opened.current
    start = stepping.start(serial=opened.state.serial, language=opened.state.language)
    # What he said of services he has said: few are passed on in one chat, however often he starts again.
    start = start._replace(told=opened.state.told)
    state, replies = await stepping.step(start, Begin(), opened.began, opened.channel)
    opened = replace(opened, resumed=Resumed(stepping, state))
    given = stepping.meant(opened.arrival, state)
    if opened.session is not None and opened.session.danger is not None:
        # He starts anew instead of going on; what a late message said of danger is answered first all the same.
        given = Interrupt(opened.session.danger)
    answers = isinstance(given, Interrupt | Pick) or (
        isinstance(given, Words) and opened.channel in SHOWN_FIRST and not isinstance(opened.arrival.what, Commanded)
    )
    if answers and given is not None:
        return await _go_on(opened, given)
    return _saying(opened, state, replies)


async def _while_paused(opened: Opened) -> Answer:
    """The bot is paused: he is told so, and nothing else is asked or told. Danger is answered all the same, up to
    the end of that answer. When the bot goes on he is first asked whether it is OK to chat, as after a silence.
    """
    session, state, stepping = opened.session, opened.state, opened.stepping
    if session is None:
        state, _ = await stepping.step(state, Begin(), opened.began, opened.channel)
        opened = replace(opened, resumed=Resumed(stepping, state))
    danger = None if session is None else session.danger
    depth, outside = len(state.places), stepping.outside_danger(state)
    gate = None if session is None else depth if is_idle(session, opened.began) else session.gate
    if gate is not None:
        if gate > outside:
            # He fell silent inside the answer to a danger, and may go on with that.
            opened = replace(opened, pause=None)
        return await _at_gate(opened, gate, danger)
    given = _given(opened, seen=outside < depth)
    if isinstance(given, Interrupt) or outside < depth:
        return await _go_on(opened, given or Show(), gate=outside, danger=danger)
    return _holding(opened, state, gate=depth, danger=danger)


async def _at_gate(opened: Opened, gate: int, danger: str | None) -> Answer:
    """After a silence: nothing of before is said until he says it is OK, but danger is still answered.

    What is only to be asked about waits too: it may be somebody else who writes, and the question would tell her
    what this is.
    """
    what, state = opened.arrival.what, opened.state
    if isinstance(what, Tapped) and what.token == envelope.GO_ON.token and (danger or opened.pause is None):
        held = None if opened.pause is None else gate
        return await _go_on(opened, Interrupt(danger) if danger else Show(), gate=held)
    inside = len(state.places) > gate
    given = _given(opened, seen=inside)
    if inside and opened.pause is not None:
        given = given or Show()
    if isinstance(given, Interrupt) and turns.is_question(given.label) and not inside:
        danger = turns.gravest(given.label, danger)
    elif isinstance(given, Interrupt) or (given is not None and inside):
        return await _go_on(opened, given, gate=gate, danger=danger)
    return _holding(opened, state, gate=gate, danger=danger)


async def _go_on(opened: Opened, given: Given, *, gate: int | None = None, danger: str | None = None) -> Answer:
    state, replies = await opened.stepping.step(opened.state, given, opened.began, opened.channel, opened.happened)
    if isinstance(given, Interrupt):
        # He may have told of two; one is answered at a time, and the other when he comes back from the first.
        waiting = None if danger is None or opened.stepping.settles(given.label, danger) else danger
        danger = turns.gravest(turns.second_danger_in(opened.arrival), waiting)
    elif gate is None and danger is not None and not opened.stepping.is_interrupted(state):
        given, danger = Interrupt(danger), None
        state, replies = await opened.stepping.step(state, given, opened.began, opened.channel, opened.happened)
    if gate is not None and len(state.places) <= gate and not isinstance(given, Interrupt):
        # Danger was answered over an open question whether it is OK to chat: that question is due now.
        return _holding(opened, state, gate=gate, danger=danger)
    answers = given.label if isinstance(given, Interrupt) else None
    return _saying(opened, state, replies, answers=answers, gate=gate, danger=danger)


def _holding(opened: Opened, state: State, *, gate: int, danger: str | None) -> Answer:
    """He does not go on for now: he is told that the bot is paused, or asked whether it is OK to chat."""
    if opened.pause is None:
        turn = opened.stepping.gate(opened.began, state.language, opened.said)
    else:
        waits = danger is not None
        turn = opened.stepping.paused(opened.pause, state, opened.began, said=opened.said, waits=waits)
    return Answer(opened.stepping, state, turn, gate, danger)


def _saying(
    opened: Opened,
    state: State,
    replies: Sequence[Reply],
    *,
    answers: str | None = None,
    gate: int | None = None,
    danger: str | None = None,
) -> Answer:
    """What the flow says, with the written lines that his words call for: after it when it ``answers`` a danger."""
    arrival, stepping = opened.arrival, opened.stepping
    asides = turns.asides_for(arrival, lambda: stepping.public)
    if answers in turns.ALONE:
        asides = tuple(aside for aside in asides if aside != turns.DISCLOSURE)
    # What he is asked about ends with a question, so that the human line stands before it.
    after = answers is not None and not turns.is_question(answers)
    replies = stepping.with_asides(replies, asides, state, opened.began, after=after)
    replies = with_said(opened.said, replies)
    offers = turns.IDENTIFIERS in asides and opened.channel in ERASABLE_CHANNELS
    turn = stepping.surround(state, replies, opened.began, offering=arrival.message if offers else None)
    return Answer(stepping, state, turn, gate, danger)


def _given(opened: Opened, *, seen: bool = True) -> Given | None:
    """What he gives the engine. What he meant for a question that he was carried away from shows him the new one."""
    given = opened.stepping.meant(opened.arrival, opened.state, seen=seen)
    return Show() if opened.resumed.anew and (given is None or isinstance(given, Words)) else given
