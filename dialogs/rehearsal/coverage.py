"""What of a conversation has been rehearsed: every step, option, skip, why, case and outcome, by flow and line.

A turn is followed through the flows from what was given to where he then stands, so that what is passed without
stopping (a branch, a line that is only said) counts as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dialogs.book import Book
from dialogs.engine import Begin, Described, Found, Given, Interrupt, Located, Pick, State, Step, Words
from dialogs.flow import Flow
from dialogs.reading import RETURN
from dialogs.skipping import has_skip_button
from dialogs.spans import Ref, Span
from dialogs.steps import Ask, Branch, Call, Choice, Find, Locate, Say
from dialogs.steps import Step as AnyStep
from dialogs.steps.branch import CHANNEL
from dialogs.texts import Text

_MOST_STEPS = 100
_OUTCOMES = ("found", "widened", "none", "unavailable")


@dataclass(frozen=True, slots=True)
class Item:
    """Something that can be rehearsed. `said` names it as the author would; `span` is where it is written."""

    flow: str
    step: str
    what: str
    said: str
    span: Span

    @property
    def key(self) -> tuple[str, str, str]:
        return self.flow, self.step, self.what


@dataclass(frozen=True, slots=True)
class Part:
    """How much of one flow has been rehearsed, and what has not."""

    flow: str
    items: int
    missing: tuple[Item, ...]

    @property
    def percent(self) -> int:
        """Rounded down, so that a hundred means all of it."""
        return 100 * (self.items - len(self.missing)) // self.items


# --- What there is ----------------------------------------------------------------------------------------


def items_of(flow: Flow) -> Iterator[Item]:
    """Everything in a flow that can be rehearsed, in the order in which it is written."""
    for label in flow.interrupt:
        yield Item(flow.id, "", f"danger:{label.name}", f"the danger `{label.name}`", label.span)
    for step in flow.steps.values():
        yield Item(flow.id, step.id, "", f"step `{step.id}`", step.span)
        for what, said, span in _parts_of(step):
            yield Item(flow.id, step.id, what, f"{said} of step `{step.id}`", span)


def _parts_of(step: AnyStep) -> Iterator[tuple[str, str, Span]]:
    match step:
        case Ask() | Locate():
            for choice in step.options:
                yield f"option:{choice.id}", f"the option `{choice.label}`", choice.span
            if has_skip_button(step):
                yield "skip", "Skip", step.skip.span
            if step.why:
                yield "why", "Why?", step.why.span
            if step.unknown:
                yield "unknown", "`unknown`", step.unknown.span
            if isinstance(step, Locate):
                yield "area", "a place that is found", step.go.span
                yield "choose", "`choose`", step.choose.span
            elif step.many:
                yield "done", "Done", step.go.span
        case Branch():
            for case in step.cases:
                yield f"case:{case.value.name}", f"the case `{case.value.name}`", case.value.span
            yield "else", "`else`", step.otherwise.span
        case Find():
            texts: Sequence[tuple[str, Text]] = [(name, getattr(step, name)) for name in (*_OUTCOMES, "gone")]
            for name, text in texts:
                if text:
                    yield f"services:{name}", f"`{name}`", text.span
        case _:
            return


# --- What was rehearsed -----------------------------------------------------------------------------------


class Coverage:
    """Collects what turns come to."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._met: set[tuple[str, str, str]] = set()

    def parts(self) -> tuple[Part, ...]:
        """Each flow, in the order of the book."""
        found = []
        for flow in self._book.flows.values():
            items = tuple(items_of(flow))
            missing = tuple(item for item in items if item.key not in self._met)
            found.append(Part(flow.id, len(items), missing))
        return tuple(found)

    def note(self, before: State, given: Given, after: Step, channel: str) -> None:
        """One turn: where he was, what was given, and what came of it. Words are given as what they were taken for."""
        turn = Followed(self._book, before, after.state, channel)
        turn.take(given)
        self._met |= turn.met


