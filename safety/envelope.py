"""The only maker of a turn: whatever a flow says, it leaves with the helpline and the way out.

A flow hands in pieces of text with buttons. What comes out is a `Turn`, and nothing else can make one: every
message of it opens with a bland line, closes with the helpline's number, and carries the buttons that lead to
urgent help and out. Two turns are not full ones: the bland line that answers a message which waited too long,
and the neutral line after leaving.

Texts are plain: no markup, so that the number is what a messenger makes tappable by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from typing import Final, Literal

from safety.blandness import is_bland
from safety.lifelines import Lifelines
from safety.speech import ENGLISH, Speech, filled

__all__ = [
    "GO_ON",
    "LEAVE",
    "LONGEST_TOKEN",
    "MOST_UNITS",
    "URGENT",
    "Button",
    "Message",
    "Piece",
    "Turn",
    "gate",
    "is_bland",
    "late",
    "left",
    "surround",
    "units",
]

MOST_UNITS: Final = 4096
"""The longest text Telegram takes, in UTF-16 code units."""
LONGEST_TOKEN: Final = 64
"""The longest token of a button that Telegram takes, in bytes."""

_BETWEEN = "\n\n"
_maker = object()


@dataclass(frozen=True, slots=True)
class Button:
    """What can be tapped. The token comes back when it is; ValueError when Telegram would refuse either."""

    label: str
    token: str

    def __post_init__(self) -> None:
        if not self.label.strip():
            raise ValueError("a button needs a label")
        if not 1 <= len(self.token.encode()) <= LONGEST_TOKEN:
            raise ValueError(f"a button's token is 1 to {LONGEST_TOKEN} bytes long")


Row = tuple[Button, ...]

LEAVE: Final = Button(ENGLISH.leave, "x")
URGENT: Final = Button(ENGLISH.urgent, "h")
GO_ON: Final = Button(ENGLISH.go_on, "g")


@dataclass(frozen=True, slots=True)
class Piece:
    """What a flow wants said: its words, a first line of its own if it has one, and the buttons beneath."""

    text: str = field(repr=False)
    first: str | None = None
    rows: tuple[Row, ...] = ()
    card: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it leaves. `repr` keeps its words to itself: they can tell where a man said he lives."""

    first: str
    body: str = field(repr=False)
    footer: str
    rows: tuple[Row, ...] = field(default=(), repr=False)
    card: bool = False

    @property
    def text(self) -> str:
        """The whole text: first line, body and footer with an empty line between."""
        return _BETWEEN.join(part for part in (self.first, self.body, self.footer) if part)


@dataclass(frozen=True, slots=True)
class Turn:
    """All that is said at once. Only this module can make one; anyone else gets ValueError. `language` is the code of
    the one it is said in, "" for English."""

    kind: Literal["full", "late", "left"]
    messages: tuple[Message, ...]
    language: str = ""
    made_by: InitVar[object] = None

    def __post_init__(self, made_by: object) -> None:
        if made_by is not _maker:
            raise ValueError("a turn is made by safety.envelope alone, so that it carries the helpline and the way out")


