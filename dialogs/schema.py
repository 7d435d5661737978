"""The JSON Schema of a flow, made from the tables of entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dialogs import parsing
from dialogs.entries import ANY_NAMES, Names, Schema, entries_schema
from dialogs.findings import Findings
from dialogs.flow import FLOW_ENTRIES, LANGUAGE, Flow
from dialogs.known import Known
from dialogs.reading import Fields
from dialogs.source import Source


def json_schema(names: Names = ANY_NAMES) -> Schema:
    """A JSON Schema (draft 7) of one flow file, for completion and explanations in an editor's program.

    Only what a schema can see is in it; the check sees more, and nothing that the schema refuses passes it.
    With `names` the program also completes them where they can stand.
    """
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"A flow of Fingerpost, language {LANGUAGE}",
        "description": "A conversation, or a part of one. docs/flow-language.md explains every entry.",
        **entries_schema(FLOW_ENTRIES, names),
    }


def project_schema(source: Source, known: Known) -> Schema:
    """The same, completing the names of the project's own steps, flows, answers and choices besides.

    Files with mistakes give the names that can be read in them.
    """
    nodes = (parsing.parse(file, data, Findings()) for file, data in source.flows.items())
    flows = [
        Flow.read(node, Fields(node, Findings(), "the flow", known=known))
        for node in nodes
        if isinstance(node, parsing.Mapping)
    ]
    # Of one file the steps are its own, and the flows beside it are those that it can call.
    names = names_in(flows[:1] if source.alone else flows, known)
    return json_schema(replace(names, flows=tuple(sorted(source.names))))


def names_in(flows: Iterable[Flow], known: Known) -> Names:
    """The names that these flows have, in the order of the files, and those that the program offers them."""
    flows = tuple(flows)

    def unique(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(names))

    return Names(
        steps=unique(name for flow in flows for name in (*flow.steps, *sorted(flow.unread))),
        flows=unique(flow.id for flow in flows),
        answers=unique(name for flow in flows for name in flow.answers),
        choices=unique(name for flow in flows for name in flow.choices),
        labels=tuple(sorted(known.labels or ())),
        asides=tuple(sorted(known.asides or ())),
    )
