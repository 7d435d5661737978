"""There is no text that nobody can be shown, and no way that nobody can go."""

from __future__ import annotations

import pytest

from tests.dialogs.proof.conversations import conversation, faults, told

ALL_REACHED = """
answers:
  need: [bed, talk]
steps:
  hello:
    ask: 
      {text: Hello?, why: So., save: need, options: [{id: bed, label: Bed}, {id: talk, label: Talk}], go: by_need,
       skip: by_need}
  by_need:
    branch: {on: need, cases: {bed: beds, talk: talk}, else: done}
  beds:
    say: {text: Beds., go: done}
  talk:
    say: {text: Talk., go: done}
  done:
    end: {text: Bye.}
"""


def test_where_every_step_and_case_is_somebodys_nothing_is_wrong() -> None:
    assert told(conversation(ALL_REACHED)) == []


def test_a_step_and_a_flow_that_nothing_leads_to_are_found() -> None:
    book = conversation(
        ALL_REACHED.replace("else: done", "else: beds") + "  lost:\n    say: {text: Lost., go: done}\n",
        aside="steps:\n  here:\n    end: {text: Here.}\n",
    )
    assert [(fault.code, fault.message) for fault in faults(book)] == [
        ("F201", "Nothing leads to step `lost`."),
        ("F207", "Nothing leads to the flow `aside`."),
    ]


def test_a_step_behind_a_case_that_is_never_taken_is_found_though_an_arrow_leads_to_it() -> None:
    book = conversation(ALL_REACHED.replace("{id: bed, label: Bed}", "{id: bed, label: Bed, go: done}"))
    assert told(book) == [("F201", None), ("F208", None)]


def test_a_case_for_a_value_that_no_question_gives_is_found() -> None:
    book = conversation(ALL_REACHED.replace("{id: bed, label: Bed}", "{id: bed, label: Bed, saves: 'no'}"))
    assert [fault.message for fault in faults(book) if fault.code == "F208"] == [
        "At step `by_need` the case `bed` can never be taken."
    ]


def test_a_case_that_another_branch_has_taken_everybody_from_is_found() -> None:
    book = conversation(
        ALL_REACHED.replace("else: done}", "else: again}")
        + "  again:\n    branch: {on: need, cases: {bed: beds}, else: done}\n"
    )
    (fault,) = faults(book)
    # Those who skipped come to it, so the branch is not in vain; but none of them wants a bed.
    assert (fault.code, fault.message) == ("F209", "Step `again` reads `need`, which nobody can have answered by then.")


SEVERAL = """
answers:
  extras: [pets, work, other]
steps:
  ask:
    ask:
      text: What else?
      why: So.
      save: extras
      many: yes
      options: [{id: pets, label: Pets}, {id: work, label: Work}, {id: other, label: Other}]
      go: by_extras
      skip: done
  by_extras:
    branch: {on: extras, cases: {pets: pets, work: work}, else: done}
  pets:
    say: {text: Pets., go: done}
  work:
    say: {text: Work., go: done}
  done:
    end: {text: Bye.}
"""


def test_with_several_choices_the_first_case_that_he_ticked_is_taken_and_every_case_is_somebodys() -> None:
    assert told(conversation(SEVERAL)) == []


def test_a_case_behind_the_case_of_another_branch_is_shadowed_for_whoever_ticked_both() -> None:
    book = conversation(
        SEVERAL.replace("work: work}", "work: again}")
        + "  again:\n    branch: {on: extras, cases: {pets: pets, work: work}, else: done}\n"
    )
    assert sorted((fault.code, fault.message) for fault in faults(book)) == [
        ("F208", "At step `again` the `else` can never be taken: the cases leave nothing over."),
        ("F208", "At step `again` the case `pets` can never be taken."),
    ]


def test_an_else_that_the_cases_leave_nothing_over_for_is_found() -> None:
    by_channel = """
steps:
  hello:
    branch: {on: channel, cases: {telegram: done, web: done, terminal: done}, else: done}
  done:
    end: {text: Bye.}
"""
    (fault,) = faults(conversation(by_channel))
    assert (fault.code, fault.message) == (
        "F208",
        "At step `hello` the `else` can never be taken: the cases leave nothing over.",
    )
    assert told(conversation(by_channel.replace("telegram: done, ", ""))) == []


@pytest.mark.parametrize("channel", ["telegram", "web"])
def test_a_case_for_a_channel_whose_people_were_sent_elsewhere_is_found(channel: str) -> None:
    book = conversation(f"""
steps:
  hello:
    branch: {{on: channel, cases: {{{channel}: done}}, else: again}}
  again:
    branch: {{on: channel, cases: {{{channel}: done}}, else: done}}
  done:
    end: {{text: Bye.}}
""")
    (fault,) = faults(book)
    assert (fault.code, fault.hint) == ("F208", "Remove the case, or lead people on that channel here.")
