"""Flows to draw, mistakes and all: a drawing is most wanted while a flow is not right yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dialogs import parsing
from dialogs.findings import Finding, Findings
from dialogs.flow import Flow
from dialogs.known import Known
from dialogs.reading import Fields
from dialogs.source import Source

# By flow and step (an empty name stands for the flow itself), the codes of the errors there.
Marks = Mapping[str, Mapping[str, tuple[str, ...]]]


def flows_of(source: Source) -> Mapping[str, Flow]:
    """Every flow that can be made out, whether or not it could be used."""
    flows = {}
    for file, data in source.flows.items():
        findings = Findings()
        node = parsing.parse(file, data, findings)
        if isinstance(node, parsing.Mapping) and node.entries:
            flow = Flow.read(node, Fields(node, findings, "the flow", known=Known()))
            flows[flow.id] = flow
    return flows


def marks(source: Source, findings: Iterable[Finding]) -> Marks:
    """The codes of the errors among the findings, at the steps they stand in. A warning stops nobody."""
    marked: dict[str, dict[str, tuple[str, ...]]] = {}
    places = {file: _lines_of_steps(file, data) for file, data in source.flows.items()}
    for finding in findings:
        if finding.severity != "error" or finding.file not in places:
            continue
        lines = places[finding.file]
        step = next((name for name, (first, last) in lines.items() if first <= finding.line <= last), "")
        flow = marked.setdefault(finding.file.rsplit("/", 1)[-1].removesuffix(".yaml"), {})
        if finding.code not in flow.get(step, ()):
            flow[step] = (*flow.get(step, ()), finding.code)
    return marked


def _lines_of_steps(file: str, data: bytes) -> Mapping[str, tuple[int, int]]:
    """The first and the last line of every step."""
    node = parsing.parse(file, data, Findings())
    entries = node.entries if isinstance(node, parsing.Mapping) else ()
    steps = next((value for key, value in entries if key.value == "steps"), None)
    if not isinstance(steps, parsing.Mapping):
        return {}
    return {key.value: (key.span.line, max(key.span.line, value.span.end_line)) for key, value in steps.entries}
