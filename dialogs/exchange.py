"""What goes into the engine and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from dialogs.pieces import Option, Place
from dialogs.state import State

# --- In ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin at the start, forgetting all answers."""


@dataclass(frozen=True, slots=True)
class Pick:
    """He tapped an option: its id, or one of `_skip _back _why _restart _return _done _none`.

    `_in_` and the code of a language ("cy", "en") goes on in that language.
    """

    option: str


@dataclass(frozen=True, slots=True, repr=False)
class Words:
    """He typed. The words are understood or passed on to Locate, and then gone.

    `thanked`: a line that thanks him for them is said already, so that a question need not do it again.
    """

    text: str
    thanked: bool = False


@dataclass(frozen=True, slots=True)
class Interrupt:
    """His words were screened as this risk, or he asked for it: answer that first, then come back."""

    label: str


@dataclass(frozen=True, slots=True)
class Show:
    """Say the present question again and step nothing. `again`: the whole turn, services included."""

    again: bool = False


@dataclass(frozen=True, slots=True)
class AreaChoice:
    """An area that a typed place may lie in. County and nation tell two of one name apart."""

    code: str
    name: str
    county: str | None
    nation: str | None


@dataclass(frozen=True, slots=True)
class Located:
    """The answer to Locate. Raises ValueError when the outcome and the areas do not agree."""

    outcome: Literal["area", "choose", "unknown"]
    areas: tuple[AreaChoice, ...] = ()

    def __post_init__(self) -> None:
        agrees = {"area": len(self.areas) == 1, "choose": len(self.areas) > 1, "unknown": not self.areas}
        if not agrees.get(self.outcome, False):
            raise ValueError(f"{self.outcome} with {len(self.areas)} areas")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card: which (a key of CARD_LINES), and the facts that go into its wording."""

    key: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Card:
    """A service to show: its lines in order, and those that stand behind More."""

    service_id: str
    lines: tuple[Line, ...]
    more: tuple[Line, ...] = ()

    @property
    def name(self) -> str:
        """What the service is called."""
        return next((line.values["name"] for line in self.lines if line.key == "name"), self.service_id)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to Find. Raises ValueError when the outcome and the cards do not agree.

    `area_name` is the area he named ("" when he named none), `widened_to` the larger one that was searched.
    """

    outcome: Literal["found", "widened", "none", "unavailable"]
    cards: tuple[Card, ...] = ()
    area_name: str = ""
    widened_to: str | None = None

    def __post_init__(self) -> None:
        shows = self.outcome in ("found", "widened")
        if shows != bool(self.cards) or self.outcome not in ("found", "widened", "none", "unavailable"):
            raise ValueError(f"{self.outcome} with {len(self.cards)} cards")


@dataclass(frozen=True, slots=True)
class Detail:
    """He tapped More on a card."""

    service_id: str


@dataclass(frozen=True, slots=True)
class Described:
    """The answer to Describe: the card, or None when the service may not be shown any more."""

    card: Card | None


@dataclass(frozen=True, slots=True)
class Reported:
    """The answer to Report. It is always the same: what becomes of a report never holds him up."""


Given = Begin | Pick | Words | Interrupt | Show | Located | Found | Detail | Described | Reported

# --- Out --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Locate:
    """Where is this? His words: to be looked up and forgotten."""

    words: str


@dataclass(frozen=True, slots=True)
class Find:
    """Which services fit? Needs and the rest are values of answers; `area` is an area's code.

    `without` are services that he said something was wrong with: they are not shown to him again.
    """

    needs: tuple[str, ...]
    area: str | None
    language: str | None = None
    contact: str | None = None
    age: str | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Describe:
    """Everything about one service, please. `find` is what was asked when it was shown, for its reasons."""

    service_id: str
    find: Find


@dataclass(frozen=True, slots=True)
class Report:
    """Please pass on, once this turn is over: `kind` is one of dialogs.steps.report.KINDS, said of this service, or of
    the chat itself (`service_id` is empty).
    """

    service_id: str
    kind: str


Request = Locate | Find | Describe | Report


class Reply(NamedTuple):
    """One message: text, a bland first line if the flow gives one, rows of buttons, and whose card it is."""

    text: str
    first: str | None = None
    rows: tuple[tuple[Option, ...], ...] = ()
    card: str | None = None


class Step(NamedTuple):
    """One step: where he is now, what is said, and what has to be known before it can go on."""

    state: State
    replies: tuple[Reply, ...]
    request: Request | None = None


class EngineError(Exception):
    """A flow or a state that cannot be stepped. `place` is the flow and step; nothing he typed is in it."""

    def __init__(self, message: str, at: Place) -> None:
        self.place = f"{at.flow}/{at.step}"
        super().__init__(f"{message} (at {self.place})")
