"""Faults are sown into a sound conversation; the walk has to find each, with the shortest way to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.engine import Begin, EngineError, Pick, State, step
from dialogs.findings import Finding, render_text
from dialogs.loading import check, load_book
from dialogs.proof import prove, walk
from dialogs.proof.invariants import questions
from tests.dialogs.conftest import HERE
from tests.support.walking import LIFELINES

Sown = dict[str, list[tuple[str, str]]]


def sown(folder: Path, faults: Sown) -> list[Finding]:
    """The small conversation with some of its text replaced, checked."""
    for file in sorted((HERE / "book").iterdir()):
        text = file.read_text(encoding="utf-8")
        for old, new in faults.get(file.stem, []):
            assert old in text
            text = text.replace(old, new, 1)
        (folder / file.name).write_text(text, encoding="utf-8")
    return check(folder)


def told(findings: list[Finding]) -> list[tuple[str, int, tuple[str, ...] | None]]:
    return [(finding.code, finding.line, finding.replay) for finding in findings]


def test_the_small_conversation_is_sound(tmp_path: Path) -> None:
    assert render_text(sown(tmp_path, {})) == ""


def test_a_step_that_nothing_leads_to_is_found(tmp_path: Path) -> None:
    findings = sown(tmp_path, {"main": [("cases: {pets: pets, children: where}", "cases: {children: where}")]})
    assert told(findings) == [("F201", 69, None)]
    assert findings[0].message == "Nothing leads to step `pets`."


def test_a_flow_that_nothing_leads_to_is_found_once(tmp_path: Path) -> None:
    assert told(sown(tmp_path, {"thoughts": [("interrupt: [suicide]\n", "")]})) == [("F207", 1, None)]


def test_a_sixth_question_is_found_with_the_shortest_way_to_it(tmp_path: Path) -> None:
    chain = "".join(
        f"""  q{n}:
    ask: {{text: "{n}?", why: So., options: [{{id: a, label: "A{n}", go: {after}}}], skip: {after}}}
"""
        for n, after in ((1, "q2"), (2, "q3"), (3, "where"))
    )
    faults = {
        "main": [
            ("words: [housing, roof, refuge], go: extras", "go: q1"),
            ("      go: split\n      skip: where\n", "      go: q1\n      skip: q1\n"),
            ("  split:\n", chain + "  split:\n"),
        ]
    }
    findings = sown(tmp_path, faults)
    (finding,) = (f for f in findings if f.code == "F202")
    assert finding.message == "Step `where` is question 6 before the first services."
    assert finding.replay == ("Read a little", "Carry on", "Skip", "A1", "A2", "A3")


def test_a_menu_that_does_not_count_is_not_counted(tmp_path: Path) -> None:
    more = "".join(
        f"""  q{n}:
    ask: {{text: "{n}?", counts: "no", why: So., options: [{{id: a, label: "A{n}", go: {after}}}], skip: {after}}}
"""
        for n, after in ((1, "q2"), (2, "q3"), (3, "q4"), (4, "where"))
    )
    faults = {"main": [("chat, listen], go: where", "chat, listen], go: q1"), ("  split:\n", more + "  split:\n")]}
    assert sown(tmp_path, faults) == []


def test_a_question_from_which_no_end_can_be_reached_is_found(tmp_path: Path) -> None:
    trap = """  trap:
    ask:
      text: Still here?
      why: To know.
      options:
        - {id: a, label: Still here, go: other_trap}
      skip: other_trap
  other_trap:
    ask: {text: Here., answerless: "yes", options: [{id: a, label: On, go: trap}]}
