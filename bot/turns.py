"""Between an arrival and the engine, and between the engine and the envelope: small, pure translations."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from itertools import islice

from bot.arrival import Arrival, Commanded, Tapped, Typed, Unreadable
from dialogs.engine import Detail, Given, Interrupt, Pick, Reply, Show, State, Words
from safety import envelope, identity, risk
from safety.envelope import Button, Piece
from safety.leaving import is_leaving

URGENT_LABEL = "immediate_danger"
"""What the button for urgent help stands for."""

PRIVACY_LABEL = "privacy"
"""The command ``/privacy`` opens the flow that answers this label."""

# Only some messengers tell a command from words.
_PRIVACY_COMMAND = "/privacy"

CARD = "m."
"""Tokens that open a signpost start with this; the rest is the service's id."""

ERASE = "e."
"""Tokens that delete a message of his own start with this; the rest is the message's id, which is kept nowhere else for
it. All other tokens start with a number.
"""

AGAIN = "a"
"""The token of the button that begins again: as if he had said /start, wherever he stood."""

_ASKED = "_asked"

DANGERS = (*risk.LABELS, *(label + _ASKED for label in risk.LABELS))
"""Every danger by its name, the first to be answered first. A danger that he may not have meant is a name of its own
(``immediate_danger_asked``), answered by a flow that asks him; in a book without one, by the flow for the danger."""

LABELS = (*DANGERS, PRIVACY_LABEL)
"""What a flow may say that it answers: the dangers, and the command ``/privacy``."""

IDENTIFIERS = "identifiers"
"""The occasion on which he told a name, a number or an address."""

DISCLOSURE = "disclosure"
"""The occasion on which he told of being hurt, scared or controlled: one human line."""

ALONE = (URGENT_LABEL, "suicide", "suicide_asked")
"""Answers that stand by themselves: nothing more is said beside the ways to 999, or a question about his own life."""

ASIDES = (DISCLOSURE, IDENTIFIERS, "unreadable", "edited", "note", "trouble")
"""The occasions on which a written line is said before (or instead of) what the flow says."""

KEEPS = "chat"
"""The one answer that the program itself reads: may the messages stay in the chat?"""

_MESSAGE_ID = re.compile(r"[1-9][0-9]{0,17}")

# Beside a note about somebody's danger stands the line for it.
_LINE_FOR = {"suicide": "samaritans", "child_risk": "nspcc"}


def heard(arrival: Arrival) -> Arrival:
    """The arrival as it is answered: what is danger behind ``/exit`` counts as his words, and comes before leaving."""
    match arrival.what:
        case Commanded(name="exit", rest=rest) if not wants_out(arrival):
            return replace(arrival, what=Typed(rest))
        case _:
            return arrival


def wants_out(arrival: Arrival) -> bool:
    """Is this arrival a way of leaving: the button, the command without danger behind it, or a panic word as the
    whole message? A danger that he may not have meant does not hold him back: he said that he wants to go.
    """
    match arrival.what:
        case Tapped(token=token):
            return token == envelope.LEAVE.token
        case Commanded(name="exit", rest=rest):
            danger = danger_in(rest)
            return danger is None or is_question(danger)
        case Commanded():
            return False
        case Typed(text=text):
            return is_leaving(text)
        case Unreadable():
            return False


def begins_again(arrival: Arrival) -> bool:
    """Does he ask to begin again, by the command or by the button that stands where something went wrong?"""
    match arrival.what:
        case Tapped(token=token):
            return token == AGAIN
        case what:
            return what == Commanded("start")


def danger_in(text: str) -> str | None:
    """The danger in his words that has to be answered first or asked about; None for none."""
    return next(_dangers_in(text), None)


def _dangers_in(text: str) -> Iterator[str]:
    screening = risk.screen(text)
    return (label + _ASKED if label in screening.to_ask else label for label in screening.to_answer)


def is_question(danger: str) -> bool:
    """Is it not clear that he meant this danger, so that he is to be asked?"""
    return danger.endswith(_ASKED)


def itself(danger: str) -> str:
    """The danger that a name of one to be asked about stands for; any other name as it is."""
    return danger.removesuffix(_ASKED)


def second_danger_in(arrival: Arrival) -> str | None:
    """The danger that is due once the gravest one in his words has been answered; None when there was but one."""
    match arrival.what:
        case Typed(text=text):
            return next(islice(_dangers_in(text), 1, None), None)
        case _:
            return None


def gravest(*labels: str | None) -> str | None:
    """Of several dangers, the one to answer first."""
    return next((danger for danger in DANGERS if danger in labels), None)


def asides_for(arrival: Arrival, public: Callable[[], Collection[str]] = tuple) -> tuple[str, ...]:
    """What his words call for beside what the flow says: names of written lines, and keys of lifelines.

    ``public`` tells the telephone numbers that are nobody's own.
    """
    return tuple(_asides_for(arrival, public))


def _asides_for(arrival: Arrival, public: Callable[[], Collection[str]]) -> Iterator[str]:
    match arrival.what:
        case Typed(text=text):
            screening = risk.screen(text)
            if screening.response == "note":
                yield "note"
                yield _LINE_FOR.get(screening.foremost or "", "emergency")
            if screening.disclosure:
                yield DISCLOSURE
            if identity.notice(text, public()):
                yield IDENTIFIERS
        case Unreadable(kind="edit"):
            yield "edited"
        case Unreadable():
            yield "unreadable"


def given_by(arrival: Arrival, state: State) -> Given | None:
    """What an arrival means to the engine at this state; None for a tap on a button that is no longer there."""
    match arrival.what:
        case Typed(text=text) if text.strip().casefold() == _PRIVACY_COMMAND:
            return Interrupt(PRIVACY_LABEL)
        case Typed(text=text):
            label = danger_in(text)
            thanked = risk.screen(text).disclosure
            return Interrupt(label) if label else Words(identity.cut_postcode(text), thanked=thanked)
        case Commanded(name="privacy"):
            return Interrupt(PRIVACY_LABEL)
        case Commanded(name="help"):
            return Interrupt(URGENT_LABEL)
        case Tapped(token=token):
            return _tapped(token, state)
        case _:
            return Show()


def erase_token(message: int) -> str:
    """What the button sends back that deletes this message of his."""
    return f"{ERASE}{message}"


def to_erase(arrival: Arrival) -> int | None:
    """The message of his own that this tap asks to delete; None when it asks for nothing of the kind."""
    match arrival.what:
        case Tapped(token=token) if token.startswith(ERASE):
            number = token.removeprefix(ERASE)
            return int(number) if _MESSAGE_ID.fullmatch(number) else None
        case _:
            return None


def _tapped(token: str, state: State) -> Given | None:
    if token == envelope.URGENT.token:
        return Interrupt(URGENT_LABEL)
    if token == envelope.GO_ON.token:
        return Show()
    if token.startswith(CARD):
        return Detail(token.removeprefix(CARD))
    serial, _, option = token.partition(".")
    if serial == str(state.serial) and option:
        return Pick(option)
    return None


def piece(reply: Reply, state: State) -> Piece:
    """A reply of the engine as the envelope takes it, its buttons carrying the serial of this state."""
    return Piece(
        text=reply.text,
        first=reply.first,
        rows=tuple(tuple(Button(option.label, token(option.id, state)) for option in row) for row in reply.rows),
        card=reply.card is not None,
    )


def token(option: str, state: State) -> str:
    """What a button sends back: which option, and of which turn, so that an old button can be told."""
    return option if option == AGAIN or option.startswith(CARD) else f"{state.serial}.{option}"
