"""What is drawn: boxes and arrows, before anybody decides where they stand or how they look."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from dialogs.flow import Flow
from dialogs.reading import RETURN
from dialogs.skipping import has_skip_button
from dialogs.spans import Ref
from dialogs.steps import Ask, Branch, Call, Choice, Find, Locate, Step
from dialogs.steps.branch import CHANNEL, CHANNELS
from dialogs.texts import LIFELINE, Text

OVERVIEW = "_overview"

Kind = Literal[
    "ask", "report", "locate", "find", "say", "branch", "call", "end", "flow", "return", "danger", "start", "unread"
]
Way = Literal["go", "skip", "call", "danger"]

# What each kind is called in the legend, for somebody who has not read the manual.
KINDS: Mapping[Kind, str] = {
    "start": "the conversation starts here",
    "ask": "a question with buttons",
    "report": "what went wrong with a service, passed on",
    "locate": "a place to type or tap",
    "find": "services are looked for",
    "say": "something is said",
    "branch": "a way by an answer, or by the channel",
    "call": "hands over to another flow",
    "flow": "another flow (a link to its drawing)",
    "return": "goes back to where he was",
    "end": "the end",
    "danger": "a danger (or a command) he may bring up anywhere",
    "unread": "is not there, or cannot be read yet",
}
WAYS: Mapping[Way, str] = {
    "go": "he taps, types, or it goes on by itself",
    "skip": "he skips the question",
    "call": "calls a flow",
    "danger": "interrupts what he was at",
}

SKIP = "Skip"

_ELSE = "otherwise"
_TYPED = "a typed place"
_DONE = "Done"
_COMES_BACK = "then back to the question"


@dataclass(frozen=True, slots=True)
class Box:
    """Something on the drawing. `flow` is the flow whose drawing it leads to, `codes` the findings on it."""

    id: str
    kind: Kind
    name: str
    words: str = ""
    flow: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from one box to another; `labels` are the options that lead along it."""

    source: str
    target: str
    way: Way = "go"
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagram:
    """One drawing. Boxes and arrows are in the order in which the conversation comes to them."""

    name: str
    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    codes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Sheet:
    """A drawing in the making: arrows between the same two boxes become one with all their labels."""

    boxes: dict[str, Box] = field(default_factory=dict)
    arrows: dict[tuple[str, str, Way], list[str]] = field(default_factory=dict)

    def box(self, box: Box) -> str:
        self.boxes.setdefault(box.id, box)
        return box.id

    def arrow(self, source: str, target: str, way: Way, label: str = "") -> None:
        labels = self.arrows.setdefault((source, target, way), [])
        if label and label not in labels:
            labels.append(label)

    def finished(self, name: str, title: str, codes: tuple[str, ...] = ()) -> Diagram:
        arrows = (Arrow(source, target, way, tuple(labels)) for (source, target, way), labels in self.arrows.items())
        return Diagram(name, title, tuple(self.boxes.values()), tuple(arrows), codes)


# --- One flow ---------------------------------------------------------------------------------------------


def of_flow(flow: Flow, flows: Mapping[str, Flow], findings: Mapping[str, tuple[str, ...]] | None = None) -> Diagram:
    """The drawing of one flow. `findings` has the codes to mark, by step; those of the flow itself under ""."""
    marks = findings or {}
    sheet = _Sheet()
    places = _names_of_areas(flows.values())
    sheet.box(Box("_start", "start", "", _start_words(flow, flows)))
    for name in _in_order(flow):
        step = flow.steps.get(name)
        if step is None:
            sheet.box(Box(name, "unread", name, codes=marks.get(name, ())))
        else:
            sheet.box(Box(name, step.kind, name, _words(step), codes=marks.get(name, ())))  # type: ignore[arg-type]
    if flow.first_step.name in sheet.boxes:
        sheet.arrow("_start", flow.first_step.name, "go")
    for name in _in_order(flow):
        if name in flow.steps:
            _ways_out(flow.steps[name], flows, places, sheet)
    return sheet.finished(flow.id, flow.title or flow.id, marks.get("", ()))


def _start_words(flow: Flow, flows: Mapping[str, Flow]) -> str:
    if flow.starts:
        return "his first message"
    called = {ref.name for other in flows.values() for step in other.steps.values() for ref in step.calls()}
    ways = [label.name for label in flow.interrupt]
    return " or ".join([*ways, "called by another flow"] if flow.id in called or not ways else ways)


def _in_order(flow: Flow) -> Iterator[str]:
    """The steps as a reader comes to them, then those that are never come to, as they are written."""
    seen: dict[str, None] = {}
    ahead = [flow.first_step.name]
    while ahead:
        name = ahead.pop(0)
        step = flow.steps.get(name)
        if name not in seen and (step is not None or name in flow.unread):
            seen[name] = None
            ahead.extend(target.ref.name for target in step.targets() if step) if step else None
    return iter([*seen, *(name for name in (*flow.steps, *sorted(flow.unread)) if name not in seen)])


