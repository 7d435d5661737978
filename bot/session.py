"""What is remembered about a man and his chat, as values; :mod:`bot.sessions` is where they are kept."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple, Self

from bot.arrival import Address
from dialogs.versions.carrying import Places


@dataclass(frozen=True, slots=True)
class Session:
    """What is remembered about a man: his place, his answers from closed lists, and the state of the chat.

    ``version`` is the digest of the conversations he is in, ``state`` the engine's state as bytes,
    ``standing`` the message that carries the present question, ``gate`` how many places deep he was when it
    had to be asked again whether it is OK to chat (``None``: no such question is open), ``danger`` a risk
    label that is still to be answered when he goes on.
    """

    version: str
    state: bytes = field(repr=False)
    last_turn: datetime
    standing: int | None = None
    gate: int | None = None
    danger: str | None = None

    def to_bytes(self) -> bytes:
        """Compact JSON; the engine's own bytes are text already."""
        raw = {
            "v": self.version,
            "s": self.state.decode("utf-8"),
            "t": as_milliseconds(self.last_turn),
            "m": self.standing,
            "g": self.gate,
            "d": self.danger,
        }
        return json.dumps(raw, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The inverse. Raises ValueError, KeyError or TypeError for bytes of another shape."""
        raw = json.loads(data)
        return cls(
            version=raw["v"],
            state=raw["s"].encode(),
            last_turn=as_time(raw["t"]),
            standing=raw["m"],
            gate=raw["g"],
            danger=raw["d"],
        )


class Whereabouts(NamedTuple):
    """Which version of the conversations a man is in, and the steps he stands on, the last being where he is.

    All that is told of him when it is decided whether a new version would leave him stranded: no answer, no name.
    """

    version: str
    places: Places

    def to_bytes(self) -> bytes:
        """Compact JSON."""
        return json.dumps([self.version, self.places], separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The inverse. Raises ValueError or TypeError for bytes of another shape."""
        version, places = json.loads(data)
        return cls(str(version), tuple((str(flow), str(step)) for flow, step in places))


@dataclass(frozen=True, slots=True)
class Leaving:
    """That he left: ``at`` is when it was carried out, ``sent_at`` when he asked for it.

    An outage can lie between the two, and what he sends in it after asking is a new conversation's.
    """

    at: datetime
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Wipe:
    """A chat whose messages are due to be deleted, and which of them still stand."""

    address: Address
    messages: tuple[int, ...] = field(repr=False)


def person(address: Address) -> tuple[str, str]:
    """The kind and the value of the pseudonym that a man's session and trace are filed under."""
    return "person", f"{address.channel}/{address.chat}"


def as_milliseconds(moment: datetime) -> int:
    """A time as the session database keeps it: milliseconds since 1970, UTC."""
    return int(moment.timestamp() * 1000)


def as_time(milliseconds: int) -> datetime:
    """The inverse."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
