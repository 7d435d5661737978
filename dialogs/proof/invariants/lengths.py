"""How long texts are, with the longest of everything in their slots."""

from __future__ import annotations

from dialogs.book import Book
from dialogs.known import Known
from dialogs.proof.model import Where
from dialogs.steps import Ask, End, Find, Locate, Say, Step
from dialogs.texts import ABOUT, HELPLINE, LIFELINE, SILENCE, Slot, Text

BETWEEN = 2
"""An empty line stands between texts that are said in one message."""

# What is put into a slot where nothing better is known: no area's name is longer.
_LONGEST_AREA = 60
_LONGEST_LINE = 160
_LONGEST_SILENCE = 20
# As long as a setting in plain words may be (bot.settings).
_LONGEST_ABOUT = 200


class Lengths:
    """The lengths of a book's texts in its own language, in UTF-16 units, as Telegram counts.

    `arriving` has, for each step, how long what is said there is when something follows it in the same message, and
    when nothing does: for a find with services the cards are next, for one without whatever comes after it.
    """

    def __init__(self, book: Book, known: Known) -> None:
        self._lifelines = known.lifelines or {}
        self.not_understood = units(book.words.not_understood)
        self.arriving: dict[Where, tuple[int, int]] = {
            (flow.id, step.id): self._arriving(step) for flow in book.flows.values() for step in flow.steps.values()
        }

    def of(self, text: Text) -> int:
        """The longest that the text can get."""
        return sum(self._slot(part.name) if isinstance(part, Slot) else units(part) for part in text.parts)

    def _slot(self, name: str) -> int:
        if name == SILENCE:
            return _LONGEST_SILENCE
        if name in ABOUT:
            return _LONGEST_ABOUT
        if name == HELPLINE or name.startswith(LIFELINE):
            facts = self._lifelines.get(name.removeprefix(LIFELINE))
            return facts.longest if facts else _LONGEST_LINE
        return _LONGEST_AREA

    def _arriving(self, step: Step) -> tuple[int, int]:
        match step:
            case Ask() | Locate() | End() | Say():
                return self.of(step.text), 0
            case Find():
                without = max(self.of(step.none), self.of(step.unavailable))
                return without, max(self.of(step.found), self.of(step.widened))
            case _:
                return 0, 0


def units(text: str) -> int:
    """The length of a text as Telegram counts it: in UTF-16 code units."""
    return len(text) + sum(sign > "\uffff" for sign in text)
