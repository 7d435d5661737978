"""What one turn can say: its messages are few and fit (engines.md 4.3, 3 and 8).

F211: a turn has at most five messages, and comes to a question soon. One find takes all five: its text, three cards,
and the question under them. What is said before it in the same turn would be a sixth, and a second find would bury
the first services. F212: what several steps say in one message fits into it, with the longest of everything in its
slots, in every language. (Texts by themselves: dialogs.proof.invariants.fitting.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dialogs.proof.invariants.lengths import BETWEEN, Lengths
from dialogs.proof.invariants.told import Told
from dialogs.proof.model import WHERE_HE_WAS, Fault, Where
from dialogs.steps import Branch, Call, Find, Step

MOST_MESSAGES = 5
MOST_CARDS = 3
# The engine gives up at a hundred steps without a question.
MOST_STEPS = 90


class Run(NamedTuple):
    """What is said from a node on until he is asked.

    `first` is how long the message that begins there can get, `messages` how many there can be, and `steps` how many
    are passed. `cuts`: it begins with a find, whose text is a message of its own, whatever was said before.
    """

    first: int
    messages: int
    steps: int
    cuts: bool = False


def crowded_turns(told: Told) -> Iterator[Fault]:
    """Turns of too many messages or steps (F211), and messages of several steps that are too long (F212)."""
    openings = _openings(told)
    for language, book in {"": told.book, **told.book.tongues}.items():
        lengths = Lengths(book, told.known)
        runs = _runs(told, lengths)
        if not language:
            yield from _too_many_messages(told, openings, runs)
        yield from _too_long_together(told, openings, runs, lengths, language)


def _openings(told: Told) -> list[int]:
    """The nodes at which a message begins, in the order in which they were come to."""
    walk = told.walk
    found = {number for number in told.nodes if walk.parent[number] < 0 or walk.taps[number]}
    for number in told.nodes:
        find = isinstance(told.step(number), Find)
        if find:
            found.add(number)
        if find or walk.waits(number):
            found.update(walk.follows[number])
    found.discard(-1)
    return sorted(found)


def _runs(told: Told, lengths: Lengths) -> list[Run]:
    """What is said from each node on."""
    table = told.table
    said = [lengths.arriving.get(stack.where, (0, 0)) for stack in table.stacks]
    waiting = {stack.number: Run(said[stack.number][0], 1, 1) for stack in table.stacks if stack.waits}
    outside = [
        run for number, run in waiting.items() if table.places(number)[0] != WHERE_HE_WAS and told.walk.numbers(number)
    ]
    # An interrupt that returns is followed by the question he was at, which may be any, or by what leads to it.
    unasked = _unasked(told)
    found = _runs_to(told, said, waiting)
    if not told.walk.numbers(table.where_he_was):
        return found
    homes = [*outside, *(found[number] for number in unasked)]
    runs: list[Run] | None = None
    for cuts in {run.cuts for run in homes}:
        home = _longest([run for run in homes if run.cuts == cuts])
        coming_back = _runs_to(told, said, {**waiting, table.where_he_was: home})
        runs = coming_back if runs is None else [_longest(both) for both in zip(runs, coming_back, strict=True)]
    return runs or found


def _unasked(told: Told) -> list[int]:
    """The nodes where nobody waits, and that an interrupt can come back to all the same: a stranger's first step, and
    what follows a flow that answers a danger, when that was called and an interrupt took its place."""
    stacks = told.table.stacks
    beneath = {stack.beneath for stack in stacks if stack.where[0] in told.table.answering}
    return [
        number
        for number in told.nodes
        if (told.walk.parent[number] < 0 or told.walk.stack[number] in beneath)
        and not told.walk.waits(number)
        and told.table.places(told.walk.stack[number])[0] != WHERE_HE_WAS
    ]


def _longest(runs: Sequence[Run]) -> Run:
    return Run(
        max(run.first for run in runs), max(run.messages for run in runs), max(run.steps for run in runs), runs[0].cuts
    )


def _runs_to(told: Told, said: Sequence[tuple[int, int]], waiting: Mapping[int, Run]) -> list[Run]:
    """What is said from each node on, up to the stacks of which we know it."""
    walk = told.walk
    runs: list[Run | None] = [waiting.get(stack) for stack in walk.stack]
    for number in told.nodes:
        chain: list[int] = []
        while number >= 0 and runs[number] is None and len(chain) <= MOST_STEPS:
            chain.append(number)
            number = next(iter(walk.follows[number]), -1)
        known = runs[number] if number >= 0 else Run(0, 0, 0)
        # Steps without an end in sight are too many, whatever follows.
        after = known or Run(0, 0, MOST_STEPS)
        for passed in reversed(chain):
            after = runs[passed] = _before(told.step(passed), said[walk.stack[passed]], after)
    return [run for run in runs if run]


def _before(step: Step | None, said: tuple[int, int], after: Run) -> Run:
    followed, alone = said
    steps = after.steps + 1
    if isinstance(step, Branch | Call):
        return Run(after.first, after.messages, steps, after.cuts)
    merged = followed if after.cuts else followed + BETWEEN + after.first
    if isinstance(step, Find):
        return Run(max(alone, merged), 1 + MOST_CARDS + after.messages, steps, True)
    return Run(merged, after.messages + after.cuts, steps)


def _passed(told: Told, number: int) -> Iterator[int]:
    """The nodes that are passed from here until he is asked."""
    for _ in range(MOST_STEPS + 1):
        yield number
        if told.walk.waits(number) or not told.walk.follows[number] or told.walk.follows[number][0] < 0:
            return
        number = told.walk.follows[number][0]


def _too_many_messages(told: Told, openings: list[int], runs: list[Run]) -> Iterator[Fault]:
    seen: set[Where] = set()
    for number in openings:
        run = runs[number]
        if run.messages <= MOST_MESSAGES and run.steps <= MOST_STEPS:
            continue
        passed = [n for n in _passed(told, number) if told.step(n) is not None]
        finds = [n for n in passed if isinstance(told.step(n), Find)]
        at = (finds[:2] or passed)[-1:]
        step = told.step(at[0]) if at else None
        if step is None or told.where(at[0]) in seen:
            continue
        seen.add(told.where(at[0]))
        if run.steps > MOST_STEPS:
            message = f"More than {MOST_STEPS} steps follow each other without a question, up to step `{step.id}`."
        elif len(finds) > 1:
            message = (
                f"Step `{step.id}` shows services in the same turn as step `{told.where(finds[0])[1]}`:"
                f" up to {run.messages} messages at once."
            )
        elif not finds:
            message = (
                f"After step `{step.id}` he comes back to where services are shown:"
                f" up to {run.messages} messages at once."
            )
        else:
            speaking = next(n for n in passed if not isinstance(told.step(n), Branch | Call))
            message = (
                f"Step `{told.where(speaking)[1]}` says something in the same turn in which step `{step.id}` shows"
                f" services: up to {run.messages} messages at once."
            )
        hint = "Put a question between them, or say it all in one of them."
        yield told.fault("F211", step.span, message, hint, at=number)


def _too_long_together(
    told: Told, openings: list[int], runs: list[Run], lengths: Lengths, language: str
) -> Iterator[Fault]:
    """Messages that several steps make; where one is too long by itself, that is told of it alone."""
    most = told.known.longest_message
    seen: set[Where] = set()
    for number in openings:
        if runs[number].first <= most:
            continue
        passed = [n for n in _passed(told, number) if not isinstance(told.step(n), Branch | Call | None)]
        if not passed:
            continue
        longest = max(passed, key=lambda n: max(lengths.arriving[told.where(n)]))
        step = told.step(longest)
        if step is None or told.where(passed[0]) in seen or max(lengths.arriving[told.where(longest)]) > most:
            continue
        seen.add(told.where(passed[0]))
        yield told.fault(
            "F212",
            step.span,
            f"The message that begins at step `{told.where(passed[0])[1]}` can have {runs[number].first:,}"
            f" characters{told.said_in(language)}; the most is {most:,}.",
            "What follows by itself is one message. Shorten the texts, or put a question between them.",
            at=number,
        )
