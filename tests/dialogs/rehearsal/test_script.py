"""Rehearsals are read as strictly as flows, and mistakes in them are told in the same way."""

from __future__ import annotations

import pytest

from dialogs.findings import Findings, render_text
from dialogs.rehearsal import read_rehearsal
from tests.dialogs.rehearsal.conftest import FILE, HEAD, Rehearse, codes, wrong


def test_everything_that_can_be_written_is_read() -> None:
    text = """\
rehearsal: 1
title: One of everything
channel: web
lang: cy
talk:
  - reads: Hello
  - taps: "Yes"
  - types: |
      one
      two
  - danger: suicide
  - place: {E08000035: "Leeds, England"}
  - services: found
    reads: [a, b]
    not: c
    offered: [d]
    at: main/hello
"""
    findings = Findings()
    rehearsal = read_rehearsal(FILE, text.encode(), findings)
    assert rehearsal is not None
    assert (rehearsal.title, rehearsal.channel, rehearsal.language.name) == ("One of everything", "web", "cy")
    acts = [turn.act for turn in rehearsal.turns]
    assert [(act.kind, act.value) for act in acts if act] == [
        ("taps", "Yes"),
        ("types", "one two"),
        ("danger", "suicide"),
        ("place", ""),
        ("services", "found"),
    ]
    (leeds,) = acts[4].areas if acts[4] else ()
    assert (leeds.code, leeds.name, leeds.beyond) == ("E08000035", "Leeds", "England")
    last = rehearsal.turns[-1]
    assert [[ref.name for ref in refs] for refs in (last.reads, last.unread, last.offered)] == [
        ["a", "b"],
        ["c"],
        ["d"],
    ]
    assert last.at.name == "main/hello"


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("rehearsal: 2\ntitle: One\ntalk: []\n", "F300", "Write `rehearsal: 1`."),
        ("rehearsal: 1\ntitle: One\nchannel: wbe\ntalk: []\n", "F302", "Did you mean `web`?"),
        ("rehearsal: 1\ntitle: One\ntalk: []\ntlak: []\n", "F112", ""),
        ("rehearsal: 1\ntalk: []\n", "F113", ""),
        ("rehearsal: 1\ntitle: One\ntalk: hello\n", "F111", ""),
        ("rehearsal\n", "F111", ""),
        ("rehearsal: [\n", "F103", ""),
        (HEAD + "  - hello\n", "F111", ""),
        (HEAD + "  - taps: a\n    types: b\n", "F301", "Begin a new turn, with `- `, for each thing that happens."),
        (HEAD + "  - reads: a\n  - reads: b\n", "F301", "Put these lines under the turn before, or begin with one of"),
        (HEAD + "  - {}\n  - {}\n", "F301", "Put these lines"),
        (HEAD + "  - raeds: a\n", "F112", "Did you mean `reads`?"),
        (HEAD + "  - taps: [a]\n", "F111", ""),
        (HEAD + '  - taps: ""\n', "F114", ""),
        (HEAD + "  - reads: {a: b}\n", "F111", ""),
        (HEAD + "  - place: Leeds\n", "F303", "Write `place: unknown`, or the area's code and name"),
        (HEAD + "  - place: {Leeds: E08000035}\n", "F303", "`fingerpost places find` tells the code"),
        (HEAD + "  - place: {E08000035: [a]}\n", "F111", ""),
        (HEAD + "  - services: fuond\n", "F303", "Did you mean `found`?"),
    ],
)
def test_a_slip_is_told_and_the_rehearsal_not_played(rehearsed: Rehearse, text: str, code: str, hint: str) -> None:
    came = rehearsed(text)
    assert code in codes(came)
    assert any(hint in finding.hint for finding in wrong(came) if finding.code == code)
    assert came.played == 0
    assert came.failed


def test_a_slip_is_shown_with_its_line_and_a_caret(rehearsed: Rehearse) -> None:
    came = rehearsed("  - reads: Hello\n  - services: fuond\n")
    assert render_text(wrong(came)) == (
        """\
rehearsals/one.yaml:5:15: error F303: `services` cannot be `fuond`.
  5 |   - services: fuond
    |               ^^^^^
    = It has to be one that they could give.
    = Did you mean `found`?
"""
    )
