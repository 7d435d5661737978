"""Flows as trees that a test can edit as an editor edits files: rename a step, drop one, change its options."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from hypothesis import strategies as st

from dialogs.source import Source
from tests.support.random_flows import Tree, source_of

_REFERENCES = ("go", "skip", "else", "first_step")


def trees_of(source: Source) -> list[Tree]:
    """The flows of a source, every scalar a string."""
    return [yaml.load(data, Loader=yaml.CBaseLoader) for data in source.flows.values()]  # noqa: S506


def edited(trees: list[Tree], *edits: Callable[[dict[str, Tree]], None]) -> Source:
    """The flows after some edits, each of which is given them by name."""
    flows = {tree["flow"]: copy.deepcopy(tree) for tree in trees}
    for edit in edits:
        edit(flows)
    return source_of(list(flows.values()))


def redirect(flow: Tree, start: str, end: str) -> None:
    """Everything in a flow that leads to one step leads to another."""
    for holder, key in _references(flow):
        if holder[key] == start:
            holder[key] = end


def rename(flow: Tree, start: str, end: str) -> None:
    flow["steps"] = {end if name == start else name: body for name, body in flow["steps"].items()}
    redirect(flow, start, end)


def drop(flow: Tree, step: str, to: str) -> None:
    """A step is gone, and what led to it leads to another."""
    del flow["steps"][step]
    redirect(flow, step, to)


def options_of(flow: Tree, step: str) -> list[Any]:
    """What can be tapped at a step; empty where nothing can."""
    ((_, body),) = flow["steps"][step].items()
    found: list[Any] = body.get("options", [])
    return found


def _references(node: Any) -> Iterator[tuple[dict[str, Any], str]]:
    if isinstance(node, dict):
        yield from ((node, key) for key in _REFERENCES if isinstance(node.get(key), str))
        if isinstance(cases := node.get("cases"), dict):
            yield from ((cases, key) for key in cases)
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _references(inner)


@st.composite
def edits(draw: st.DrawFn, trees: list[Tree]) -> Source:
    """The flows after one to three slips or changes of mind of an editor. They may not even load."""
    flows = {tree["flow"]: copy.deepcopy(tree) for tree in trees}
    for _ in range(draw(st.integers(1, 3))):
        flow = flows[draw(st.sampled_from(sorted(flows)))]
        steps = list(flow["steps"])
        step, other = draw(st.sampled_from(steps)), draw(st.sampled_from(steps))
        match draw(st.sampled_from(("rename", "drop", "swap", "options", "labels", "values", "kind"))):
            case "rename":
                rename(flow, step, f"{step[:20]}_b")
            case "drop" if step != other:
                drop(flow, step, other)
            case "swap":
                flow["steps"][step], flow["steps"][other] = flow["steps"][other], flow["steps"][step]
            case "options" if len(options := options_of(flow, step)) > 1:
                options.pop(draw(st.integers(0, len(options) - 1)))
            case "labels":
                _swap_labels(draw, [option for option in options_of(flow, step) if isinstance(option, dict)])
            case "values":
                _drop_value(draw, flows)
            case "kind":
                flow["steps"][step] = {"end": {"text": "That is all."}}
    return source_of(list(flows.values()))


def _swap_labels(draw: st.DrawFn, options: list[Tree]) -> None:
    if len(options) > 1:
        one, other = draw(st.permutations(options))[:2]
        one["label"], other["label"] = other["label"], one["label"]


def _drop_value(draw: st.DrawFn, flows: dict[str, Tree]) -> None:
    """A value is gone from its list and from every question that gives it."""
    lists = sorted(
        {name for flow in flows.values() for name, values in flow.get("answers", {}).items() if values != "area"}
    )
    if not lists:
        return
    name = draw(st.sampled_from(lists))
    values = next(flow["answers"][name] for flow in flows.values() if name in flow.get("answers", {}))
    lost = draw(st.sampled_from(values))
    for flow in flows.values():
        if name in flow.get("answers", {}):
            flow["answers"][name] = [value for value in flow["answers"][name] if value != lost]
        for body in (body for step in flow["steps"].values() for body in step.values()):
            if body.get("save") == name:
                kept = [option for option in body["options"] if option != lost and _id(option) != lost]
                body["options"] = kept or body["options"]


def _id(option: Any) -> str | None:
    return option.get("id") if isinstance(option, dict) else None
