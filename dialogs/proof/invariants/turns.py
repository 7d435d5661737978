"""What one turn can say: its messages are few and fit (engines.md 4.3, 3 and 8; DESIGN.md, the channels).

F211: a turn has at most five messages, and comes to a question soon. One find takes all five: its text, three cards,
and the question under them. What is said before it in the same turn would be a sixth, and a second find would bury
the first services. F212: each message
fits into one of the messenger's, with the longest of everything in its slots, in every language; and so do the
buttons under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dialogs.book import Book
from dialogs.proof.invariants.told import Told
from dialogs.proof.model import WHERE_HE_WAS, Fault, Where
from dialogs.steps import Ask, Branch, Call, End, Find, Locate, Say, Step
from dialogs.texts import HELPLINE, LIFELINE, SILENCE, Slot, Text
from dialogs.words import ENGLISH

MOST_MESSAGES = 5
MOST_CARDS = 3
# The engine gives up at a hundred steps without a question.
MOST_STEPS = 90

MOST_BUTTONS = 100
"""The most buttons that Telegram takes under one message."""
LONGEST_TOKEN = 64
"""The longest token of a button that Telegram takes, in bytes."""
# Under every question: Skip, Why?, Back; under every message: urgent help and the way out.
_CONTROLS = 5
# Before an option's id stands the number of the turn.
_TURN = len("1000000.")

# What is put into a slot, where nothing better is known: the longest area has 59 characters.
_LONGEST_AREA = 60
_LONGEST_LINE = 160
_LONGEST_SILENCE = 20
_BETWEEN = 2


# More than any turn: a circle of steps that never asks.
_ENDLESS = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """What is said from a node on until he is asked.

    `first` is the longest that the message beginning there can get (in UTF-16 units, as Telegram counts), `messages`
    how many there can be, and `steps` how many are passed. `cuts`: it begins with a find, whose text is a message of
    its own, whatever was said before.
    """

    first: int
    messages: int
    steps: int
    cuts: bool = False


def crowded_turns(told: Told) -> Iterator[Fault]:
    """Turns of too many messages or steps (F211), messages too long and too many buttons (F212)."""
    yield from _too_many_messages(told)
    for language, book in {"": told.book, **told.book.tongues}.items():
        lengths = _Lengths(told, book)
        yield from _too_long_by_themselves(told, lengths, language)
        yield from _too_long_together(told, lengths, language)
    yield from _too_many_buttons(told)


class _Lengths:
    """How long texts are in one language, with the longest of everything in their slots."""

    def __init__(self, told: Told, book: Book) -> None:
        self._lifelines = told.known.lifelines or {}
        self.not_understood = units(ENGLISH.not_understood)
        self.step: dict[Where, Step] = {
            (flow.id, step.id): step for flow in book.flows.values() for step in flow.steps.values()
        }
        self.arriving = {where: self._arriving(step) for where, step in self.step.items()}

    def of(self, text: Text) -> int:
        return sum(self._slot(part.name) if isinstance(part, Slot) else units(part) for part in text.parts)

    def _slot(self, name: str) -> int:
        if name == SILENCE:
            return _LONGEST_SILENCE
        if name == HELPLINE or name.startswith(LIFELINE):
            facts = self._lifelines.get(name.removeprefix(LIFELINE))
            return facts.longest if facts else _LONGEST_LINE
        return _LONGEST_AREA

    def _arriving(self, step: Step) -> tuple[int, int]:
        """How long what is said there is, followed by something or (a find's with services) not."""
        match step:
            case Ask() | Locate() | End() | Say():
                return self.of(step.text), 0
            case Find():
                return max(self.of(step.none), self.of(step.unavailable)), max(
                    self.of(step.found), self.of(step.widened)
                )
            case _:
                return 0, 0


def _runs(told: Told, lengths: _Lengths) -> list[Run]:
    """What is said from each node on."""
    asked = [
        lengths.arriving[told.where(n)][0]
        for n in told.nodes
        if told.walk.waits(n) and told.table.places(told.walk.stack[n])[0] != WHERE_HE_WAS
    ]
    where_he_was = Run(max(asked, default=0), 1, 1)
    runs: list[Run | None] = [None] * len(told.nodes)
    for number in told.nodes:
        chain: list[int] = []
        at = number
        while at >= 0 and runs[at] is None and not told.walk.waits(at) and told.step(at) and len(chain) <= MOST_STEPS:
            chain.append(at)
            at = next(iter(told.walk.follows[at]), -1)
        if at < 0:
            after = Run(0, 0, 0)
        elif (known := runs[at]) is not None:
            after = known
        elif told.step(at) is None:
            after = where_he_was
        elif told.walk.waits(at):
            after = Run(lengths.arriving[told.where(at)][0], 1, 1)
        else:
            after = Run(0, 0, _ENDLESS)
        if not chain:
            runs[number] = after
        for passed in reversed(chain):
            after = runs[passed] = _before(told.step(passed), lengths.arriving[told.where(passed)], after)
    return [run for run in runs if run is not None]


def _before(step: Step | None, said: tuple[int, int], after: Run) -> Run:
    followed, alone = said
    steps = after.steps + 1
    merged = followed if after.cuts else followed + _BETWEEN + after.first
    if isinstance(step, Find):
        return Run(max(alone, merged), 1 + MOST_CARDS + after.messages, steps, cuts=True)
    if not followed:
        return Run(after.first, after.messages, steps, after.cuts)
    return Run(merged, after.messages + after.cuts, steps)


def _openings(told: Told) -> Iterator[int]:
    """The nodes at which a message begins."""
    for number in told.nodes:
        if told.walk.parent[number] < 0 or told.walk.taps[number]:
            yield _speaking(told, number)
        if isinstance(told.step(number), Find):
            yield number
        for arrow, to in told.walk.arrows(number):
            if to >= 0 and (arrow.taps or isinstance(told.step(number), Find)):
                yield _speaking(told, to)


def _speaking(told: Told, number: int) -> int:
    """The first node from this one on that says something."""
    for at in _passed(told, number):
        if not isinstance(told.step(at), Branch | Call):
            return at
    return number


def _too_many_messages(told: Told) -> Iterator[Fault]:
    runs = _runs(told, _Lengths(told, told.book))
    seen: set[Where] = set()
    for number in _openings(told):
        run = runs[number]
        if run.messages <= MOST_MESSAGES and run.steps <= MOST_STEPS:
            continue
        passed = list(_passed(told, number))
        finds = [n for n in passed if isinstance(told.step(n), Find)]
        at = finds[:2][-1] if finds else passed[-1]
        step = told.step(at)
        if step is None or told.where(at) in seen:
            continue
        seen.add(told.where(at))
        if run.steps > MOST_STEPS:
            message = f"More than {MOST_STEPS} steps follow each other without a question, up to step `{step.id}`."
        elif len(finds) > 1:
            message = (
                f"Step `{step.id}` shows services in the same turn as step `{told.where(finds[0])[1]}`:"
                f" up to {run.messages} messages at once."
            )
        else:
            message = (
                f"Step `{told.where(number)[1]}` says something in the same turn in which step `{step.id}` shows"
                f" services: up to {run.messages} messages at once."
            )
        yield told.fault(
            "F211", step.span, message, "Put a question between them, or one text into the other.", at=number
        )


def _passed(told: Told, number: int) -> Iterator[int]:
    """The nodes that are passed from here until he is asked."""
    for _ in range(MOST_STEPS + 1):
        yield number
        if told.walk.waits(number) or not told.walk.follows[number] or told.walk.follows[number][0] < 0:
            return
        number = told.walk.follows[number][0]


def _too_long_together(told: Told, lengths: _Lengths, language: str) -> Iterator[Fault]:
    """Messages that several steps make, where each would fit by itself."""
    runs = _runs(told, lengths)
    most = told.known.longest_message
    seen: set[Where] = set()
    for number in _openings(told):
        if runs[number].first <= most or told.where(number) in seen:
            continue
        seen.add(told.where(number))
        passed = [n for n in _passed(told, number) if told.step(n) is not None]
        if len(passed) == 1 and max(lengths.arriving[told.where(passed[0])]) > most:
            continue
        longest = max(passed, key=lambda n: max(lengths.arriving[told.where(n)]))
        step = told.step(longest)
        assert step is not None
        yield told.fault(
            "F212",
            step.span,
            f"The message that begins at step `{told.where(number)[1]}` can have {runs[number].first:,} characters"
            f"{_in(language)}; the most is {most:,}.",
            "What follows by itself is one message. Shorten the texts, or put a question between them.",
            at=number,
        )


def _too_long_by_themselves(told: Told, lengths: _Lengths, language: str) -> Iterator[Fault]:
    """Texts that do not fit, alone or with what a question says again."""
    most = told.known.longest_message
    nearest = told.nearest()
    for where, number in nearest.items():
        step = lengths.step.get(where)
        if step is None:
            continue
        for text, what, also in _messages_of(step, lengths):
            total = lengths.of(text) + also
            if total > most:
                yield told.fault(
                    "F212",
                    text.span,
                    f"{what} of step `{step.id}` can have {total:,} characters{_in(language)}; the most is {most:,}.",
                    "Shorten it. Lifelines and areas are counted at their longest.",
                    at=number,
                )
                break


def _messages_of(step: Step, lengths: _Lengths) -> Iterator[tuple[Text, str, int]]:
    """The texts of a step that stand in a message by themselves, and what is said with them."""
    match step:
        case Ask():
            text = lengths.of(step.text)
            yield step.text, "The text", 0
            yield step.why, "The `why` with the text", text + _BETWEEN
            if step.unknown:
                yield step.unknown, "The `unknown` with the text", text + _BETWEEN
            else:
                yield (
                    step.text,
                    "The text under the words for what is not understood",
                    lengths.not_understood + _BETWEEN,
                )
        case Locate():
            yield step.text, "The text", 0
            yield step.why, "The `why` with the text", lengths.of(step.text) + _BETWEEN
            yield step.unknown, "`unknown`", 0
            yield step.choose, "`choose`", 0
        case Say() | End():
            yield step.text, "The text", 0
        case Find():
            for name in ("found", "widened", "none", "unavailable", "gone"):
                yield getattr(step, name), f"`{name}`", 0
        case _:
            return


def _in(language: str) -> str:
    return f" in the language `{language}`" if language else ""


def _too_many_buttons(told: Told) -> Iterator[Fault]:
    """More buttons than go under one message, and ids too long to travel on one."""
    for where, number in told.nearest().items():
        step = told.book.step(*where)
        if not isinstance(step, Ask | Locate):
            continue
        buttons = len(step.options) + _CONTROLS + (1 + len(told.book.tongues) if told.book.tongues else 0)
        if buttons > MOST_BUTTONS:
            yield told.fault(
                "F212",
                step.span,
                f"Step `{step.id}` has {len(step.options)} options; with what stands under every question that makes"
                f" {buttons} buttons, and the most is {MOST_BUTTONS}.",
                "Ask in two steps: first for a group, then within it.",
                at=number,
            )
        for choice in step.options:
            if _TURN + len(choice.id.encode()) > LONGEST_TOKEN:
                yield told.fault(
                    "F212", choice.span, f"The id `{choice.id}` is too long to travel on a button.", at=number
                )


def units(text: str) -> int:
    """The length of a text as Telegram counts it: in UTF-16 code units."""
    return len(text) + sum(sign > "\uffff" for sign in text)
