"""What the flows are told of the program around them is so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.flow_knowledge import known
from bot.turns import KEEPS, LABELS, PRIVACY_LABEL, URGENT_LABEL, danger_in
from dialogs.entries import LONGEST_FIRST, SHORTEST_FIRST
from dialogs.known import Known
from dialogs.loading import check, load_book
from dialogs.proof import prove
from safety.blandness import LONGEST, SHORTEST
from safety.envelope import URGENT
from safety.lifelines import Lifelines

HIS_OWN_ASKED = "perpetrator_self_disclosure_asked"


@pytest.fixture(scope="module")
def around() -> Known:
    return known(Lifelines.load())


def test_every_label_is_called_by_the_words_that_replays_have_for_it(around: Known) -> None:
    assert around.ways_in.keys() == set(LABELS)
    assert around.ways_in[URGENT_LABEL] == URGENT.label
    assert around.ways_in[PRIVACY_LABEL] == "/privacy"
    said = {label: words for label, words in around.ways_in.items() if label not in (URGENT_LABEL, PRIVACY_LABEL)}
    # Of his own violence he is only ever asked, whichever way he puts it.
    heard = {label: danger_in(words) for label, words in said.items()}
    assert heard == {label: label for label in said} | {"perpetrator_self_disclosure": HIS_OWN_ASKED}


def test_the_answer_that_the_conversation_itself_reads_is_one_that_the_shipped_flows_keep(around: Known) -> None:
    assert around.read_elsewhere == (KEEPS,)
    assert {answer for flow in load_book().flows.values() for answer in flow.answers} >= {KEEPS}


def test_the_shipped_conversation_is_proved_with_all_that_is_known_and_far_within_its_budget(around: Known) -> None:
    proof = prove(load_book(known=around), around)
    assert proof.faults == ()
    assert len(proof.graph.nodes) < 40_000


def test_a_first_line_is_as_long_in_a_flow_as_it_has_to_be_when_it_is_sent() -> None:
    assert (SHORTEST_FIRST, LONGEST_FIRST) == (SHORTEST, LONGEST)


def test_the_word_of_a_first_line_that_tells_something_is_named(around: Known, tmp_path: Path) -> None:
    flow = tmp_path / "main.yaml"
    first = "Thanks. Here is what the Police can do for you."
    flow.write_text(MAIN.replace("{text: Hello?", f'{{first: "{first}", text: Hello?'))
    (told,) = (finding for finding in check(flow, around) if finding.code == "F145")
    assert told.message == "The word `Police` gives away what the message is about."


TRAPPED_IN_DANGER = """language: 1
flow: danger
title: Danger
interrupt: [immediate_danger]
review: {by: nobody yet, on: "", due: 2027-01-31}
first_step: call
steps:
  call:
    ask:
      text: "{lifeline.emergency}"
      answerless: yes
      options: [{id: on, label: Read on, go: more}, {id: back, label: Carry on, go: _return}]
  more:
    ask: {text: More., answerless: yes, options: [{id: on, label: Still more, go: more}]}
"""
MAIN = """language: 1
flow: main
title: Main
starts: yes
review: {by: nobody yet, on: "", due: 2027-01-31}
asides: {disclosure: D., identifiers: I., unreadable: U., edited: E., note: N., trouble: T.}
first_step: hello
steps:
  hello:
    ask: {text: Hello?, answerless: yes, options: [{id: a, label: That is all, go: done}]}
  done:
    end: {text: Bye.}
"""


def test_a_replay_through_an_interrupt_can_be_had_in_the_terminal_as_it_stands(tmp_path: Path, around: Known) -> None:
    (tmp_path / "main.yaml").write_text(MAIN)
    (tmp_path / "danger.yaml").write_text(TRAPPED_IN_DANGER)
    (finding,) = (found for found in check(tmp_path, around) if found.code == "F203")
    assert finding.replay == ("Urgent help", "Read on")
    result = CliRunner().invoke(
        main,
        ["chat", "--flow", str(tmp_path), "--jsonl"],
        input="\n".join(finding.replay),
        env={"FINGERPOST_HOME": str(tmp_path / "home")},
    )
    assert result.exit_code == 0, result.output
    *_, last = map(json.loads, result.stdout.splitlines())
    assert (last["flow"], last["step"]) == ("danger", "more")
