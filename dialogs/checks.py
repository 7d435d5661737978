"""Checks that need more than one step: that references meet, and that flows fit each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dialogs.findings import Findings, did_you_mean, listed
from dialogs.flow import Flow
from dialogs.known import Known
from dialogs.reading import RETURN
from dialogs.spans import Ref, Span
from dialogs.state import DEEPEST
from dialogs.steps import AnswerList, Ask, Call, Find, Locate, Scope, Step, Target
from dialogs.steps.choices import check_choice
from dialogs.understanding import normalise

# An interrupt stands above whatever he was at, and may call flows in turn.
MOST_CALLS = DEEPEST // 2

# A step of a flow, by the names of both.
Where = tuple[str, str]


def check_flow(flow: Flow, flows: Mapping[str, Flow], findings: Findings, known: Known) -> None:
    """Every name in one flow points at something, and every step is sound by itself."""
    scope = Scope(
        flow=flow.id,
        steps=flow.steps.keys() | flow.unread,
        answers=flow.answers,
        flows=flows,
        findings=findings,
        bland=known.bland,
        telling=known.telling,
        buttons={normalise(words) for name, words in known.around.items() if name.startswith("button.")},
        dangers={normalise(words) for label, words in known.ways_in.items() if label not in known.commands},
        more={normalise(step.more) for step in flow.steps.values() if isinstance(step, Find)},
    )
    first = flow.first_step
    if first and first.name not in scope.steps:
        findings.add(
            "F130",
            first.span,
            f"`first_step` is `{first.name}`, which does not exist.",
            hint=did_you_mean(first.name, scope.steps) or "Write the name of a step that is under `steps`.",
        )
    seen: set[Span] = set()
    for step in flow.steps.values():
        for target in step.targets():
            # A choice that several questions name leads to one place, and is told of once.
            if target.ref.span not in seen:
                seen.add(target.ref.span)
                scope.step(step.id, target)
        step.check(scope)
    _check_shared(flow, scope)


def _check_shared(flow: Flow, scope: Scope) -> None:
    """The options under `choices` are sound by themselves, and each is named by a question."""
    options = (option for step in flow.steps.values() if isinstance(step, Ask | Locate) for option in step.options)
    used = {option.id for option in options if option.shared}
    for choice in flow.choices.values():
        check_choice(choice, scope)
        # A step that could not be read may name it.
        if choice.label and choice.id not in used and not flow.unread:
            scope.findings.add(
                "F158",
                choice.span,
                f"No question names the choice `{choice.id}`.",
                hint=f"Name it among the `options` of a question, `- {choice.id}`, or delete it.",
            )


def check_together(flows: Mapping[str, Flow], findings: Findings, known: Known, *, alone: bool) -> None:
    """The flows make one conversation. `alone`: one file is looked at, which need not be the start."""
    _check_start(flows, findings, alone=alone)
    _check_interrupts(flows, findings, known)
    _check_answers(flows, findings)
    _check_asides(flows, findings, known, alone=alone)
    _check_calls(flows, findings)
    _check_loops(flows, findings)


def _check_start(flows: Mapping[str, Flow], findings: Findings, *, alone: bool) -> None:
    starts = [flow for flow in flows.values() if flow.starts]
    if not starts and not alone and flows:
        findings.add(
            "F125",
            next(iter(flows.values())).span,
            "None of the flows has `starts: yes`.",
            hint=f"Add it to one of {listed(flows)}." if len(flows) > 1 else "Add it to this flow.",
        )
    for flow in starts[1:]:
        findings.add(
            "F126",
            flow.span,
            f"Both `{starts[0].id}` and `{flow.id}` have `starts: yes`.",
            hint="Take it out of one of them.",
            related=[(starts[0].span, "the first")],
        )
    for flow in starts:
        if flow.interrupt:
            findings.add(
                "F129",
                flow.interrupt[0].span,
                f"`{flow.id}` has both `starts: yes` and `interrupt`.",
                hint="Move what answers the danger into a flow of its own.",
            )


def _check_interrupts(flows: Mapping[str, Flow], findings: Findings, known: Known) -> None:
    answered: dict[str, Ref] = {}
    for flow in flows.values():
        for label in flow.interrupt:
            if known.labels is not None and label.name not in known.labels:
                findings.add(
                    "F128",
                    label.span,
                    f"`{label.name}` is not a risk label.",
                    hint=did_you_mean(label.name, known.labels),
                )
            if label.name in answered:
                findings.add(
                    "F127",
                    label.span,
                    f"`{label.name}` is answered twice.",
                    hint="Take it out of the `interrupt` of one of the two flows.",
                    related=[(answered[label.name].span, "first answered here")],
                )
            answered.setdefault(label.name, label)


def _check_answers(flows: Mapping[str, Flow], findings: Findings) -> None:
    listed_: dict[str, AnswerList] = {}
    for flow in flows.values():
        for answer in flow.answers.values():
            first = listed_.setdefault(answer.name, answer)
            if first.values != answer.values:
                findings.add(
                    "F135",
                    answer.span,
                    f"`{answer.name}` is listed differently in another flow.",
                    hint="List the same values in the same order, or give one of the two answers another name.",
                    related=[(first.span, "listed here too")],
                )


def _check_asides(flows: Mapping[str, Flow], findings: Findings, known: Known, *, alone: bool) -> None:
    given: dict[str, Span] = {}
    for flow in flows.values():
        for name, text in flow.asides.items():
            if known.asides is not None and name not in known.asides:
                hint = did_you_mean(name, known.asides) or "Delete it."
                findings.add("F155", text.span, f"Nothing ever says the aside `{name}`.", hint=hint)
            if name in given:
                hint, related = "Keep one of the two.", [(given[name], "the first")]
                findings.add("F120", text.span, f"The aside `{name}` is worded twice.", hint=hint, related=related)
            given.setdefault(name, text.span)
    missing = sorted(set(known.asides or ()) - set(given))
    starts = [flow for flow in flows.values() if flow.starts]
    if missing and starts and not alone:
        hint = f"Word it under `asides` of a flow, such as `{starts[0].id}`."
        findings.add("F155", starts[0].span, f"No flow words the aside {listed(missing)}.", hint=hint)


def _check_calls(flows: Mapping[str, Flow], findings: Findings) -> None:
    """No flow can come to call itself, nor are the calls too deep."""
    before = len(findings.found)
    for flow in flows.values():
        for step in flow.steps.values():
            for ref in step.calls():
                if ref.name in flows and flow.id in _called_from(ref.name, flows):
                    findings.add(
                        "F151",
                        ref.span,
                        f"`{flow.id}` calls itself."
                        if ref.name == flow.id
                        else f"`{flow.id}` calls `{ref.name}`, which leads to `{flow.id}` being called again.",
                        hint="Go to `_return` instead of calling back.",
                    )
    if len(findings.found) == before:
        _check_depth(flows, findings)


def _check_depth(flows: Mapping[str, Flow], findings: Findings) -> None:
    """Flows call each other at most MOST_CALLS deep, so that a place is small and an interrupt always fits."""
    depths: dict[str, int] = {}
    for flow in flows.values():
        for step in flow.steps.values():
            for ref in step.calls():
                if ref.name in flows and _depth(ref.name, flows, depths) == MOST_CALLS:
                    findings.add(
                        "F157",
                        ref.span,
                        f"From `{ref.name}` on, {MOST_CALLS} flows call one another.",
                        hint="Let one of them lead on by itself, with `go`, instead of calling the next.",
                    )


def _depth(name: str, flows: Mapping[str, Flow], depths: dict[str, int]) -> int:
    """How many flows stand above each other at most, from this one on. There is no circle."""
    if name not in depths:
        called = {ref.name for step in flows[name].steps.values() for ref in step.calls()} & flows.keys()
        depths[name] = 1 + max((_depth(other, flows, depths) for other in called), default=0)
    return depths[name]


def _called_from(name: str, flows: Mapping[str, Flow]) -> set[str]:
    """The flow and every flow that it can come to call."""
    seen: set[str] = set()
    ahead = [name]
    while ahead:
        flow = ahead.pop()
        if flow not in seen and flow in flows:
            seen.add(flow)
            ahead.extend(ref.name for step in flows[flow].steps.values() for ref in step.calls())
    return seen


def _check_loops(flows: Mapping[str, Flow], findings: Findings) -> None:
    """No circle of steps at none of which the conversation waits for him.

    Branches are taken to go every way: answers cannot change while nothing is asked, so a circle that a
    branch can enter is never left.
    """
    silent = _flows_that_return_unasked(flows)
    state: dict[Where, str] = {}
    for start in [(flow.id, step) for flow in flows.values() for step in flow.steps]:
        if start in state:
            continue
        path: list[tuple[Where, Iterator[Where]]] = [(start, _unasked(start, flows, silent))]
        state[start] = "open"
        while path:
            where, ahead = path[-1]
            following = next(ahead, None)
            if following is None:
                state[where] = "done"
                path.pop()
            elif state.get(following) == "open":
                circle = [place for place, _ in path]
                circle = circle[circle.index(following) :]
                names = " -> ".join([*(step for _, step in circle), following[1]])
                step = flows[following[0]].steps[following[1]]
                findings.add(
                    "F149",
                    step.span,
                    f"These steps lead back to each other without a question: {names}.",
                    hint="Let one of them lead to a question or an end.",
                )
            elif following not in state:
                state[following] = "open"
                path.append((following, _unasked(following, flows, silent)))


def _unasked(where: Where, flows: Mapping[str, Flow], silent: set[str]) -> Iterator[Where]:
    """The steps that follow without waiting for him."""
    flow = flows[where[0]]
    step = flow.steps[where[1]]
    if step.waits:
        return
    targets: tuple[Target, ...] = step.targets()
    if isinstance(step, Call):
        called = flows.get(step.flow.name)
        if called is not None and called.first_step.name in called.steps:
            yield called.id, called.first_step.name
        if step.flow.name not in silent:
            targets = ()
    for target in targets:
        if target.ref.name in flow.steps:
            yield flow.id, target.ref.name


def _flows_that_return_unasked(flows: Mapping[str, Flow]) -> set[str]:
    """The flows that can get from their first step to `_return` without a question."""
    silent: set[str] = set()
    while True:
        more = {flow.id for flow in flows.values() if flow.id not in silent and _returns(flow, flows, silent)}
        if not more:
            return silent
        silent |= more


def _returns(flow: Flow, flows: Mapping[str, Flow], silent: set[str]) -> bool:
    seen: set[str] = set()
    ahead = [flow.first_step.name]
    while ahead:
        name = ahead.pop()
        if name == RETURN:
            return True
        step: Step | None = flow.steps.get(name)
        if step is None or name in seen or step.waits:
            continue
        seen.add(name)
        if not isinstance(step, Call) or step.flow.name in silent:
            ahead.extend(target.ref.name for target in step.targets())
    return False