"""
    findings = sown(
        tmp_path, {"main": [("roof, refuge], go: extras", "roof], go: trap"), ("  split:\n", trap + "  split:\n")]}
    )
    assert [(f.code, f.message, f.replay) for f in findings] == [
        ("F203", "From step `trap` no end can be reached.", ("Somewhere to stay",)),
        ("F203", "From step `other_trap` no end can be reached.", ("Somewhere to stay", "Still here")),
    ]


def test_back_and_start_again_do_not_count_as_a_way_to_an_end(tmp_path: Path) -> None:
    findings = sown(
        tmp_path,
        {"goodbye": [(", go: bye}", ", go: sure}"), ("label: Not yet, go: _return", "label: Not yet, go: sure")]},
    )
    stuck = [finding for finding in findings if finding.code == "F203"]
    assert {finding.message for finding in stuck} == {
        f"From step `{step}` no end can be reached."
        for step in ("hello", "extras", "where", "after", "sure", "page", "ring", "silent")
    }


@pytest.mark.parametrize(
    "faults",
    [
        {"main": [("      skip: where\n  extras:", "      skip: hello\n  extras:")]},
        {
            "main": [
                ("      skip: where\n  extras:", "      skip: typed\n  extras:"),
                ("You are typing., go: where", "You are typing., go: hello"),
            ]
        },
    ],
)
def test_a_skip_that_leads_back_to_its_question_is_found(tmp_path: Path, faults: Sown) -> None:
    findings = sown(tmp_path, faults)
    (finding,) = (f for f in findings if f.code == "F204")
    assert finding.message == "To skip step `hello` leads back to it."
    assert finding.replay == ("Skip",)


def test_to_skip_to_services_and_be_asked_again_is_no_fault(tmp_path: Path) -> None:
    assert sown(tmp_path, {"main": [("      skip: over\n", "      skip: services\n")]}) == []


def test_a_return_where_nothing_was_called_is_found(tmp_path: Path) -> None:
    findings = sown(tmp_path, {"main": [("label: Something else, go: hello", "label: Something else, go: _return")]})
    assert [(f.code, f.replay) for f in findings] == [
        ("F205", ("Talk to someone", "England", "Something else")),
    ]


def test_a_loop_without_a_question_is_found_before_anything_is_walked(tmp_path: Path) -> None:
    findings = sown(tmp_path, {"main": [("You are typing., go: where", "You are typing., go: split")]})
    assert [(f.code, f.line) for f in findings] == [("F149", 57)]


def test_an_interrupt_that_never_lets_go_is_found(tmp_path: Path) -> None:
    faults = {"thoughts": [("label: Carry on, go: _return", "label: Carry on, go: here"), ("go: stop}", "go: here}")]}
    findings = sown(tmp_path, faults)
    assert [(f.code, f.replay) for f in findings] == [
        ("F216", ("(words that mean suicide)",)),
        ("F203", ("(words that mean suicide)",)),
        ("F201", None),
    ]


def test_a_conversation_too_large_to_walk_is_not_called_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MOST_NODES", 5)
    faults = prove(load_book(HERE / "book")).faults
    assert {fault.code for fault in faults} == {"F206"}


def test_too_many_ways_to_count_are_not_called_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Twelve questions in a ring that can be left in many ways: few places to stand, very many sets of questions.
    ring = "".join(
        f"""  r{n}:
    ask:
      text: "{n}?"
      why: So.
      options:
        - {{id: a, label: "A{n}", go: r{(n + 1) % 12}}}
        - {{id: b, label: "B{n}", go: r{(n * 5 + 3) % 12}}}
        - {{id: c, label: "C{n}", go: r{(n * 7 + 1) % 12}}}
      skip: where
"""
        for n in range(12)
    )
    monkeypatch.setattr(questions, "MOST_WAYS", 60)
    findings = sown(
        tmp_path, {"main": [("chat, listen], go: where", "chat], go: r0"), ("  split:\n", ring + "  split:\n")]}
    )
    assert [finding.message for finding in findings if finding.code == "F206"] == [
        "There are too many ways to the first services to count their questions."
    ]


def test_a_replay_is_a_conversation_that_can_be_had(tmp_path: Path) -> None:
    findings = sown(
        tmp_path,
        {"main": [("label: Talk to someone, words: [speak, chat, listen], go: where", "label: Talk, go: _return")]},
    )
    (finding,) = findings
    assert finding.replay == ("Talk",)
    # What is found cannot be loaded by accident: the program itself refuses to go on from there.
    book = load_book(tmp_path)
    state = step(book, State.at_start(book), Begin(), lifelines=LIFELINES).state
    with pytest.raises(EngineError, match="nothing to return to"):
        step(book, state, Pick("talk"), lifelines=LIFELINES)


def test_the_replay_is_told_with_the_finding(tmp_path: Path) -> None:
    findings = sown(tmp_path, {"main": [("label: Something else, go: hello", "label: Something else, go: _return")]})
    assert render_text(findings).splitlines()[-4:] == [
        "      = The shortest conversation that shows it:",
        "          Talk to someone",
        "          England",
        "          Something else",
    ]
