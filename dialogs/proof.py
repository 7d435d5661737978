"""Walks the conversation and reports what a man could run into, with the shortest way there.

A node is the stack of steps he stands on. Every tap, every typed place, every case of a branch and every
outcome of a find is followed; Back, Why and Start again are not, because a way out must not depend on them.
Branches are taken to go every way whatever he answered, so a fault may need answers that exclude each other;
no real fault is missed by that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from dialogs import words
from dialogs.book import Book
from dialogs.reading import RETURN
from dialogs.spans import Ref, Span
from dialogs.steps import Ask, Branch, Call, End, Find, Locate, Step

MOST_QUESTIONS = 5
MOST_NODES = 100_000
# What he might type where a place is asked for.
A_PLACE = "Leeds"

# The steps he stands on, as (flow, step); the last is where he is.
Stack = tuple[tuple[str, str], ...]
# Stands for wherever he was when an interrupt came. To get back there is a good end of the interrupt.
WHERE_HE_WAS = ("", "")


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that the conversation breaks, and the shortest way to see it (what he taps or types)."""

    code: str
    span: Span
    message: str
    hint: str = ""
    replay: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """One way on. `taps` is empty where the conversation goes on by itself; `to` None is a dead `_return`."""

    taps: tuple[str, ...]
    to: Stack | None
    ref: Ref


def prove(book: Book) -> list[Fault]:
    """Every fault that walking the book finds, in no particular order."""
    graph = _Graph(book)
    roots: list[tuple[Stack, tuple[str, ...]]] = [(graph.first(book.start), ())]
    for label, flow in book.interrupts.items():
        roots.append(((WHERE_HE_WAS, *graph.first(flow)), (f"(words that mean {label})",)))
    faults: dict[tuple[str, Span], Fault] = {}
    reached: set[tuple[str, str]] = set()
    for root, before in roots:
        walk = _walk(root, before, graph.edges)
        reached.update(stack[-1] for stack in walk)
        if len(walk) > MOST_NODES:
            span = book.flows[book.start].span
            found = [Fault("F206", span, f"The conversation has more than {MOST_NODES:,} places to stand.")]
        else:
            found = [*_dead_returns(walk, graph), *_without_end(walk, graph), *_unskippable(walk, graph)]
            if not before:
                found += _too_many_questions(root, graph)
        for fault in found:
            faults.setdefault((fault.code, fault.span), fault)
    if not any(fault.code == "F206" for fault in faults.values()):
        return [*faults.values(), *_unreached(book, reached)]
    return list(faults.values())


