"""Answers as far as the conversation can tell their values apart.

A branch tells the values that it names from all others, a find only whether there is an answer at all. Each such
distinction is a bit, so that a set of them is a number: those that are still to be made at a step are its mask, and
the values that a mask does not tell apart are one cell. A branch that names a nation takes every area in it: those
that are not named themselves are in the nation's own cell, and so there are no more cells than names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dialogs.book import Book
from dialogs.proof.model import ANY_OTHER, NOT_ANSWERED, TooManyStates
from dialogs.spans import Ref, Span
from dialogs.steps import Ask, Branch, Choice, Find, Locate, Step
from dialogs.steps.branch import CHANNEL, CHANNELS, case_of
from dialogs.steps.locate import nation_of

MOST_CELLS = 10_000
# Between the cases of several branches in the cell of an answer with several choices.
_AND = "/"


@dataclass(slots=True)
class Answer:
    """One answer of the book, or the channel.

    `many`: several of its values can be ticked. `values` are those that some question can give it, `ticked` the
    questions that let him tick several. `present` is the bit for being given at all, `named` the bits of the values
    that branches name, and (for several choices) `orders` those of the lists of cases, because of two cases that he
    ticked the first is taken.
    """

    name: str
    present: int
    many: bool = False
    values: dict[str, None] = field(default_factory=dict)
    ticked: list[tuple[Choice, ...]] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)
    orders: dict[tuple[str, ...], int] = field(default_factory=dict)
    bits: int = 0
    _cells: dict[int, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    _coarser: dict[tuple[int, int], Mapping[str, str] | None] = field(default_factory=dict)

    @property
    def is_read(self) -> bool:
        """Whether any branch or find reads it."""
        return self.bits != 0

    def cell(self, values: Collection[str], mask: int) -> str:
        """The cell that these values are in, as far as the mask tells."""
        if not values:
            return NOT_ANSWERED
        if not self.many:
            value = next(iter(values))
            return next((name for name in (value, nation_of(value)) if self.named.get(name, 0) & mask), ANY_OTHER)
        cases = [(*order, ANY_OTHER)[case_of(values, order)] for order, bit in self.orders.items() if bit & mask]
        return _AND.join(cases) or ANY_OTHER

    def cells(self, mask: int) -> Mapping[str, tuple[str, ...]]:
        """Every cell that the answer can be in, each with values that are in it."""
        known = self._cells.get(mask & self.bits)
        if known is None:
            known = self._cells[mask & self.bits] = self._all_cells(mask)
        return known

    def _all_cells(self, mask: int) -> Mapping[str, tuple[str, ...]]:
        cells: dict[str, tuple[str, ...]] = {} if self.name == CHANNEL else {NOT_ANSWERED: ()}
        for value in self.values:
            cells.setdefault(self.cell((value,), mask), (value,))
        for options in self.ticked:
            for cell, chosen in self.ticks(options, mask).items():
                cells.setdefault(cell, tuple(choice.id for choice in chosen))
        return cells

    def ticks(self, options: Sequence[Choice], mask: int) -> Mapping[str, tuple[Choice, ...]]:
        """The cells that ticking some of the options (at least one) leads to, each with the fewest of them.

        Raises TooManyStates when there are more than MOST_CELLS.
        """
        orders = [order for order, bit in self.orders.items() if bit & mask]
        places = {choice.id: [_place(choice.id, order) for order in orders] for choice in options}
        nowhere = tuple(_place("", order) for order in orders)
        found: dict[tuple[bool, tuple[int, ...]], tuple[Choice, ...]] = {(False, nowhere): ()}
        for choice in options:
            at = places[choice.id]
            for (_, firsts), chosen in list(found.items()):
                key = True, tuple(map(min, firsts, at))
                if key not in found or len(found[key]) > len(chosen) + 1:
                    found[key] = (*chosen, choice)
            if len(found) > MOST_CELLS:
                raise TooManyStates(
                    f"What he ticks for `{self.name}` can make more than {MOST_CELLS:,} differences.", options[0].span
                )
        return {self.cell([choice.id for choice in c], mask): c for (given, _), c in found.items() if given}

    def coarser(self, mask: int, into: int) -> Mapping[str, str] | None:
        """The cells of one mask as those of another that tells less. None when each keeps its name."""
        key = mask & self.bits, into & self.bits
        if key not in self._coarser:
            cells = {cell: self.cell(values, into) for cell, values in self.cells(mask).items()}
            self._coarser[key] = cells if any(cell != to for cell, to in cells.items()) else None
        return self._coarser[key]


def _place(value: str, order: Sequence[str]) -> int:
    """How soon the branch takes a case because of this value: of several that are ticked, the soonest decides."""
    nation = nation_of(value)
    if value in order:
        return order.index(value)
    return len(order) + (order.index(nation) if nation in order else len(order))


@dataclass(frozen=True, slots=True)
class Read:
    """One place where an answer is read: by a branch, or by a find."""

    answer: str
    step: Step
    flow: str
    ref: Ref


class Answers:
    """Every answer of a book, with the bits that its branches and finds tell apart."""

    def __init__(self, book: Book) -> None:
        self.by_name: dict[str, Answer] = {}
        self.reads: list[Read] = []
        self.writes: dict[str, list[Span]] = {}
        self._of_bit: list[Answer] = []
        steps = [(flow.id, step) for flow in book.flows.values() for step in flow.steps.values()]
        for _, step in steps:
            self._saves(step)
        for flow, step in steps:
            self._reads(flow, step)
        for answer in self.by_name.values():
            answer.values |= dict.fromkeys(CHANNELS) if answer.name == CHANNEL else {}

    def _answer(self, name: str) -> Answer:
        if name not in self.by_name:
            self.by_name[name] = answer = Answer(name, 0)
            answer.present = self._bit(answer)
        return self.by_name[name]

    def _bit(self, answer: Answer) -> int:
        bit = 1 << len(self._of_bit)
        self._of_bit.append(answer)
        answer.bits |= bit
        return bit

    def _saves(self, step: Step) -> None:
        if not isinstance(step, Ask | Locate) or not step.save:
            return
        answer = self._answer(step.save.name)
        self.writes.setdefault(step.save.name, []).append(step.save.span)
        if isinstance(step, Ask) and step.many:
            answer.many = True
            answer.ticked.append(step.options)
        else:
            answer.values |= dict.fromkeys(choice.id for choice in step.options if choice.saves)
        if isinstance(step, Locate):
            answer.values[ANY_OTHER] = None

    def _reads(self, flow: str, step: Step) -> None:
        match step:
            case Branch():
                answer = self._answer(step.on.name)
                if answer.name != CHANNEL:
                    self.reads.append(Read(answer.name, step, flow, step.on))
                order = tuple(case.value.name for case in step.cases)
                if answer.many:
                    if order not in answer.orders:
                        answer.orders[order] = self._bit(answer)
                    return
                for value in order:
                    if value not in answer.named:
                        answer.named[value] = self._bit(answer)
                    if ANY_OTHER in answer.values:
                        answer.values[value] = None
            case Find():
                for ref in reads_of(step):
                    self._answer(ref.name)
                    self.reads.append(Read(ref.name, step, flow, ref))
            case _:
                return

    def told_apart(self, step: Step) -> int:
        """The bits of what a step reads."""
        match step:
            case Branch():
                answer = self.by_name[step.on.name]
                mask = answer.present
                order = tuple(case.value.name for case in step.cases)
                if answer.many:
                    return mask | answer.orders[order]
                for value in order:
                    mask |= answer.named[value]
                return mask
            case Find():
                mask = 0
                for ref in reads_of(step):
                    mask |= self.by_name[ref.name].present
                return mask
            case _:
                return 0

    def of(self, mask: int) -> Iterator[Answer]:
        """The answers that the mask tells anything of, each once."""
        while mask:
            answer = self._of_bit[(mask & -mask).bit_length() - 1]
            yield answer
            mask &= ~answer.bits

    def typed(self, name: str) -> tuple[str, ...]:
        """The areas that a typed place can be found to be, as far as branches tell them apart."""
        answer = self.by_name.get(name)
        return (ANY_OTHER, *answer.named) if answer else (ANY_OTHER,)


def reads_of(step: Find) -> Iterable[Ref]:
    """The answers that a find looks by."""
    return (ref for ref in (step.needs, step.area, step.language, step.contact, step.age) if ref)
