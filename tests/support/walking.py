"""A man in the middle of a conversation, for tests of flows: he taps labels and types words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogs.book import Book
from dialogs.engine import Begin, Card, Given, Interrupt, Line, Option, Pick, Reply, State, Step, Words, step

LIFELINES: Mapping[str, str] = {"helpline": "Ring 0808 157 0000.", "other": "Or ring 0808 157 0001."}


@dataclass
class Man:
    """Somebody in the middle of a conversation. His state is stored and read back after every turn."""

    book: Book
    channel: str = "telegram"
    lifelines: Mapping[str, str] = field(default_factory=lambda: LIFELINES)
    state: State = field(init=False)
    last: Step = field(init=False)

    def __post_init__(self) -> None:
        self.state = State.at_start(self.book)
        self.gives(Begin())

    def gives(self, given: Given) -> Step:
        before = self.state.to_bytes()
        self.last = step(self.book, self.state, given, lifelines=self.lifelines, channel=self.channel)
        assert self.state.to_bytes() == before
        self.state = State.from_bytes(self.last.state.to_bytes())
        assert self.state == self.last.state
        return self.last

    def taps(self, *labels: str) -> Step:
        for label in labels:
            options = {option.label: option.id for row in self.rows for option in row}
            self.gives(Pick(options[label]))
        return self.last

    def types(self, *texts: str) -> Step:
        for text in texts:
            self.gives(Words(text))
        return self.last

    def is_in(self, label: str) -> Step:
        return self.gives(Interrupt(label))

    @property
    def at(self) -> str:
        return f"{self.state.place.flow}/{self.state.place.step}"

    @property
    def reply(self) -> Reply:
        return self.last.replies[-1]

    @property
    def rows(self) -> tuple[tuple[Option, ...], ...]:
        return self.reply.rows

    @property
    def labels(self) -> list[list[str]]:
        return [[option.label for option in row] for row in self.reply.rows]


def card(service_id: str = "s1", *, more: bool = True) -> Card:
    return Card(
        service_id,
        lines=(Line("name", {"name": "The Shed"}), Line("phone", {"label": "Helpline", "number": "0808 157 0002"})),
        more=(Line("happens", {"text": "A man answers."}),) if more else (),
    )