class _Graph:
    """The conversation as nodes and edges."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def first(self, flow: str) -> Stack:
        return ((flow, self.book.flows[flow].first_step.name),)

    def step(self, stack: Stack) -> Step | None:
        return self.book.step(*stack[-1])

    def edges(self, stack: Stack) -> Iterator[Edge]:
        match self.step(stack):
            case Ask() as ask if ask.many:
                yield self.edge(stack, (ask.options[0].label, words.DONE), ask.go)
                yield self.edge(stack, (words.SKIP,), ask.skip or ask.go)
            case Ask() | Locate() as question:
                for choice in question.options:
                    yield self.edge(stack, (choice.label,), choice.go, choice.call)
                if isinstance(question, Locate):
                    yield self.edge(stack, (A_PLACE,), question.go)
                if question.skip:
                    yield self.edge(stack, (words.SKIP,), question.skip)
            case Branch() as branch:
                yield from (self.edge(stack, (), target.ref) for target in branch.targets())
            case Call() as call:
                yield self.edge(stack, (), call.go, call.flow)
            case None | End():
                return
            case step:
                yield from (self.edge(stack, (), target.ref) for target in step.targets())

    def edge(self, stack: Stack, taps: tuple[str, ...], go: Ref, call: Ref | None = None) -> Edge:
        """The way to `go`, and from there into `call`; without a `go` the call comes back to here."""
        to: Stack | None = stack
        if go.name == RETURN:
            to = stack[:-1] or None
        elif go:
            to = (*stack[:-1], (stack[-1][0], go.name))
        if call and to is not None:
            to = (*to, *self.first(call.name))
        return Edge(taps, to, go)

    def settled(self, stack: Stack | None) -> Iterator[Stack]:
        """The questions and ends that follow without his doing anything, up to the next services."""
        ahead = [stack]
        seen: set[Stack] = set()
        while ahead:
            at = ahead.pop()
            if at is None or at in seen:
                continue
            seen.add(at)
            step = self.step(at)
            if step is not None and step.waits:
                yield at
            elif not isinstance(step, Find):
                ahead.extend(edge.to for edge in self.edges(at))


# The walk: for each node the shortest list of taps that leads there.
Walk = Mapping[Stack, tuple[str, ...]]


def _walk(root: Stack, before: tuple[str, ...], edges: Callable[[Stack], Iterable[Edge]]) -> Walk:
    """Breadth first by taps; what happens by itself costs nothing. Stops at MOST_NODES."""
    walk: dict[Stack, tuple[str, ...]] = {}
    ahead = deque([(root, before)])
    while ahead and len(walk) <= MOST_NODES:
        stack, replay = ahead.popleft()
        if stack in walk:
            continue
        walk[stack] = replay
        for edge in edges(stack):
            if edge.to is None or edge.to in walk:
                continue
            if edge.taps:
                ahead.append((edge.to, replay + edge.taps))
            else:
                ahead.appendleft((edge.to, replay))
    return walk


def _dead_returns(walk: Walk, graph: _Graph) -> Iterator[Fault]:
    for stack, replay in walk.items():
        for edge in graph.edges(stack):
            if edge.to is None:
                yield Fault(
                    "F205",
                    edge.ref.span,
                    f"Step `{stack[-1][1]}` returns, but nothing called the flow `{stack[-1][0]}`.",
                    "Let it lead to a step of this flow.",
                    replay + edge.taps,
                )


def _without_end(walk: Walk, graph: _Graph) -> Iterator[Fault]:
    """Questions from which no end can be reached (nor the place where an interrupt came)."""
    comes_from: dict[Stack, list[Stack]] = {}
    for stack in walk:
        for edge in graph.edges(stack):
            if edge.to is not None:
                comes_from.setdefault(edge.to, []).append(stack)
    ahead = [stack for stack in walk if stack[-1] == WHERE_HE_WAS or isinstance(graph.step(stack), End)]
    ends: set[Stack] = set()
    while ahead:
        stack = ahead.pop()
        if stack not in ends:
            ends.add(stack)
            ahead.extend(comes_from.get(stack, ()))
    for stack, replay in walk.items():
        step = graph.step(stack)
        if stack not in ends and step is not None and step.waits:
            yield Fault(
                "F203",
                step.span,
                f"From step `{step.id}` no end can be reached.",
                "Give it an option that leads to an `end` step, or in the end to one.",
                replay,
            )


def _unskippable(walk: Walk, graph: _Graph) -> Iterator[Fault]:
    for stack, replay in walk.items():
        step = graph.step(stack)
        if isinstance(step, Ask | Locate) and step.skip:
            edge = graph.edge(stack, (words.SKIP,), step.skip)
            if stack in graph.settled(edge.to):
                yield Fault(
                    "F204",
                    step.skip.span,
                    f"To skip step `{step.id}` leads back to it.",
                    "Let `skip` lead to the question after it.",
                    replay + edge.taps,
                )


def _too_many_questions(root: Stack, graph: _Graph) -> Iterator[Fault]:
    """Ways on which more than five different questions are asked before the first services or an end."""
    none: frozenset[tuple[str, str]] = frozenset()
    ahead: deque[tuple[Stack, frozenset[tuple[str, str]], tuple[str, ...]]] = deque([(root, none, ())])
    seen: set[tuple[Stack, frozenset[tuple[str, str]]]] = set()
    told: set[tuple[str, str]] = set()
    while ahead:
        stack, asked, replay = ahead.popleft()
        step = graph.step(stack)
        if isinstance(step, Ask | Locate) and step.counts:
            asked |= {stack[-1]}
        if (stack, asked) in seen or isinstance(step, Find | End):
            continue
        seen.add((stack, asked))
        if len(seen) > MOST_NODES:
            span = graph.book.flows[graph.book.start].span
            yield Fault("F206", span, "There are too many ways to the first services to count their questions.")
            return
        if len(asked) > MOST_QUESTIONS:
            if step is not None and stack[-1] not in told:
                told.add(stack[-1])
                yield Fault(
                    "F202",
                    step.span,
                    f"Step `{step.id}` is question {len(asked)} before the first services.",
                    "Leave a question out, or ask it after the first services. A menu has `counts: no`.",
                    replay,
                )
            continue
        for edge in graph.edges(stack):
            if edge.to is None:
                continue
            if edge.taps:
                ahead.append((edge.to, asked, replay + edge.taps))
            else:
                ahead.appendleft((edge.to, asked, replay))


def _unreached(book: Book, reached: set[tuple[str, str]]) -> Iterator[Fault]:
    for flow in book.flows.values():
        missed = [step for step in flow.steps.values() if (flow.id, step.id) not in reached]
        if len(missed) == len(flow.steps):
            yield Fault("F207", flow.span, f"Nothing leads to the flow `{flow.id}`.", "Call it, or remove it.")
        else:
            for step in missed:
                yield Fault("F201", step.span, f"Nothing leads to step `{step.id}`.", "Lead to it, or remove it.")