def _ways_out(step: Step, flows: Mapping[str, Flow], places: Mapping[str, str], sheet: _Sheet) -> None:
    match step:
        case Ask() | Locate():
            for choice in step.options:
                _option(step, choice, flows, sheet)
            if isinstance(step, Locate):
                _leads(step.id, step.go, "go", _TYPED, sheet)
            elif step.many:
                _leads(step.id, step.go, "go", _DONE, sheet)
            if has_skip_button(step):
                _leads(step.id, step.skip, "skip", SKIP, sheet)
        case Branch():
            for case in step.cases:
                _leads(step.id, case.go, "go", places.get(case.value.name, case.value.name), sheet)
            _leads(step.id, step.otherwise, "go", _otherwise(step), sheet)
        case Call():
            _through(step.id, step.flow, step.go, "", flows, sheet)
        case _:
            for target in step.targets():
                _leads(step.id, target.ref, "go", "", sheet)


def _otherwise(step: Branch) -> str:
    """What is left for `else`; of the channels these are known by name."""
    if step.on.name != CHANNEL:
        return _ELSE
    cases = {case.value.name for case in step.cases}
    left = [channel for channel in CHANNELS if channel not in cases]
    return f"{_ELSE}: {', '.join(left)}" if left else _ELSE


def _option(step: Ask | Locate, choice: Choice, flows: Mapping[str, Flow], sheet: _Sheet) -> None:
    many = isinstance(step, Ask) and step.many
    if choice.call:
        _through(step.id, choice.call, choice.go, choice.label, flows, sheet)
    elif not many:
        _leads(step.id, choice.go, "go", choice.label, sheet)


def _leads(source: str, target: Ref, way: Way, label: str, sheet: _Sheet) -> None:
    if target.name == RETURN:
        # One for each step: lines from everywhere to a single one would cross the whole sheet.
        back = sheet.box(Box(f"{source}>{RETURN}", "return", "", "back to where he was"))
        sheet.arrow(source, back, "go", label)
    elif target:
        if target.name not in sheet.boxes:
            sheet.box(Box(target.name, "unread", target.name, "is not there"))
        sheet.arrow(source, target.name, way, label)


def _through(source: str, called: Ref, go: Ref, label: str, flows: Mapping[str, Flow], sheet: _Sheet) -> None:
    """Over to another flow, and on from there. Each hand-over has a box of its own, or lines would cross the sheet."""
    if not called:
        return
    title = flows[called.name].title if called.name in flows else "there is no such flow"
    words = title if go else f"{title}, {_COMES_BACK}"
    box = sheet.box(Box(f"{source}>{called.name}>{go.name}", "flow", called.name, words, flow=called.name))
    sheet.arrow(source, box, "go", label)
    if go:
        _leads(box, go, "go", "", sheet)


def _words(step: Step) -> str:
    match step:
        case Branch():
            return "by the channel he writes on" if step.on.name == CHANNEL else f"by his answer: {step.on.name}"
        case Call():
            return f"to {step.flow.name}"
        case Find():
            return _shown(step.found)
        case _:
            return _shown(step.text)  # type: ignore[attr-defined]


def _shown(text: Text) -> str:
    """A text with the names of its slots: two steps may differ in nothing but the number they give."""
    return text.render({slot: f"[{slot.removeprefix(LIFELINE)}]" for slot in text.slots})


def _names_of_areas(flows: Collection[Flow]) -> Mapping[str, str]:
    """What areas are called on the buttons: their codes tell a reader nothing."""
    locates = (step for flow in flows for step in flow.steps.values() if isinstance(step, Locate))
    return {choice.id: choice.label for step in locates for choice in step.options}


# --- All flows --------------------------------------------------------------------------------------------


def of_book(flows: Mapping[str, Flow], findings: Mapping[str, tuple[str, ...]] | None = None) -> Diagram:
    """All flows, which call which, and which dangers are answered by which. `findings`: codes by flow."""
    marks = findings or {}
    sheet = _Sheet()
    for flow in flows.values():
        if flow.starts:
            sheet.box(Box("_start", "start", "", "his first message"))
            sheet.arrow("_start", flow.id, "call")
    for flow in sorted(flows.values(), key=lambda flow: (not flow.starts, flow.id)):
        sheet.box(Box(flow.id, "flow", flow.id, flow.title, flow=flow.id, codes=marks.get(flow.id, ())))
    for flow in flows.values():
        for label in flow.interrupt:
            sheet.arrow(sheet.box(Box(f"!{label.name}", "danger", label.name)), flow.id, "danger")
        for step in flow.steps.values():
            for called in step.calls():
                if called.name in flows:
                    sheet.arrow(flow.id, called.name, "call")
    return sheet.finished(OVERVIEW, "All flows")
