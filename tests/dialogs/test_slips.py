"""Whatever a hand does to a file, its author is told something that helps; nothing else ever comes out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import parsing
from dialogs.findings import Finding, Findings, FlowErrors, as_github, as_json, render_text
from dialogs.loading import load_source
from dialogs.source import Source, shipped
from tests.dialogs.conftest import HERE

FLOWS = sorted([*(HERE / "book").glob("*.yaml"), *Path(str(shipped())).glob("*.yaml")])


def slip(text: str) -> Finding:
    """The one mistake of a file that cannot be read."""
    findings = Findings()
    assert parsing.parse("main.yaml", text.encode(), findings) is None
    (finding,) = findings.found
    assert finding.code == "F103"
    return finding


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        # What the broken flows do not show: the same slips elsewhere in a file, or at its ends.
        ("a: [", 1, "This `[` is never closed."),
        ("a:\n  - {b: c,", 2, "This `{` is never closed."),
        ("a: [b, c\nd: e", 1, "This `[` is never closed."),
        ("a: [b,, c]", 1, "There is nothing before this comma."),
        ("a: b]\nc: [d]]", 2, "This `]` closes nothing."),
        ("a: ? b", 1, "A text cannot begin with `?` like this."),
        ("a: 'b", 1, "This quote is never closed."),
        ("'a: b\nc: d", 1, "This quote is never closed."),
        ("a: b\n\tc: d", 2, "This line is indented with a tab."),
        ("a: b\n  c: d", 2, "This line begins after 2 spaces"),
        ("a:\n    b: c\n  d: e", 3, "This line begins after 2 spaces"),
        ("a:\n  - b: c\n   d: e", 3, "This line begins after 3 spaces"),
        ("language 1\nflow: a", 1, "There is no colon after `language`."),
        ("a: b\n<<<<<<< ours\nc: d\n", 2, "Two versions of this file were merged"),
        ("a: b\nSome words.\n", 2, "This line has no `name:`."),
        ("a:\n  b: c\n \u2009d: e", 3, "This line is indented with a false space (U+2009)."),
        ('a: "\\q"', 1, "Between double quotes a backslash begins a code"),
        ("a: |x\n  b", 1, "The text begins on the same line as its `|`."),
        ("a:\n  - {b: c # d}", 2, "This ` #` begins a note"),
        ("a: [b, c # d]\ne: f", 1, "This ` #` begins a note"),
        ("a: {b: # c}", 1, "This ` #` begins a note"),
        ('a: {b: "c # d}", e: f', 1, "This `{` is never closed."),
        (
            "a:\n  b: |\n    c\n   d\n    e\n",
            4,
            "This line begins after 3 spaces, and the text that it belongs to after 4",
        ),
        ("a:\n  b: |\n    c\n   d: e\n", 4, "This line begins after 3 spaces, and so belongs to none"),
        ("a: b\n+c: d\n", 2, "This line begins with a `+`"),
        ("a: b\n...\nc: d", 3, "The flow is taken to have ended above this line."),
    ],
)
def test_a_slip_is_recognised_on_its_line(text: str, line: int, words: str) -> None:
    finding = slip(text)
    assert finding.line == line
    assert finding.message.startswith(words)
    assert finding.hint


@pytest.mark.parametrize("sign", ["\u00a0", "\u2003", "\u200b", "\u3000"])
def test_a_false_space_beside_a_name_is_told_and_the_name_read_as_meant(sign: str) -> None:
    findings = Findings()
    tree = parsing.parse("main.yaml", f"a: {{{sign}b: c}}".encode(), findings)
    assert [finding.code for finding in findings.found] == ["F103"]
    assert isinstance(tree, parsing.Mapping)
    inner = tree.entries[0][1]
    assert isinstance(inner, parsing.Mapping)
    assert inner.entries[0][0].value == "b"


def test_a_merge_that_was_not_settled_is_seen_even_where_it_would_be_readable() -> None:
    assert slip("a: |\n  b\n\n<<<<<<< ours\nc: d\n=======\n").line == 4


def test_both_parsers_of_yaml_tell_the_same_of_a_file_that_neither_can_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("a: 'b", "a: b: c", "a: [b", "\ta: b", "a: b\n  c: d", "a: @b"):
        told = slip(text)
        monkeypatch.setattr(parsing, "_LOADER", yaml.SafeLoader)
        assert slip(text) == told
        monkeypatch.undo()


# --- no crash, and never nothing ---------------------------------------------------------------------------------

SIGNS = [
    *("a", ":", " ", "\n", "-", "[", "]", "{", "}", "'", '"', "|", ">", "#", "&", "*", "!", "\t", "%", "@", ",", "?"),
    *("\u00a0", "\u201c", "\u201d", "\x07", "\r", "\ufeff", "\u2028", "...", "---", "go", "go:where", "<<<<<<< "),
]


def parses_or_tells(data: bytes) -> None:
    findings = Findings()
    tree = parsing.parse("main.yaml", data, findings)
    assert tree is not None or findings.has_errors
    for shown in (render_text, as_json, as_github):
        assert shown(findings.sorted()) or not findings.found


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    parses_or_tells(data)
    parses_or_tells(b"flow: main\n" + data)


@settings(max_examples=500)
@given(st.lists(st.sampled_from(SIGNS), max_size=60).map("".join))
def test_no_scramble_of_yaml_signs_crashes_the_reader(text: str) -> None:
    parses_or_tells(text.encode())


def loads_or_tells(name: str, data: bytes) -> None:
    """A book, or findings with an error among them: never neither, never both, never an exception."""
    source = Source({f"{name}.yaml": data}, {}, alone=True, shown=name)
    try:
        book = load_source(source)
    except FlowErrors as errors:
        told = errors.findings
    else:
        assert book.flows
        return
    # Outside the except clause, so that a failure shows the file and not the errors.
    assert any(finding.severity == "error" for finding in told)
    assert render_text(told)
    assert all(finding.message and finding.why and finding.line >= 1 for finding in told)
    assert len(as_json(told).splitlines()) == len(as_github(told).splitlines()) == len(told)


EDITS = st.sampled_from(["lose", "double", "indent", "dedent", "swap", "join", "sign"])


@settings(max_examples=200, deadline=None)
@given(data=st.data(), path=st.sampled_from(FLOWS))
def test_a_flow_with_lines_edited_at_random_is_loaded_or_explained(data: st.DataObject, path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        match data.draw(EDITS):
            case "lose":
                del lines[at]
            case "double":
                lines.insert(at, line)
            case "indent":
                lines[at] = " " * data.draw(st.integers(1, 3)) + line
            case "dedent":
                lines[at] = line[data.draw(st.integers(1, 3)) :]
            case "swap":
                other = data.draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], line
            case "join":
                lines[at : at + 2] = ["".join(lines[at : at + 2])]
            case _:
                column = data.draw(st.integers(0, len(line)))
                lines[at] = line[:column] + data.draw(st.sampled_from(SIGNS)) + line[column:]
    loads_or_tells(path.stem, "\n".join(lines).encode())


@settings(max_examples=200, deadline=None)
@given(data=st.data(), path=st.sampled_from(FLOWS))
def test_a_flow_with_bytes_edited_at_random_is_loaded_or_explained(data: st.DataObject, path: Path) -> None:
    whole = path.read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 40)))
    loads_or_tells(path.stem, whole[:start] + data.draw(st.binary(max_size=8)) + whole[end:])
