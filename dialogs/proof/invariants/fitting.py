"""What stands in a message by itself fits into it, and the buttons under it are few (engines.md 4.3, 3).

F212: texts with the longest of everything in their slots, the `why` with the question it explains, and the buttons, in
every language.
"""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.proof.invariants.lengths import BETWEEN, Lengths
from dialogs.proof.invariants.told import Told
from dialogs.proof.model import Fault, Where
from dialogs.steps import Ask, End, Find, Locate, Report, Say, Step
from dialogs.texts import Text

MOST_BUTTONS = 100
"""The most buttons that Telegram takes under one message."""
LONGEST_TOKEN = 64
"""The longest token of a button that Telegram takes, in bytes."""

# Under every question stand Skip, Why? and Back, under every message urgent help and the way out.
_CONTROLS = 5
# What he might type to be told that it was not understood, or to be asked which place he means.
_NOT_UNDERSTOOD = "qwrtzp"
_OF_THIS_NAME_THERE_ARE_SEVERAL = "Newport"
# Before an option's id stands the number of the turn.
_TURN = len("1000000.")


def too_long(told: Told) -> Iterator[Fault]:
    """Texts that do not fit, alone or with what a question says again (F212)."""
    most = told.known.longest_message
    for language, book in {"": told.book, **told.book.tongues}.items():
        lengths = Lengths(book, told.known)
        for where, number in told.nearest.items():
            step = book.step(*where)
            if step is None:
                continue
            for text, what, also, taps in _messages_of(where, step, lengths, told.book.words.why):
                total = lengths.of(text) + also
                if total > most:
                    yield told.fault(
                        "F212",
                        text.span,
                        f"{what} of step `{step.id}` can have {total:,} characters{told.said_in(language)};"
                        f" the most is {most:,}.",
                        "Shorten it. Lifelines and areas are counted at their longest.",
                        at=number,
                        taps=taps,
                    )
                    break


def _messages_of(
    where: Where, step: Step, lengths: Lengths, why: str
) -> Iterator[tuple[Text, str, int, tuple[str, ...]]]:
    """The texts of a step that stand in a message by themselves, how long what is said with them is, and what he taps
    or types there to be told."""
    match step:
        case Ask():
            yield step.text, "The text", 0, ()
            again = lengths.of(step.text) + BETWEEN
            if step.why:
                yield step.why, "The `why`, with the question,", again, (why,)
            thanks = lengths.of(step.thanks) + BETWEEN if step.thanks else 0
            if step.unknown:
                yield step.unknown, "The `unknown`, with the question,", thanks + again, (_NOT_UNDERSTOOD,)
            else:
                what = "The text, after words that are not understood,"
                yield step.text, what, thanks + lengths.not_understood + BETWEEN, (_NOT_UNDERSTOOD,)
            if isinstance(step, Report) and step.which:
                yield step.which, "`which`", 0, ()
                next_ = (lengths.arriving.get((where[0], choice.go.name), (0, 0)) for choice in step.options)
                yield step.passed_on, "`passed_on`, with what follows it,", BETWEEN + max(map(max, next_)), ()
        case Locate():
            yield step.text, "The text", 0, ()
            yield step.why, "The `why`, with the question,", lengths.of(step.text) + BETWEEN, (why,)
            yield step.unknown, "`unknown`", 0, (_NOT_UNDERSTOOD,)
            yield step.choose, "`choose`", 0, (_OF_THIS_NAME_THERE_ARE_SEVERAL,)
        case Say() | End():
            yield step.text, "The text", 0, ()
        case Find():
            for what in ("found", "widened", "none", "unavailable", "gone"):
                yield getattr(step, what), f"`{what}`", 0, ()
        case _:
            return


def too_many_buttons(told: Told) -> Iterator[Fault]:
    """More buttons than go under one message, and ids too long to travel on one (F212)."""
    languages = 1 + len(told.book.tongues) if told.book.tongues else 0
    for where, number in told.nearest.items():
        step = told.book.step(*where)
        if not isinstance(step, Ask | Locate):
            continue
        shown = sum(choice.shown for choice in step.options)
        buttons = shown + (isinstance(step, Ask) and step.many) + _CONTROLS + languages
        if buttons > MOST_BUTTONS:
            yield told.fault(
                "F212",
                step.span,
                f"Step `{step.id}` has {shown} options. With what stands under every question that makes"
                f" {buttons} buttons; the most is {MOST_BUTTONS}.",
                "Ask in two steps: first for a group, then within it.",
                at=number,
            )
        for choice in step.options:
            if _TURN + len(choice.id.encode()) > LONGEST_TOKEN:
                message = f"The id `{choice.id}` of step `{step.id}` is too long to travel on a button."
                yield told.fault("F212", choice.span, message, "Choose a shorter one.", at=number)