def units(text: str) -> int:
    """The length of a text as Telegram counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def surround(
    pieces: Iterable[Piece],
    *,
    lifelines: Lifelines,
    at: datetime,
    nation: str | None = None,
    urgent: bool = True,
    speech: Speech = ENGLISH,
) -> Turn:
    """A full turn: every message opens bland and ends with the helpline, and under each are the fixed
    buttons.

    `nation` is the code of the nation he named, if he did: it chooses the line that is open at any hour.
    `urgent` is False inside an interrupt, where the button for urgent help would lead to where he is. `speech` is
    the language of what stands around the pieces. A piece too long for one message becomes several, with its buttons
    under the last. A piece without words or buttons says nothing and is left out. ValueError when nothing is left to
    say, or a first line of the flow's own is not bland.
    """
    footer = _footer(lifelines, at, nation, speech)
    leave = Button(speech.leave, LEAVE.token)
    fixed: Row = (Button(speech.urgent, URGENT.token), leave) if urgent else (leave,)
    messages = tuple(message for piece in pieces for message in _messages(piece, footer, fixed, speech))
    if not messages:
        raise ValueError("a turn must say something")
    return Turn("full", messages, speech.language, made_by=_maker)


def gate(*, lifelines: Lifelines, at: datetime, said: str = "", speech: Speech = ENGLISH) -> Turn:
    """The full turn that asks "OK to chat now?" after a silence, and repeats nothing of what was said: it
    does not even take the nation he named. `said` is what became of the tap that it answers, if anything did."""
    go_on = Button(speech.go_on, GO_ON.token)
    text = _BETWEEN.join(part for part in (said, speech.gate) if part)
    return surround([Piece(text, speech.returning, ((go_on,),))], lifelines=lifelines, at=at, speech=speech)


def late(speech: Speech = ENGLISH) -> Turn:
    """What answers a message that waited too long: a bland line, a button to go on and the way out, nothing
    else. By now somebody else may hold the phone."""
    row = (Button(speech.go_on, GO_ON.token), Button(speech.leave, LEAVE.token))
    return Turn("late", (Message(speech.waiting, "", "", (row,)),), speech.language, made_by=_maker)


def left(*, remaining: int) -> Turn:
    """The neutral line after leaving. `remaining` counts the messages that could not be deleted; it is told
    as it is."""
    if remaining <= 0:
        line = "All clear."
    elif remaining == 1:
        line = "All clear but for 1 message. Deleting this chat removes it."
    else:
        line = f"All clear but for {remaining} messages. Deleting this chat removes them."
    return Turn("left", (Message(line, "", ""),), made_by=_maker)


def _footer(lifelines: Lifelines, at: datetime, nation: str | None, speech: Speech) -> str:
    helpline = lifelines.helpline
    if helpline.key in lifelines.closed:
        named = speech.footer_closed
    else:
        named = speech.footer_free if helpline.free else speech.footer
    line = filled(named, name=helpline.short, number=helpline.number)
    beside = lifelines.open_beside(at, nation)
    return line if beside is None else f"{line} · {filled(speech.beside, name=beside.short, number=beside.number)}"


def _messages(piece: Piece, footer: str, fixed: Row, speech: Speech) -> Iterator[Message]:
    if piece.first is not None and not is_bland(piece.first, speech.language):
        raise ValueError("the first line of a message must be bland: it can appear on a locked phone")
    body = _writable(piece.text).strip()
    if not body and not piece.rows:
        return
    first = piece.first if piece.first is not None else speech.card if piece.card else speech.opening
    room = MOST_UNITS - max(units(first), units(speech.continued)) - units(footer) - 2 * len(_BETWEEN)
    parts = _split(body, room)
    for number, part in enumerate(parts):
        rows = (*piece.rows, fixed) if number == len(parts) - 1 else (fixed,)
        yield Message(speech.continued if number else first, part, footer, rows, piece.card)


def _writable(text: str) -> str:
    """The text with halves of characters, which cannot be sent, replaced."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _split(text: str, room: int) -> Sequence[str]:
    """The text in parts of at most `room` units: cut at the end of a paragraph if one ends in the second half
    of what fits, else of a line, else of a word, else where it must be."""
    parts = []
    while units(text) > room:
        end = _longest_start(text, room)
        for boundary in ("\n\n", "\n", " "):
            cut = text.rfind(boundary, end // 2, end + 1)
            if cut > 0:
                break
        else:
            cut = end
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text] if text or not parts else parts


def _longest_start(text: str, room: int) -> int:
    """How many characters of the text fit in `room` units."""
    end = min(room, len(text))
    while units(text[:end]) > room:
        end -= (units(text[:end]) - room + 1) // 2
    return end
