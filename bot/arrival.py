"""What comes in from a channel and how it is answered: the contract between a channel and the conversation.

A channel turns whatever its messenger sends into an :class:`Arrival` and hands the conversation an
:class:`Out`. Nothing else crosses: no names, no profiles, no message objects. Every ``repr`` here hides
the chat and the words, so that an arrival in a traceback or a debugger's log gives nobody away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Literal, Protocol

from safety.envelope import Turn


@dataclass(frozen=True, slots=True)
class Address:
    """Where a man can be answered: a channel's name and that channel's own name for his chat."""

    channel: str
    chat: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button was tapped. ``on`` is the message that carried it, where the messenger tells."""

    token: str = field(repr=False)
    on: int | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """He wrote something. The words live as long as this object and go nowhere."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Commanded:
    """One of the neutral commands of the messenger's menu. ``rest`` is what he typed behind ``/exit``."""

    name: Literal["start", "exit", "privacy", "help"]
    rest: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that is not words: a sticker, a voice note, a photo, a contact, a forward, an edit."""

    kind: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message or tap in.

    ``update`` is upstream's own id for it (a repeat carries the same one), ``sent_at`` is when upstream
    says it was sent (aware; ``None`` where the messenger does not tell), ``message`` is the id of his
    own message, kept only so that leaving can delete it. ``ahead`` is how far our clock is ahead of upstream's.
    """

    address: Address
    what: Tapped | Typed | Commanded | Unreadable
    update: str | None = None
    sent_at: datetime | None = None
    message: int | None = field(default=None, repr=False)
    ahead: timedelta = timedelta(0)

    def age(self, now: datetime) -> timedelta:
        """How long it waited upstream; nothing where the messenger does not tell."""
        return timedelta(0) if self.sent_at is None else now - self.ahead - self.sent_at


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of messages that were to be deleted: how many are gone, and which ids still stand."""

    gone: int
    left: tuple[int, ...] = field(default=(), repr=False)


class Taken(Enum):
    """What became of an arrival once it is settled and may be acknowledged upstream."""

    ANSWERED = "answered"
    REPEATED = "repeated"
    LEFT = "left"
    SILENT = "silent"


class Gone(Exception):
    """He blocked the bot or deleted his account: nothing can be sent to him again."""


class NotSent(Exception):
    """The turn was not (wholly) delivered; try the same arrival again later.

    ``sent`` holds the ids of messages that did go out before the failure, so that they are not lost to
    a later erase.
    """

    def __init__(self, reason: str, *, sent: tuple[int, ...] = ()) -> None:
        super().__init__(reason)
        self.sent = sent


class Out(Protocol):
    """How one arrival is answered on its channel."""

    async def send(self, turn: Turn, *, onto: int | None) -> tuple[int, ...]:
        """Show a turn and return the ids of the messages that now stand for it.

        ``onto`` is a message to edit into the turn's first one (nothing new appears for a tap). Raises
        :class:`Gone` or :class:`NotSent`.
        """
        ...

    async def erase(self, ids: Sequence[int]) -> Erased:
        """Delete these messages on both sides as far as the messenger allows. Never raises for a bad id."""
        ...
