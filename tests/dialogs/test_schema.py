"""The JSON Schema and the loader agree: an editor must not be told two things."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import parsing, reference
from dialogs.entries import Names
from dialogs.findings import Findings, FlowErrors
from dialogs.flow import FLOW_ENTRIES
from dialogs.known import Known
from dialogs.loading import load_book, load_source
from dialogs.schema import json_schema, names_in, project_schema
from dialogs.source import Source, shipped
from dialogs.steps import STEP_TYPES
from tests.dialogs.conftest import HERE
from tests.support.broken_flows import broken_flows
from tests.support.flow_mutations import mutations, plain, written

SCHEMA = json_schema()
JUDGE = jsonschema.Draft7Validator(SCHEMA, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
FLOWS = sorted([*(HERE / "book").glob("*.yaml"), *Path(str(shipped())).glob("*.yaml")])

# What a schema can see wherever it stands. The others need to know what a name stands for, or what a text says.
STRUCTURAL = frozenset(
    {
        "F110",  # a name is expected
        "F111",  # the wrong kind of value
        "F112",  # unknown entry
        "F113",  # missing entry
        "F114",  # empty value
        "F116",  # unknown language version
        "F118",  # not a good name
        "F119",  # reserved name
        "F121",  # not yes or no
        "F122",  # not a date
        "F123",  # not a web address
        "F136",  # the label does not fit
        "F140",  # several choices, mixed up
        "F144",  # first line too short or too long
        "F147",  # a line of the card is not worded
        "F150",  # not a step
        "F152",  # no options
        "F154",  # a question that says it is none
        "F156",  # not a grade of confidence
    }
)


def complaints(flow: Any) -> list[str]:
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:100]}" for error in JUDGE.iter_errors(flow)]


def errors_of(name: str, text: str) -> set[str]:
    """The codes of the errors that reading one file finds."""
    source = Source({f"{name}.yaml": text.encode()}, {}, alone=True, shown=name)
    try:
        load_source(source)
    except FlowErrors as errors:
        return {finding.code for finding in errors.findings if finding.severity == "error"}
    return set()


# --- what the schema is ----------------------------------------------------------------------------------------


def test_the_schema_is_a_draft_7_schema_in_plain_json() -> None:
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def properties(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every entry that the schema names, wherever; rules that only limit other entries aside."""
    if isinstance(schema, dict):
        for name, inner in schema.get("properties", {}).items():
            yield f"{path}/{name}", inner
        for key, inner in schema.items():
            if key not in ("allOf", "if", "then", "else", "defaultSnippets"):
                yield from properties(inner, f"{path}/{key}")
    elif isinstance(schema, list):
        for inner in schema:
            yield from properties(inner, path)


def test_every_entry_is_explained_to_whoever_types_it() -> None:
    named = dict(properties(SCHEMA))
    assert len(named) > 100
    for path, entry in named.items():
        for word in ("title", "description", "markdownDescription"):
            assert entry.get(word), (path, word)


def test_every_kind_of_step_is_explained_with_an_example_and_offered_as_a_whole() -> None:
    step = SCHEMA["properties"]["steps"]["additionalProperties"]
    assert list(step["properties"]) == list(STEP_TYPES)
    snippets = {snippet["label"]: snippet["body"] for snippet in step["defaultSnippets"]}
    for kind, entry in step["properties"].items():
        assert "```yaml" in entry["markdownDescription"]
        assert set(entry["required"]) <= set(snippets[kind][kind])


def test_a_snippet_has_all_that_its_kind_needs_to_be_a_step() -> None:
    step = SCHEMA["properties"]["steps"]["additionalProperties"]
    for snippet in step["defaultSnippets"]:
        ((kind, body),) = snippet["body"].items()
        rules = step["properties"][kind].get("allOf", [])
        needed = {name for rule in rules for name in rule.get("else", {}).get("required", [])}
        assert needed | set(step["properties"][kind]["required"]) == set(body)


# --- what it says of flows -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_flow_that_loads_satisfies_the_schema(path: Path) -> None:
    assert complaints(plain(path.read_text(encoding="utf-8"))) == []


