"""What a man was shown, held against what he was due: nothing missing, nothing else, and repeats told apart.

Pure. A process that dies in the middle of a turn may have shown it in part or whole; the turn is then taken anew and
its replies come again, from the first one on. A first reply that is an edit changes nothing the second time and is not
seen, so a repeat may also begin with the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from tests.support.botapi import Shown


class Reply(NamedTuple):
    """One reply as he sees it: its words and its buttons."""

    text: str
    buttons: tuple[str, ...]

    @classmethod
    def of(cls, shown: Shown) -> Reply:
        """What a message said at the moment."""
        return cls(shown.text, shown.buttons)


Turn: TypeAlias = tuple[Reply, ...]


class Diverged(Exception):
    """He was shown what no order of the turns he is due explains."""


class _At(NamedTuple):
    """So far he has been shown this turn's first replies. ``form`` is which of its forms."""

    turn: int
    form: int
    replies: int


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often each of his turns was shown anew, in whole or in part."""

    of_turns: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.of_turns)


class Hearing:
    """Follows one man's chat. A turn has several forms where the hour changed while it was under way."""

    def __init__(self) -> None:
        self._due: list[tuple[Turn, ...]] = []
        self._may_be: dict[_At, set[tuple[int, ...]]] = {_At(-1, 0, 0): {()}}

    def due(self, *forms: Turn) -> None:
        """The next turn that he is due."""
        self._due.append(forms)
        self._pass_silence()

    def also(self, turn: int, form: Turn) -> None:
        """Another form of a turn that is due already."""
        if form not in self._due[turn]:
            self._due[turn] = (*self._due[turn], form)
            self._pass_silence()

    def shown(self, reply: Reply) -> None:
        """He is shown this. Raises :class:`Diverged` when it cannot come now."""
        then: dict[_At, set[tuple[int, ...]]] = {}
        for at, explanations in self._may_be.items():
            for to, again in self._after(at, reply):
                then.setdefault(to, set()).update(_counted(each, to.turn, again) for each in explanations)
        if not then:
            raise Diverged
        self._may_be = {at: _fewest(explanations) for at, explanations in then.items()}
        self._pass_silence()

    @property
    def complete(self) -> bool:
        """Has he been shown everything that is due?"""
        return any(at.turn == len(self._due) - 1 and at.replies == self._length(at) for at in self._may_be)

    @property
    def reached(self) -> int:
        """The newest turn of which he may have been shown anything; -1 for none."""
        return max(at.turn for at in self._may_be)

    @property
    def repeats(self) -> tuple[Repeats, ...]:
        """What explains it with the fewest repeats, once it is ``complete``: several ways where turns say the same."""
        whole = set[tuple[int, ...]]()
        for at, explanations in self._may_be.items():
            if at.turn == len(self._due) - 1 and at.replies == self._length(at):
                whole |= explanations
        return tuple(Repeats(each + (0,) * (len(self._due) - len(each))) for each in sorted(_fewest(whole)))

    def _length(self, at: _At) -> int:
        return 0 if at.turn < 0 else len(self._due[at.turn][at.form])

    def _after(self, at: _At, reply: Reply) -> Iterator[tuple[_At, bool]]:
        """Where this reply may lead, and whether it begins a turn again."""
        if at.replies < self._length(at):
            if self._due[at.turn][at.form][at.replies] == reply:
                yield at._replace(replies=at.replies + 1), False
        elif at.turn + 1 < len(self._due):
            for form, turn in enumerate(self._due[at.turn + 1]):
                if turn[:1] == (reply,):
                    yield _At(at.turn + 1, form, 1), False
        if at.turn >= 0 and at.replies:
            for form, turn in enumerate(self._due[at.turn]):
                for begins_with in range(min(2, len(turn))):
                    if turn[begins_with] == reply:
                        yield _At(at.turn, form, begins_with + 1), True

    def _pass_silence(self) -> None:
        """A turn that shows nothing is over as soon as the one before it is."""
        for at, explanations in list(self._may_be.items()):
            while at.replies == self._length(at) and at.turn + 1 < len(self._due) and () in self._due[at.turn + 1]:
                at = _At(at.turn + 1, self._due[at.turn + 1].index(()), 0)
                self._may_be.setdefault(at, explanations)


def _counted(repeats: Sequence[int], turn: int, again: bool) -> tuple[int, ...]:
    if not again:
        return tuple(repeats)
    padded = [*repeats, *[0] * (turn + 1 - len(repeats))]
    padded[turn] += 1
    return tuple(padded)


def _fewest(explanations: set[tuple[int, ...]]) -> set[tuple[int, ...]]:
    least = min(map(sum, explanations))
    return {each for each in explanations if sum(each) == least}
