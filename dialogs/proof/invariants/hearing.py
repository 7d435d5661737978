"""What he types means one thing (engines.md 4.3, 5 and 6).

F217: nothing that an option is said with is a way of leaving, which counts before the conversation hears it. F220: what
stands on a button, typed out, is that option and no other. Both in every language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dialogs.proof.invariants.told import Told
from dialogs.proof.model import Fault
from dialogs.steps import Ask, Choice, Locate
from dialogs.understanding import normalise


def clashes(told: Told) -> Iterator[Fault]:
    """Words of options that leave (F217), and labels that are heard as another option or as none (F220)."""
    nearest = told.nearest
    for language, book in {"": told.book, **told.book.tongues}.items():
        said_in = told.said_in(language)
        for where, number in nearest.items():
            step = book.step(*where)
            if isinstance(step, Ask | Locate):
                yield from _ways_of_leaving(told, step, number, said_in)
                yield from _heard_otherwise(told, step, number, said_in)


def _ways_of_leaving(told: Told, step: Ask | Locate, number: int, said_in: str) -> Iterator[Fault]:
    leaves = told.known.leaves
    if leaves is None:
        return
    for choice in step.options:
        for said in (choice.label, *choice.words):
            if leaves(said):
                yield told.fault(
                    "F217",
                    choice.label_span,
                    f"The option `{choice.label}` of step `{step.id}` is said `{said}`{said_in},"
                    " and whoever types that leaves.",
                    "Choose another word.",
                    at=number,
                    taps=(next(filter(leaves, _typed(said, step)), said),),
                )
                break


def _typed(said: str, step: Ask | Locate) -> Iterator[str]:
    """Ways to type it that are not the label of a button, which would be a tap on it."""
    labels = {choice.label for choice in step.options if choice.shown}
    return (typed for typed in (said, said.lower(), f"{said}.") if typed not in labels)


def _heard_otherwise(told: Told, step: Ask | Locate, number: int, said_in: str) -> Iterator[Fault]:
    meant: dict[str, set[str]] = {}
    for choice in step.options:
        for said in _phrases(choice):
            meant.setdefault(said, set()).add(choice.id)
    for choice in step.options:
        said = normalise(choice.label)
        instead = _instead(said, choice, step.options, meant)
        if instead:
            yield told.fault(
                "F220",
                choice.label_span,
                f"Whoever types what stands on the option `{choice.label}` of step `{step.id}`{said_in} {instead}.",
                "Change the label, or the id or words of the other option.",
                at=number,
                taps=(next(_typed(said or choice.label, step)),),
            )


def _phrases(choice: Choice) -> Iterator[str]:
    yield from map(normalise, (choice.id, choice.label, *choice.words))


def _instead(said: str, choice: Choice, options: Sequence[Choice], meant: dict[str, set[str]]) -> str:
    """What happens instead of this option when its label is typed; empty when it is this option."""
    if not said:
        return "is not understood"
    if said.isascii() and said.isdigit():
        # Numbers pick by position.
        place = int(said) if len(said) <= 3 else 0
        if not 1 <= place <= len(options):
            return "is not understood: numbers pick by position"
        if options[place - 1].id != choice.id:
            return f"gets `{options[place - 1].label}`: numbers pick by position"
        return ""
    # What a button is said by is not heard as anything that can only be typed.
    rivals = (other for other in options if other.id != choice.id and (other.shown or not choice.shown))
    others = [other.label for other in rivals if other.id in meant[said]]
    return f"is asked back, because it means `{others[0]}` too" if others else ""
