"""The engines of the benchmark say the same, and what is told of each is complete. No time is asserted."""

from __future__ import annotations

import importlib
import re
from typing import Any

import pytest
from click.testing import CliRunner

from bot.benchmarks import measuring
from bot.benchmarks.conversation import INPUTS, QUESTIONS, SLOTS, TEXTS, after, the_book
from bot.benchmarks.measuring import OtherWords, Row, engines, measured, side_by_side, table
from bot.cli import main
from dialogs.steps import Ask, Branch
from tests.support.walking import Man

ADAPTERS = [engine for engine in engines() if not isinstance(engine, str)]
EACH = pytest.mark.parametrize("engine", ADAPTERS, ids=[engine.name for engine in ADAPTERS])


def test_the_conversation_is_what_it_is_said_to_be() -> None:
    steps = the_book().flows["triage"].steps.values()
    kinds = [one.kind for one in INPUTS]
    assert (kinds.count("begin"), kinds.count("tap"), kinds.count("type")) == (1, 10, 1)
    assert len(TEXTS) == 12
    assert sum(isinstance(step, Ask) for step in steps) == len(QUESTIONS) == 11
    assert len({step.on.name for step in steps if isinstance(step, Branch)}) == 2
    assert [len(re.findall(r"\{\w+\}", question.text)) for question in QUESTIONS.values()].count(2) == 1


@pytest.mark.parametrize("need", ["talk", "stay", "money"])
@pytest.mark.parametrize("together", ["yes", "no"])
def test_the_three_ways_written_by_hand_are_those_of_the_flow(need: str, together: str) -> None:
    man = Man(the_book(), lifelines=SLOTS)
    answers = {"safe": "yes", "whose": "me", "adult": "yes", "need": need, "since": "days", "together": together}
    for name, option in {**answers, "children": "no"}.items():
        man.taps(QUESTIONS[name].labels[option])
    assert man.at == f"triage/{after('children', answers)}"


@EACH
def test_every_engine_says_the_same_twelve_texts_in_memory_and_saved(engine: Any) -> None:
    assert tuple(engine.talk(2, save=False)) == TEXTS
    assert not engine.saves or tuple(engine.talk(2, save=True)) == TEXTS


@EACH
def test_live_sessions_can_be_held_and_a_stored_one_has_a_size(engine: Any) -> None:
    assert engine.hold(2)
    assert (engine.stored() is not None) == engine.saves


def test_our_stored_session_is_well_under_a_kilobyte() -> None:
    (ours,) = (engine for engine in ADAPTERS if engine.name == "fingerpost")
    assert (ours.stored() or 0) < 500


def test_the_comparison_names_every_engine_with_its_figures() -> None:
    head, *lines = side_by_side(seconds=0.0, runs=1, sessions=2)
    assert "turns/s" in head
    assert [line[:26].strip() for line in lines] == [
        "fingerpost",
        "hand-written generator",
        "transitions",
        "ConversationHandler",
        "aiogram-dialog",
    ]
    for line in lines:
        assert re.search(r" [\d,]+ +[\d,.]+ +([\d,]+|-) +([\d,]+|-) +[\d,.]+$", line), line


def test_the_command_compares_them_too() -> None:
    """Some of them begin an event loop of their own, which cannot be done inside of one."""
    ran = CliRunner().invoke(main, ["bench", "engine", "--turns", "0"])
    assert ran.exit_code == 0, ran.output
    assert "aiogram-dialog" in ran.output


def test_an_engine_that_says_something_else_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    (ours,) = (engine for engine in ADAPTERS if engine.name == "fingerpost")
    monkeypatch.setattr(measuring, "TEXTS", (*TEXTS[:-1], "Goodbye."))
    with pytest.raises(OtherWords, match="fingerpost"):
        measured(ours, seconds=0.0, runs=1, sessions=1)


def test_a_tool_that_is_not_installed_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def without_transitions(name: str) -> Any:
        if name.endswith("state_machine"):
            raise ModuleNotFoundError(name="transitions")
        return real(name)

    monkeypatch.setattr(measuring, "ENGINES", (("ours", "Fingerpost"), ("state_machine", "Transitions")))
    monkeypatch.setattr(importlib, "import_module", without_transitions)
    _, ours, missing = side_by_side(seconds=0.0, runs=1, sessions=1)
    assert ours.split()[3] == "-"
    assert missing.startswith("transitions is not installed and was not measured")


def test_without_the_base_no_ratio_is_told() -> None:
    assert table([Row("ours", "1", 1000.0, None, None, 100.0)])[1].split() == [
        "ours",
        "1",
        "1,000",
        "-",
        "-",
        "-",
        "1.0",
    ]
