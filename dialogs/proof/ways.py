"""The ways on from one step: what he can do there, what it saves, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dialogs.proof.model import ANY_OTHER
from dialogs.spans import Ref
from dialogs.steps import Ask, Branch, Call, Choice, End, Locate, Step
from dialogs.steps.locate import nation_of
from dialogs.understanding import Heard, Understood, understand

# Places he might type, with their codes: cities, nations, and what lies in no nation; none of them twice.
PLACES = {
    "E08000035": "Leeds",
    "W06000015": "Cardiff",
    "S12000049": "Glasgow",
    "N09000003": "Belfast",
    "E06000023": "Bristol",
    "E08000003": "Manchester",
    "E92000001": "England",
    "W92000004": "Wales",
    "S92000003": "Scotland",
    "N92000002": "Northern Ireland",
    "K02000001": "United Kingdom",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way on from a step.

    `taps` is what he taps or types, empty where it goes on by itself. `saves` names the answer that is given or
    forgotten on the way, and `values` are what it then is; with `ticked` it is any set of them that is not empty.
    `go` is the step that follows (empty: this one again) and `call` a flow that comes before it.
    """

    taps: tuple[str, ...]
    go: Ref
    call: str = ""
    saves: str = ""
    values: tuple[str, ...] = ()
    ticked: tuple[Choice, ...] = ()


def ways_on(step: Step, typed: Sequence[str], skip: str, done: str) -> Iterator[Way]:
    """Every way on from a step, the options first. `typed` are the areas that a typed place can be found to be.

    Nothing leads on from an end. A branch has a way for each of its cases, and the last for all else.
    """
    match step:
        case Ask() if step.many:
            yield Way((done,), step.go, saves=step.save.name, ticked=step.options)
            yield Way((skip,), step.skip or step.go, saves=step.save.name)
        case Ask():
            yield from map(lambda choice: _chosen(choice, step.save), step.options)
            if step.skip:
                yield Way((_skipping(step, skip),), step.skip, saves=step.save.name)
        case Locate():
            yield from map(lambda choice: _chosen(choice, step.save), step.options)
            for code in typed:
                yield Way((typed_for(code, step, typed),), step.go, saves=step.save.name, values=(code,))
            yield Way((skip,), step.skip, saves=step.save.name)
        case Branch():
            yield from (Way((), target.ref) for target in step.targets())
        case Call():
            yield Way((), step.go, call=step.flow.name)
        case End():
            return
        case _:
            yield from (Way((), target.ref) for target in step.targets())


def _chosen(choice: Choice, save: Ref) -> Way:
    if choice.saves and save:
        return Way((choice.label,), choice.go, choice.call.name, save.name, (choice.id,))
    return Way((choice.label,), choice.go, choice.call.name)


def _skipping(step: Ask, skip: str) -> str:
    """What he taps to skip a question: a "carry on" that leads where Skip would stands in its place."""
    instead = (c.label for c in step.options if c.shown and not c.call and c.go.name == step.skip.name)
    return next(instead, skip) if step.answerless else skip


def typed_for(code: str, step: Locate, typed: Sequence[str]) -> str:
    """What he can type at this question to be found in the area, if we know a name for it; otherwise its code.

    For a nation it may be any place in it that is not asked for itself, and for any other area one that lies in none
    of those that are asked for. It is a place that is on no button here, if there is one: that would be a tap on it.
    """
    options = [Heard(choice.id, choice.label, choice.words) for choice in step.options]
    names = [name for place, name in PLACES.items() if _asked_for_as(place, typed) == code]
    return next((name for name in names if understand(name, options) == Understood()), (*names, code)[0])


def _asked_for_as(place: str, typed: Sequence[str]) -> str:
    return next((code for code in (place, nation_of(place)) if code in typed), ANY_OTHER)
