"""What men do in the load: short walks through the shipped conversation, each with its way to end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from safety import envelope
from tests.support.botapi import Man, Sent, Tap

MARK: Final = "quokkamarsupial"
"""A word that men say, and that must be found nowhere afterwards."""

OUTAGE: Final = timedelta(minutes=11)
"""How long ago a message was sent that waited for the bot too long."""


@dataclass(frozen=True, slots=True)
class Says:
    """He writes; ``ago``: that long before it can reach anybody."""

    text: str
    ago: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Taps:
    """He taps the button with this label in what was shown or changed last."""

    label: str


@dataclass(frozen=True, slots=True)
class Sticker:
    """He sends what nobody can read."""


@dataclass(frozen=True, slots=True)
class Away:
    """He puts the phone away for some seconds."""

    seconds: float


Action: TypeAlias = Says | Taps | Sticker
Step: TypeAlias = Action | Away | tuple[Action, ...]
"""What he does at once: one thing, or several without waiting for an answer."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk by its name. ``hasty``: he leaves while he may still be answered, so that only the end is certain."""

    name: str
    steps: tuple[Step, ...]
    leaves: bool
    hasty: bool = False


_GO_ON: Final = envelope.GO_ON.label
_LEAVE: Final = envelope.LEAVE.label
_TO_SERVICES: Final = (Says("/start"), Taps("Yes"), Taps("Talk to someone"), Says("leeds"))

WALKS: Final = (
    Walk("to a service and away", (*_TO_SERVICES, Taps("More"), Taps(_LEAVE)), leaves=True),
    Walk("to a service, and stays", (*_TO_SERVICES, Taps("More"), Taps("Something else")), leaves=False),
    Walk(
        "in his own words",
        (
            Says(f"hello {MARK}"),
            Says("yes"),
            Says("somewhere to stay"),
            Says(f"{MARK} my name is dave jones"),
            Taps("Skip"),
            Says("/exit"),
        ),
        leaves=True,
    ),
    Walk(
        "danger on the way",
        (Says("/start"), Taps("Yes"), Says(f"shes back with a knife {MARK}"), Taps("Carry on"), Taps("Money")),
        leaves=False,
    ),
    Walk(
        "three messages at once",
        (Says("hi"), (Says(f"its bad {MARK}"), Says("yes"), Sticker()), Taps("Health"), Says("exit")),
        leaves=True,
    ),
    Walk(
        "after an outage",
        (
            Says("/start"),
            Taps("Yes"),
            Says(f"anyone there {MARK}", ago=OUTAGE),
            Says("shes got a knife", ago=OUTAGE),
            Taps(_GO_ON),
            Taps("Carry on"),
        ),
        leaves=False,
    ),
    Walk("first heard after an outage", (Says(f"help me {MARK}", ago=OUTAGE), Taps(_GO_ON), Taps("Yes")), leaves=False),
    Walk(
        "the privacy page and back",
        (Says("/privacy"), Taps("Back"), Taps("Why?"), Taps("Yes"), Taps("All topics"), Taps("Back"), Taps(_LEAVE)),
        leaves=True,
    ),
    Walk(
        "away and back",
        (Says("/start"), Taps("Yes"), Taps(_LEAVE), Away(2.2), Says("hello"), Taps("Yes"), Says("/exit")),
        leaves=True,
    ),
    Walk("in haste by command", (*_TO_SERVICES, (Says(f"wait {MARK}"), Says("/exit"))), leaves=True, hasty=True),
    Walk("in haste by button", (*_TO_SERVICES, (Says("actually"), Taps(_LEAVE))), leaves=True, hasty=True),
)


async def does(man: Man, action: Action) -> Sent | Tap:
    """He does it, now. Raises LookupError when there is no such button."""
    match action:
        case Says(text, ago):
            return await man.says(text, sent_at=datetime.now(UTC) - ago if ago else None)
        case Taps(label):
            # Not simply the newest message: one that came again, and was not gone on from, has the same button.
            standing = {message.id: message for message in man.chat.messages}
            for shown in reversed(man.chat.told):
                message = standing.get(shown.id)
                if message is not None and message.button(label) is not None:
                    return await man.taps(label, on=message)
            return await man.taps(label)
        case Sticker():
            return await man.sends_sticker()


def at_once(step: Step) -> tuple[Action, ...]:
    """The actions of a step; none when he is away."""
    match step:
        case Away():
            return ()
        case tuple():
            return step
        case _:
            return (step,)


def clock(at: float) -> str:
    """A moment, as transcripts and lists of kills tell it: UTC."""
    return f"{time.strftime('%H:%M:%S', time.gmtime(at))}.{int(at % 1 * 1000):03}"
