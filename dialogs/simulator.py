"""A man in the middle of a conversation, for tests: he taps labels and types words, and reads what is said.

The same engine as in production, without a channel, a directory or a clock. The state is saved to bytes and read
back after every turn, as it is between two messages of a real man, so that what would be lost there is lost here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dialogs.book import Book
from dialogs.engine import (
    AreaChoice,
    Begin,
    Card,
    Described,
    Detail,
    Find,
    Found,
    Given,
    Interrupt,
    Line,
    Locate,
    Located,
    Option,
    Pick,
    Reply,
    Report,
    Reported,
    State,
    Step,
    Words,
    step,
)
from dialogs.findings import closest, listed
from dialogs.rendering import CARD_PREFIX

Outcome = Literal["found", "widened", "none", "unavailable"]


class SimulationError(AssertionError):
    """The test asks for what the conversation does not offer just now. Its words name what there is."""


class NotOffered(SimulationError):
    """No button has this label. `offered` are the labels of those that there are."""

    def __init__(self, label: str, offered: Sequence[str], at: str) -> None:
        self.label = label
        self.offered = tuple(offered)
        likely = closest(label, self.offered)
        meant = f" Did you mean `{likely}`?" if likely else ""
        there_is = f"On offer: {listed(self.offered)}." if offered else "There are no buttons."
        super().__init__(f"`{label}` is not on offer at {at}. {there_is}{meant}")


@dataclass
class Simulator:
    """Somebody who talks to the flows of `book`, in a test.

    `lifelines` has the worded line of every lifeline that the texts name, "helpline" among them; `language` is a
    code of `book.tongues`, or empty for the language the flows are written in.

    Where the engine needs the world, the test says what the world answers: `located` after a typed place, `finds`
    when services are looked for. What he says of a service is passed on by itself and stands in `reports`. What is
    asked for and not there raises SimulationError, in words that name what is; a flow that cannot be stepped raises
    EngineError, as anywhere.

    >>> from dialogs.loading import load_book
    >>> from dialogs.simulator import Simulator, area
    >>> lines = {"helpline": "Ring 0808.", "mens_advice_line": "Or 0808.", "any_hour": "Now 116."}
    >>> man = Simulator(load_book(), lifelines=lines, channel="web")
    >>> man.at
    'main/hello'
    >>> step = man.taps("Yes", "Somewhere to stay")
    >>> step = man.types("leeds")
    >>> step = man.located(area("E08000035", "Leeds"))
    >>> step = man.finds("none")
    >>> "That is a gap in services, not in you." in man.text
    True
    >>> man.labels[2:]
    [['No luck there', 'Keep a number'], ['All topics', "That's all"], ['Back']]
    >>> man.taps("That's al")
    Traceback (most recent call last):
    dialogs.simulator.NotOffered: `That's al` is not on offer at main/after. On offer: `Something else`, \
