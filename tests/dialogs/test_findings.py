"""How findings are shown: to people, to programs, and in a pull request."""

from __future__ import annotations

import json

import pytest

from dialogs.findings import (
    MOST_SHOWN,
    Finding,
    Findings,
    as_github,
    as_json,
    closest,
    did_you_mean,
    listed,
    render_text,
)
from dialogs.spans import Span
from tests.support.broken_flows import BROKEN, findings_of


def finding(line: int = 3, **changes: object) -> Finding:
    whole: dict[str, object] = {
        "code": "F130",
        "severity": "error",
        "file": "main.yaml",
        "line": line,
        "column": 5,
        "message": "It leads nowhere.",
        "why": "He would tap.",
    }
    return Finding(**(whole | changes))  # type: ignore[arg-type]


def test_twenty_findings_are_shown_and_the_rest_counted() -> None:
    text = render_text([finding(n + 1) for n in range(MOST_SHOWN + 5)])
    assert text.count("error F130") == MOST_SHOWN == 20
    assert text.endswith("... and 5 more. Put these right first.\n")


def test_findings_are_in_the_order_of_the_files() -> None:
    findings = Findings()
    for file, line, column in (("b", 1, 1), ("a", 2, 1), ("a", 1, 9), ("a", 1, 2)):
        findings.add("F130", Span(file, line, column, line, column), "x")
    assert [(f.file, f.line, f.column) for f in findings.sorted()] == [
        ("a", 1, 2),
        ("a", 1, 9),
        ("a", 2, 1),
        ("b", 1, 1),
    ]


def test_a_long_line_is_cut_to_what_stands_around_the_caret() -> None:
    source = "left " * 30 + "HERE" + " right" * 30
    text = render_text([finding(source=source, column=source.index("HERE") + 1, width=4)])
    line, carets = text.splitlines()[1:3]
    assert len(line) <= 100
    assert line.index("HERE") == carets.index("^^^^")
    assert line.count("...") == 2


def test_a_tab_keeps_its_width_above_the_caret() -> None:
    text = render_text([finding(source="\t x", column=3)])
    assert text.splitlines()[2].endswith("| \t ^")


def test_the_shortest_conversation_is_shown_turn_by_turn() -> None:
    assert "shows it:\n        hello\n        skip\n" in render_text([finding(replay=("hello", "skip"))])
    assert "\x1b" not in render_text([finding(replay=("\x1b[2J",))])
    assert "(the first message)" in render_text([finding(replay=())])


def test_findings_as_json_are_one_documented_object_a_line() -> None:
    findings = findings_of(BROKEN / "given_twice.yaml")
    (shown,) = map(json.loads, as_json(findings).splitlines())
    assert shown == {
        "code": "F109",
        "severity": "error",
        "file": str(BROKEN / "given_twice.yaml"),
        "line": 15,
        "column": 3,
        "message": "`hello` is given twice.",
        "why": "Only one of the two could count, and nobody would see which.",
        "hint": "Keep one of the two.",
        "related": [{"file": str(BROKEN / "given_twice.yaml"), "line": 8, "column": 3, "message": "first given here"}],
        "replay": None,
    }
    assert json.loads(as_json([finding(replay=("hello",))]))["replay"] == ["hello"]


def test_what_a_message_quotes_cannot_steer_a_terminal() -> None:
    findings = Findings()
    beside = [(Span.of_file("a"), "\n")]
    findings.add("F130", Span.of_file("a"), "`\x1b[2J` leads\u2028nowhere.", hint="\x07", related=beside)
    (only,) = findings.found
    assert (only.message, only.hint, only.related[0].message) == ("`\ufffd[2J` leads\u2423nowhere.", "\ufffd", "\u2423")


def test_findings_for_github_keep_to_one_line_each() -> None:
    shown = as_github([finding(file="a,b:c.yaml", message="50% of\nit", severity="warning")])
    assert shown == (
        "::warning file=a%2Cb%3Ac.yaml,line=3,col=5,endColumn=6,title=F130 No such step::50%25 of%0Ait He would tap."
    )


@pytest.mark.parametrize(
    ("name", "likely"),
    [
        ("nead", "need"),
        ("ende", "end"),
        ("whe", "where"),
        ("edn", "end"),
        ("NEED", "need"),
        ("Where:", "where"),
        ("“end”", "end"),
        ("xyzzy", ""),
        ("", ""),
        ("ab", ""),
    ],
)
def test_a_slip_is_guessed_among_the_names_that_are_valid_there(name: str, likely: str) -> None:
    assert closest(name, ["need", "where", "end"]) == likely


def test_where_nothing_is_likely_the_few_names_there_are_told() -> None:
    assert did_you_mean("xyzzy", ["a", "b", "c"]) == "It can be `a`, `b` or `c`."
    assert did_you_mean("xyzzy", []) == ""
    assert did_you_mean("xyzzy", [f"n{n}" for n in range(40)]) == ""
    assert listed(["a"]) == "`a`"
