"""The table of conversations in docs/conversations.md, measured on the real engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median

from dialogs.book import Book
from dialogs.editorial.reading_age import grade
from dialogs.editorial.reading_age import words as words_in
from dialogs.engine import Reply
from dialogs.flow import Flow
from dialogs.words import ENGLISH
from tests.support.every_turn import NUMBER, Turn

HEADER = (
    "| flow | what it is | from the first message to help, taps | screens | words a screen, middle and most "
    "| hardest screen, grade | sources | oldest seen |\n"
    "|---|---|---|---|---|---|---|---|\n"
)


@dataclass(frozen=True, slots=True)
class Screen:
    """One reply as its author wrote it: no card, no line of a lifeline, none of the engine's own words."""

    at: str
    path: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.at} after {' > '.join(self.path) or 'the first message'}"


def screens(turns: Iterable[Turn]) -> Iterator[Screen]:
    """Every different screen, the nearest first."""
    seen: set[str] = set()
    for turn in turns:
        for reply in turn.replies:
            text = _as_written(reply)
            if reply.card is None and text not in seen:
                seen.add(text)
                yield Screen(turn.at, turn.path, text)


def _as_written(reply: Reply) -> str:
    paragraphs = [reply.first or "", *reply.text.split("\n")]
    written = (p for p in paragraphs if NUMBER not in p and p not in (ENGLISH.not_understood, ENGLISH.did_you_mean))
    return "\n".join(filter(None, written))


def table(book: Book, turns: Iterable[Turn]) -> str:
    """The whole table, one line for each flow, the start first."""
    turns = tuple(turns)
    flows = sorted(book.flows.items(), key=lambda item: (item[0] != book.start, item[0]))
    return HEADER + "".join(_row(name, flow, turns) + "\n" for name, flow in flows)


def _row(name: str, flow: Flow, turns: tuple[Turn, ...]) -> str:
    here = [turn for turn in turns if turn.at.startswith(f"{name}/")]
    plain = [turn for turn in here if not _again(turn)]
    read = [screen for screen in screens(plain) if screen.at.startswith(f"{name}/")]
    lengths = [len(words_in(screen.text)) for screen in read]
    helped = min((len(turn.path) for turn in here if _helps(turn)), default=None)
    cells = (
        f"`{name}`",
        flow.title,
        "-" if helped is None else str(helped),
        str(sum(step.waits for step in flow.steps.values())),
        f"{median(lengths):.0f}, {max(lengths)}",
        f"{max(grade(screen.text) for screen in read):.1f}",
        str(len(flow.sources)),
        min((str(source.seen) for source in flow.sources), default="-"),
    )
    return f"| {' | '.join(cells)} |"


def _again(turn: Turn) -> bool:
    """Whether he stands where he stood: the question again, under its Why or under "I can't follow that"."""
    return len(turn.path) > 1 and (turn.path[-1] == "Why?" or turn.path[-1].startswith("("))


def _helps(turn: Turn) -> bool:
    """Whether a number or a service is on the screen, beside the helpline that always is."""
    return any(reply.card or NUMBER in reply.text or "999" in reply.text for reply in turn.replies)