`Another place`, `If I contact them`, `No luck there`, `Keep a number`, `All topics`, `That's all` and `Back`. \
Did you mean `That's all`?
    """

    book: Book
    lifelines: Mapping[str, str]
    channel: str = "telegram"
    language: str = ""
    state: State = field(init=False)
    last: Step = field(init=False)
    reports: list[Report] = field(init=False, default_factory=list, repr=False)
    _said: tuple[Reply, ...] = field(init=False, default=(), repr=False)
    _buttons: tuple[Option, ...] = field(init=False, default=(), repr=False)
    _cards: dict[str, Card] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.state = State.at_start(self.book)
        self.gives(Begin())
        if self.language:
            if self.language not in self.book.tongues:
                raise SimulationError(f"The conversation is not offered in the language `{self.language}`.")
            self.gives(Pick(f"_in_{self.language}"))

    # --- what he does -------------------------------------------------------------------------------------

    def taps(self, *labels: str) -> Step:
        """He taps a button, or several one after the other. Raises NotOffered for a label that no button has."""
        for label in labels:
            self._not_waiting(f"he taps `{label}`")
            option = self._button(label)
            if option.id.startswith(CARD_PREFIX):
                self._asks_for_more(option.id.removeprefix(CARD_PREFIX))
            else:
                self.gives(Pick(option.id))
        return self.last

    def types(self, *texts: str) -> Step:
        """He types words, or several messages one after the other."""
        for text in texts:
            self._not_waiting(f"he types `{text}`")
            self.gives(Words(text))
        return self.last

    def danger(self, label: str) -> Step:
        """His words are screened as this risk, or he taps the button for help in danger that is always there."""
        self._not_waiting(f"he is in danger (`{label}`)")
        if label not in self.book.interrupts:
            known = listed(sorted(self.book.interrupts)) if self.book.interrupts else "no danger at all"
            raise SimulationError(f"No flow answers the danger `{label}`. Answered: {known}.")
        return self.gives(Interrupt(label))

    # --- what the world answers ---------------------------------------------------------------------------

    def located(self, *areas: AreaChoice) -> Step:
        """The place he typed is this area; one of these; or, with none given, known to nobody."""
        self._waiting_for(Locate, "No place is being looked up")
        outcomes = {0: "unknown", 1: "area"}
        return self.gives(Located(outcomes.get(len(areas), "choose"), areas))  # type: ignore[arg-type]

    def finds(
        self, outcome: Outcome = "found", cards: int | Sequence[Card] = 1, *, area: str = "", wider: str = ""
    ) -> Step:
        """The directory answers. `cards` are the services found, or how many made-up ones; none when none are shown.

        `area` is the name of the area looked in, `wider` that of the larger one that a widened search looked in.
        """
        self._waiting_for(Find, "No services are being looked for")
        shown = [card(n) for n in range(1, cards + 1)] if isinstance(cards, int) else list(cards)
        if outcome not in ("found", "widened"):
            shown = []
        self._cards = {one.service_id: one for one in shown}
        return self.gives(Found(outcome, tuple(shown), area, wider or None))

    def withdrawn(self) -> None:
        """The services that he was shown may not be shown any more: asked for more of one, the directory says so."""
        self._cards = {}

    def gives(self, given: Given) -> Step:
        """Anything else that the engine takes."""
        self.last = step(self.book, self.state, given, lifelines=self.lifelines, channel=self.channel)
        self.state = State.from_bytes(self.last.state.to_bytes())
        if self.state != self.last.state:
            raise SimulationError(f"The state at {self.at} is not the same once it is saved and read back.")
        answered = isinstance(given, Located | Found | Described | Reported)
        self._said = (*self._said, *self.last.replies) if answered else self.last.replies
        new = tuple(option for reply in self.last.replies for row in reply.rows for option in row)
        # Under More about a service stands no question: the one above it is still there to be answered.
        self._buttons = new + self._buttons if isinstance(given, Detail | Described) else new
        if isinstance(self.last.request, Report):
            # It never holds him up.
            self.reports.append(self.last.request)
            return self.gives(Reported())
        return self.last

    # --- what he sees -------------------------------------------------------------------------------------

    @property
    def at(self) -> str:
        """The flow and the step where he stands."""
        return f"{self.state.place.flow}/{self.state.place.step}"

    @property
    def reply(self) -> Reply:
        """The last message of the last turn: the one with the question."""
        return self.last.replies[-1]

    @property
    def text(self) -> str:
        """All that was said since he last did something, first lines included."""
        said = (part for reply in self._said for part in (reply.first, reply.text))
        return "\n\n".join(filter(None, said))

    @property
    def rows(self) -> tuple[tuple[Option, ...], ...]:
        """The rows of buttons under the last message."""
        return self.reply.rows

    @property
    def labels(self) -> list[list[str]]:
        """The labels of the buttons under the last message, row by row."""
        return [[option.label for option in row] for row in self.rows]

    @property
    def offered(self) -> tuple[str, ...]:
        """The labels of all buttons that he can tap now, those of services included."""
        return tuple(dict.fromkeys(option.label for option in self._buttons))

    def _button(self, label: str) -> Option:
        ticked = self.state.place.ticks
        for option in self._buttons:
            # A ticked option shows its tick before its label; he knows it by the label.
            if option.label == label or (option.id in ticked and option.label.endswith(label)):
                return option
        raise NotOffered(label, self.offered, self.at)

    def _asks_for_more(self, service_id: str) -> None:
        self.gives(Detail(service_id))
        self.gives(Described(self._cards.get(service_id)))

    def _not_waiting(self, what: str) -> None:
        wanted = {Locate: "where the place is that he typed: use located(...)", Find: "the services: use finds(...)"}
        for request, named in wanted.items():
            if isinstance(self.last.request, request):
                raise SimulationError(f"Before {what}, the conversation at {self.at} has to be told {named}.")

    def _waiting_for(self, request: type[Locate | Find], otherwise: str) -> None:
        if not isinstance(self.last.request, request):
            raise SimulationError(f"{otherwise} at {self.at}.")


def area(code: str, name: str, county: str | None = None, nation: str | None = None) -> AreaChoice:
    """An area that a typed place may lie in."""
    return AreaChoice(code, name, county, nation)


def card(number: int = 1, *, name: str = "") -> Card:
    """A made-up service, such as the directory finds."""
    return Card(
        f"service_{number}",
        lines=(Line("name", {"name": name or f"Example service {number}"}),),
        more=(Line("happens", {"text": "A person answers."}),),
    )