class Core(yaml.SafeLoader):
    """Reads scalars as YAML 1.2 does, which is how editors' programs read them."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("null", r"^(?:null|Null|NULL|~|)$", ["~", "n", "N", ""]),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", __import__("re").compile(pattern), first)


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_editors_program_that_reads_numbers_and_switches_is_satisfied_too(path: Path) -> None:
    assert complaints(yaml.load(path.read_text(encoding="utf-8"), Loader=Core)) == []  # noqa: S506 (a safe loader)


def test_a_number_on_a_button_is_text_to_the_schema_as_to_the_loader() -> None:
    flow = yaml.load(reference.EXAMPLE, Loader=Core)  # noqa: S506 (a safe loader)
    flow["steps"]["hello"]["ask"]["options"][1] |= {"label": 999, "words": [112, 1.5]}
    assert complaints(flow) == []


@pytest.mark.parametrize("path", [path for path in broken_flows() if path.is_file()], ids=lambda path: path.stem)
def test_a_broken_flow_satisfies_the_schema_unless_its_mistake_is_one_of_structure(path: Path) -> None:
    findings = Findings()
    if parsing.parse(path.name, path.read_bytes(), findings) is None or findings.found:
        return  # no YAML that a schema could be held against
    text = path.read_bytes().decode("utf-8-sig")
    codes = errors_of(path.stem, text)
    complained = complaints(plain(text))
    if codes & STRUCTURAL:
        assert complained
    if complained:
        assert codes


WHOLE = (
    ("short_talk", reference.EXAMPLE),
    *((path.stem, path.read_text(encoding="utf-8")) for path in FLOWS if path.stem in ("main", "thoughts")),
)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), flow=st.sampled_from(WHOLE))
def test_whatever_is_changed_in_a_flow_the_schema_and_the_loader_say_the_same(
    data: st.DataObject, flow: tuple[str, str]
) -> None:
    name, text = flow
    changed = data.draw(mutations(plain(text)))
    if not isinstance(changed, dict):
        return
    codes = errors_of(name, written(changed))
    complained = complaints(changed)
    if codes & seen_in(changed):
        assert complained, codes
    if complained:
        assert codes, complained


def seen_in(flow: dict[str, Any]) -> frozenset[str]:
    """What a schema can see in this flow: where options are told by name, not where they lead."""
    steps = flow.get("steps")
    told = steps.values() if isinstance(steps, dict) else ()
    questions = [step.get("ask") for step in told if isinstance(step, dict)]
    for question in questions:
        if isinstance(question, dict) and "many" in question:
            options = question.get("options")
            if isinstance(options, list) and any(not isinstance(option, dict) for option in options):
                return STRUCTURAL - {"F140"}
    return STRUCTURAL


def test_where_an_option_leads_that_is_told_by_name_is_for_the_loader_to_see() -> None:
    flow = plain(next(text for name, text in WHOLE if name == "main" and "\n  need:\n" in text))
    flow["steps"]["need"]["ask"]["many"] = "yes"
    assert complaints(flow) == []
    assert "F140" in errors_of("main", written(flow))


# --- the names of a project ------------------------------------------------------------------------------------


def enums(schema: Any) -> Iterator[list[str]]:
    if isinstance(schema, dict):
        if "enum" in schema:
            yield schema["enum"]
        for inner in schema.values():
            yield from enums(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from enums(inner)


def test_a_project_has_its_own_names_completed() -> None:
    book = load_book(HERE / "book")
    names = names_in(book.flows.values(), Known(labels=["suicide"], asides=["trouble"]))
    assert {"hello", "where"} <= set(names.steps)
    assert names.flows == tuple(book.flows)
    assert "need" in names.answers
    schema = json_schema(names)
    jsonschema.Draft7Validator.check_schema(schema)
    ask = schema["properties"]["steps"]["additionalProperties"]["properties"]["ask"]["properties"]
    for entry, offered in (
        (ask["skip"], [*names.steps, "_return"]),
        (ask["save"], list(names.answers)),
        (schema["properties"]["first_step"], list(names.steps)),
        (schema["properties"]["interrupt"]["items"], ["suicide"]),
    ):
        assert next(enums(entry)) == offered
    assert "trouble" in schema["properties"]["asides"]["properties"]


def test_a_project_that_is_being_written_has_the_names_that_can_be_read() -> None:
    files = {"one.yaml": b"flow: one\nsteps: {hello: {end: {text: Bye.}}, half: {say: x}}", "two.yaml": b"["}
    schema = project_schema(Source(files, {}, alone=False, shown="x"), Known())
    assert next(enums(schema["properties"]["first_step"])) == ["hello", "half"]
    call = schema["properties"]["steps"]["additionalProperties"]["properties"]["call"]["properties"]
    assert next(enums(call["flow"])) == ["one", "two"]


def test_one_file_has_its_own_steps_completed_and_the_flows_that_it_calls() -> None:
    schema = project_schema(Source.read(HERE / "book" / "reading.yaml"), Known())
    steps = load_book(HERE / "book").flows["reading"].steps
    assert next(enums(schema["properties"]["first_step"])) == list(steps)
    call = schema["properties"]["steps"]["additionalProperties"]["properties"]["call"]["properties"]
    assert next(enums(call["flow"])) == ["reading", "small_print"]


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_projects_schema_scolds_no_name_that_is_new(path: Path) -> None:
    judge = jsonschema.Draft7Validator(
        json_schema(Names(steps=("a",), flows=("b",), answers=("c",), choices=("d",), labels=("e",), asides=("f",)))
    )
    assert list(judge.iter_errors(plain(path.read_text(encoding="utf-8")))) == []


def test_the_schema_names_every_entry_of_a_flow() -> None:
    assert list(SCHEMA["properties"]) == list(FLOW_ENTRIES)