class Followed:
    """One turn, followed from step to step: what was met, and the places (flow and step) that it came to."""

    def __init__(self, book: Book, before: State, after: State, channel: str) -> None:
        self.book = book
        self.before = before
        self.after = after
        self.channel = channel
        self.met: set[tuple[str, str, str]] = set()
        self.places = [(place.flow, place.step) for place in before.places]

    def take(self, given: Given) -> None:
        flow, name = self.places[-1]
        at = self.book.step(flow, name)
        match given:
            case Begin():
                self.places = [(self.book.start, self.book.flows[self.book.start].first_step.name)]
            case Interrupt(label=label):
                self.interrupted(label)
            case Pick(option=option) if isinstance(at, Ask | Locate):
                self.picked(at, option)
            case Pick():
                self.places = [(place.flow, place.step) for place in self.after.places]
            case Located(outcome=outcome) if isinstance(at, Locate):
                self.meet(outcome)
                if outcome == "area":
                    self.go(at.go)
            case Found(outcome=outcome) if isinstance(at, Find):
                self.meet(f"services:{outcome}")
                self.go(at.go)
            case Words() if isinstance(at, Ask) and at.unknown and not self.after.offered:
                self.meet("unknown")
            case Described(card=None):
                shown = self.before.found
                if shown is not None:
                    self.met.add((shown.flow, shown.step, "services:gone"))
            case _:
                pass
        self.settle()
        self.met.add((self.after.place.flow, self.after.place.step, ""))

    def meet(self, what: str) -> None:
        self.met.add((*self.places[-1], what))

    def interrupted(self, label: str) -> None:
        flow = self.book.interrupts[label]
        self.met.add((flow, "", f"danger:{label}"))
        stood = [(place.flow, place.step) for place in self.after.places]
        # What he will come back to: the engine may have taken him out of another interrupt first.
        below = stood[:-1] if stood[-1][0] == flow else stood
        self.places = [*below, (flow, self.book.flows[flow].first_step.name)]

    def picked(self, at: Ask | Locate, option: str) -> None:
        choice = next((choice for choice in at.options if choice.id == option), None)
        many = isinstance(at, Ask) and at.many
        if choice is not None:
            self.meet(f"option:{choice.id}")
            if not many:
                self.choose(choice)
        elif option == "_skip" and at.skip:
            self.meet("skip")
            self.go(at.skip)
        elif option == "_why":
            self.meet("why")
        elif option == "_done" and many:
            self.meet("done")
            self.go(at.go if self.before.place.ticks else at.skip or at.go)
        elif any(option == offered.id for offered in self.before.offered):
            self.go(at.go)
        else:
            # Back, Start again and the like: where he then stands is all there is to it.
            self.places = [(place.flow, place.step) for place in self.after.places]

    def choose(self, choice: Choice) -> None:
        if choice.go:
            self.go(choice.go)
        if choice.call:
            self.enter(choice.call)

    def go(self, target: Ref) -> None:
        if target.name == RETURN:
            self.places.pop()
        else:
            self.places[-1] = (self.places[-1][0], target.name)

    def enter(self, flow: Ref) -> None:
        self.places.append((flow.name, self.book.flows[flow.name].first_step.name))

    def settle(self) -> None:
        """On to the next step that waits for him or for the world."""
        for _ in range(_MOST_STEPS):
            self.meet("")
            at = self.book.step(*self.places[-1])
            match at:
                case Say():
                    self.go(at.go)
                case Branch():
                    self.branch(at)
                case Call():
                    self.go(at.go)
                    self.enter(at.flow)
                case _:
                    return

    def branch(self, at: Branch) -> None:
        values = (self.channel,) if at.on.name == CHANNEL else self.after.answer(at.on.name)
        case = at.case(values)
        self.meet(f"case:{case.value.name}" if case else "else")
        self.go(case.go if case else at.otherwise)
