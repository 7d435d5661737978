"""Who is carried from one version of the conversations to the next, and who is not: decided before it is published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dialogs.book import Book
from dialogs.cards import CARD_LINES
from dialogs.engine import Pick, Show
from dialogs.known import Known
from dialogs.loading import load_published
from dialogs.proof import prove
from dialogs.simulator import Simulator, area
from dialogs.state import Option, Place, State
from dialogs.versions import meeting
from dialogs.versions.carrying import Carried, Moves, Passage, carry, stack_of
from dialogs.versions.comparing import Comparison, Version, compare
from tests.support.editing import drop, edited, options_of, redirect, rename
from tests.support.random_flows import Tree

KNOWN = Known()
LIFELINES = {"helpline": "Ring 0808."}
HEAD = {"language": "1", "title": "T", "review": {"by": "nobody yet", "on": "", "due": "2027-01-31"}}
ANSWERS = {"need": ["talk", "stay"], "wants": ["a", "b", "c"], "where": "area"}


def option(id_: str, label: str, **more: str) -> Tree:
    return {"id": id_, "label": label, **more}


def asks(text: str, *options: Tree, **more: Any) -> Tree:
    return {"ask": {"text": text, "why": "To know.", "options": list(options), **more}}


MAIN: Tree = {
    **HEAD,
    "flow": "main",
    "starts": "yes",
    "answers": ANSWERS,
    "first_step": "arrive",
    "steps": {
        "arrive": {"say": {"text": "Hello.", "go": "need"}},
        "need": asks(
            "What helps?",
            option("talk", "Talk"),
            option("stay", "A bed"),
            save="need",
            go="wants",
            skip="wants",
        ),
        "wants": asks(
            "Which of these?",
            option("a", "A"),
            option("b", "B"),
            option("c", "C"),
            save="wants",
            many="yes",
            go="where",
            skip="where",
        ),
        "where": {
            "locate": {
                "text": "Where?",
                "why": "To know.",
                "save": "where",
                "unknown": "No such place.",
                "choose": "Which one?",
                "options": [option("E92000001", "England")],
                "go": "look",
                "skip": "look",
            }
        },
        "look": {
            "find": {
                "needs": "need",
                "area": "where",
                **{outcome: "So it is." for outcome in ("found", "widened", "none", "unavailable")},
                "lines": dict.fromkeys(CARD_LINES, "A line."),
                "more": "More",
                "go": "after",
            }
        },
        "after": asks(
            "What next?",
            option("other", "Something else", go="need"),
            option("talk", "What they ask", call="aside"),
            skip="bye",
        ),
        "bye": {"end": {"text": "Goodbye."}},
    },
}
ASIDE: Tree = {
    **HEAD,
    "flow": "aside",
    "first_step": "told",
    "steps": {"told": asks("They ask this.", option("back", "Back to it", go="_return"), skip="_return")},
}
DANGER: Tree = {
    **HEAD,
    "flow": "danger",
    "interrupt": ["immediate_danger"],
    "first_step": "ring",
    "steps": {"ring": asks("Ring 999.", option("carry_on", "Carry on", go="_return"), skip="_return")},
}


Edit = Callable[[dict[str, Tree]], None]


def version(*edits: Edit) -> Version:
    book = load_published(edited([MAIN, ASIDE, DANGER], *edits))
    return Version(book, prove(book, KNOWN))


OLD = version()


def becomes(*edits: Edit, moves: Moves | None = None, old: Version = OLD) -> tuple[Comparison, Book]:
    new = version(*edits)
    return compare(old, new, KNOWN, moves or {}), new.book


def told(comparison: Comparison) -> list[str]:
    return [f"{objection.code}: {objection.message}" for objection in comparison.objections]


def man(*labels: str, book: Book = OLD.book) -> Simulator:
    found = Simulator(book, LIFELINES)
    found.taps(*labels)
    return found


def at_the_end_of_the_road() -> Simulator:
    him = man("Talk", "A", "Done", "England")
    him.finds(cards=2)
    return him


def carried(comparison: Comparison, him: Simulator, book: Book) -> Simulator:
    """The same man in the new version, after the question there was shown to him."""
    there = carry(comparison.passage, him.state, book)
    assert there is not None
    after = Simulator(book, LIFELINES)
    after.state = there.state
    return after


def renamed(flows: dict[str, Tree]) -> None:
    rename(flows["main"], "where", "place")


WHERE_TO_PLACE = {("main", "where"): ("main", "place")}


# --- who is carried --------------------------------------------------------------------------------------------------


def test_a_change_of_words_carries_everybody_exactly_where_he_is() -> None:
    def reworded(flows: dict[str, Tree]) -> None:
        flows["main"]["steps"]["need"]["ask"]["text"] = "What would help you most?"

    comparison, book = becomes(reworded)
    assert told(comparison) == []
    assert comparison.passage.left == frozenset()
    for him in (man(), man("Talk"), man("Talk", "A"), at_the_end_of_the_road()):
        there = carry(comparison.passage, him.state, book)
        assert there is not None
        assert there.state == him.state
        assert not there.anew


def test_a_step_that_is_gone_is_told_with_the_shortest_way_to_it() -> None:
    comparison, book = becomes(renamed)
    assert told(comparison) == ["F270: `main/where` is not in the new version."]
    (objection,) = comparison.objections
    assert objection.replay == ("Talk", "Skip")
    assert "--move main/where=FLOW/STEP" in objection.hint
    assert carry(comparison.passage, man("Skip", "Skip").state, book) is None
    assert comparison.against((("main", "where"),)) is objection
    assert comparison.against((("main", "need"),)) is None


def test_those_at_a_step_that_is_gone_are_carried_by_a_move() -> None:
    comparison, book = becomes(renamed, moves=WHERE_TO_PLACE)
    assert told(comparison) == []
    him = carried(comparison, man("Talk", "Skip"), book)
    assert him.at == "main/place"
    him.types("leeds")
    him.located(area("E08000035", "Leeds"))
    him.finds(cards=1)
    assert him.at == "main/after"
    assert dict(him.state.answers) == {"need": ("talk",), "where": ("E08000035",)}


def test_a_step_beneath_him_must_be_there_too() -> None:
    def gone(flows: dict[str, Tree]) -> None:
        rename(flows["main"], "after", "next")

    comparison, book = becomes(gone)
    assert told(comparison) == ["F270: `main/after` is not in the new version."]
    him = at_the_end_of_the_road()
    him.taps("What they ask")
    assert carry(comparison.passage, him.state, book) is None
    comparison, book = becomes(gone, moves={("main", "after"): ("main", "next")})
    there = carried(comparison, him, book)
    assert there.at == "aside/told"
    there.gives(Pick("_skip"))
    assert there.at == "main/next"


def test_an_interrupt_and_what_it_came_upon_are_both_carried_or_neither() -> None:
    him = man("Talk", "Skip")
    him.danger("immediate_danger")
    comparison, book = becomes(renamed)
    assert carry(comparison.passage, him.state, book) is None
    assert comparison.against(stack_of(him.state.places)) is not None
    comparison, book = becomes(renamed, moves=WHERE_TO_PLACE)
    there = carried(comparison, him, book)
    assert [place.step for place in there.state.places] == ["place", "ring"]
    there.gives(Pick("carry_on"))
    assert there.at == "main/place"


def test_an_answer_to_danger_that_can_also_be_called_is_carried_only_where_both_are() -> None:
    def also_called(flows: dict[str, Tree]) -> None:
        options_of(flows["main"], "after").append(option("danger", "In danger", call="danger"))

    old = version(also_called)
    comparison, _ = becomes(also_called, old=old)
    called = (("main", "after"), ("danger", "ring"))
    assert comparison.passage.takes(called) == called
    for not_carried in (called, (("main", "after"),), (("", ""), ("danger", "ring"))):
        passage = comparison.passage
        passage = replace(passage, carried=passage.carried - {not_carried}, left=passage.left | {not_carried})
        assert passage.takes(called) is None
    # Where nobody can have called it, the other reading is the only one.
    assert comparison.passage.takes((("main", "need"), ("danger", "ring"))) is not None


def test_another_kind_of_question_needs_a_word_of_the_editor() -> None:
    def several(flows: dict[str, Tree]) -> None:
        body = flows["main"]["steps"]["wants"]["ask"]
        del body["many"]

    comparison, book = becomes(several)
    assert told(comparison) == [
        "F271: `main/wants` was a question with several choices; in the new version it is a question with one choice."
    ]
    him = man("Talk", "A")
    assert carry(comparison.passage, him.state, book) is None
    comparison, book = becomes(several, moves={("main", "wants"): ("main", "wants")})
    there = carry(comparison.passage, him.state, book)
    assert there is not None
    assert there.anew
    assert there.state.place.ticks == ()
    assert there.state.serial == him.state.serial + 1


def test_a_value_that_is_gone_and_still_needed_is_told() -> None:
    def dropped(flows: dict[str, Tree]) -> None:
        flows["main"]["answers"]["need"] = ["talk"]
        options_of(flows["main"], "need").pop()

    comparison, book = becomes(dropped)
    assert told(comparison) == [
        "F272: `need` can be `stay` where they are and is still needed; the new version does not know that."
    ]
    asked = {stack[-1]: stack[-1] for stack in comparison.objections[0].stacks}
    assert set(asked) == {("main", "wants"), ("main", "where")}
    him = man("A bed")
    assert carry(comparison.passage, him.state, book) is None
    # To move somebody to where he is means that he is asked on without it.
    comparison, book = becomes(dropped, moves=asked)
    assert told(comparison) == []
    assert carried(comparison, him, book).state.answers == ()
    assert carried(comparison, man("Talk"), book).state.answers == (("need", ("talk",)),)


def test_an_answer_that_became_another_kind_of_answer_is_not_taken_over() -> None:
    def listed(flows: dict[str, Tree]) -> None:
        flows["main"]["answers"]["where"] = ["north", "south"]
        flows["main"]["steps"]["where"] = asks(
            "Where?", option("north", "North"), option("south", "South"), save="where", go="look", skip="look"
        )
        del flows["main"]["steps"]["look"]["find"]["area"]

    comparison, book = becomes(listed)
    assert (
        "F271: `main/where` was the question where he is; in the new version it is a question with one choice."
        in told(comparison)
    )
    him = at_the_end_of_the_road()
    assert dict(carried(comparison, him, book).state.answers) == {"need": ("talk",), "wants": ("a",)}


def traps_who_wants_a_bed(flows: dict[str, Tree]) -> None:
    """From the beginning nobody who wants a bed comes to `after`; whoever is there already goes round for ever."""
    steps = flows["main"]["steps"]
    options_of(flows["main"], "need")[1]["go"] = "bye"
    options_of(flows["main"], "after").append(option("round", "Once more", go="which"))
    steps["which"] = {"branch": {"on": "need", "cases": {"stay": "trap"}, "else": "bye"}}
    steps["trap"] = asks("Once more?", option("yes", "Yes", go="which"), skip="which")
    flows["main"]["steps"]["after"]["ask"]["skip"] = "which"


def test_whoever_would_be_trapped_by_what_he_has_answered_is_told_of() -> None:
    comparison, book = becomes(traps_who_wants_a_bed)
    assert {objection.code for objection in comparison.objections} == {"F273"}
    assert all("by F203" in objection.message for objection in comparison.objections)
    stranded = {stack for objection in comparison.objections for stack in objection.stacks}
    assert (("main", "after"),) in stranded
    assert (("main", "need"),) not in stranded
    assert carry(comparison.passage, man().state, book) is not None


def test_when_it_takes_too_long_to_find_out_who_is_not_safe_nobody_in_doubt_is_carried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def asks_for_more(flows: dict[str, Tree]) -> None:
        traps_who_wants_a_bed(flows)
        redirect(flows["main"], "wants", "sorted")
        flows["main"]["steps"]["sorted"] = {"branch": {"on": "wants", "cases": {"a": "where"}, "else": "wants"}}

    exact = {stack for o in becomes(asks_for_more)[0].objections for stack in o.stacks}
    monkeypatch.setattr(meeting, "MOST_PROOFS", 1)
    rough = {stack for o in becomes(asks_for_more)[0].objections for stack in o.stacks}
    assert exact < rough


def test_a_question_that_the_new_version_would_have_asked_before_counts_as_not_answered() -> None:
    def asked_first(flows: dict[str, Tree]) -> None:
        steps = flows["main"]["steps"]
        flows["main"]["answers"]["sure"] = ["yes", "no"]
        steps["sure"] = asks(
            "Sure?", option("yes", "Sure"), option("no", "Not yet"), save="sure", go="need", skip="need"
        )
        redirect(flows["main"], "look", "by_sure")
        steps["by_sure"] = {"branch": {"on": "sure", "cases": {"no": "bye"}, "else": "look"}}
        steps["arrive"]["say"]["go"] = "sure"

    comparison, book = becomes(asked_first)
    assert told(comparison) == []
    him = carried(comparison, man("Talk", "Skip"), book)
    him.gives(Pick("E92000001"))
    him.finds()
    assert him.at == "main/after"


def test_an_answer_that_the_new_version_does_not_have_at_all_is_left_behind() -> None:
    def without(flows: dict[str, Tree]) -> None:
        drop(flows["main"], "wants", "where")
        del flows["main"]["answers"]["wants"]

    comparison, book = becomes(without)
    assert told(comparison) == ["F270: `main/wants` is not in the new version."]
    him = carried(comparison, man("Talk", "A", "Done"), book)
    assert him.state.answers == (("need", ("talk",)),)


@pytest.mark.parametrize(
    ("moves", "why"),
    [
        ({("main", "wher"): ("main", "place")}, "begins at a step that the old version does not have"),
        ({("main", "where"): ("main", "plaice")}, "leads to no step of the new version where people can stand"),
        ({("main", "where"): ("main", "look")}, "leads to no step of the new version where people can stand"),
    ],
)
def test_a_move_that_cannot_be_made_is_told(moves: Moves, why: str) -> None:
    comparison, _ = becomes(renamed, moves=moves)
    assert any(objection.code == "F274" and why in objection.message for objection in comparison.objections)


# --- what he has with him ---------------------------------------------------------------------------------------------


def test_options_that_are_gone_are_old_buttons_and_the_rest_still_answer() -> None:
    def fewer(flows: dict[str, Tree]) -> None:
        options_of(flows["main"], "wants").pop(0)
        flows["main"]["answers"]["wants"] = ["a", "b", "c"]

    comparison, book = becomes(fewer)
    him = carried(comparison, man("Talk", "A", "B"), book)
    assert set(him.state.place.ticks) == {"b"}
    him.gives(Pick("a"))
    assert him.at == "main/wants"
    him.gives(Pick("c"))
    assert set(him.state.place.ticks) == {"b", "c"}


def test_labels_that_changed_places_are_asked_anew_so_that_no_button_says_what_it_no_longer_means() -> None:
    def swapped(flows: dict[str, Tree]) -> None:
        talk, stay = options_of(flows["main"], "need")
        talk["label"], stay["label"] = stay["label"], talk["label"]

    comparison, book = becomes(swapped)
    assert told(comparison) == []
    there = carry(comparison.passage, man().state, book)
    assert there == Carried(man().state._replace(serial=man().state.serial + 1), anew=True)


def test_a_move_to_another_question_asks_anew_and_to_the_same_one_does_not() -> None:
    assert becomes(renamed, moves=WHERE_TO_PLACE)[0].passage.anew == frozenset()
    comparison, _ = becomes(renamed, moves={("main", "where"): ("main", "need")})
    assert comparison.passage.anew == {("main", "where")}
    comparison, _ = becomes(renamed, moves={("main", "where"): ("main", "bye")})
    assert comparison.passage.anew == {("main", "where")}


def test_ways_back_are_kept_as_far_as_they_can_still_be_gone() -> None:
    def dropped(flows: dict[str, Tree]) -> None:
        drop(flows["main"], "need", "wants")
        flows["main"]["first_step"] = "wants"

    him = man("Talk", "Skip", "England")
    him.finds()
    assert len(him.state.trail) == 3
    comparison, book = becomes(dropped)
    there = carried(comparison, him, book)
    assert [past.places[-1].step for past in there.state.trail] == ["wants", "where"]
    there.gives(Pick("_back"))
    there.gives(Pick("_back"))
    assert there.at == "main/wants"
    there.gives(Pick("_back"))
    assert there.at == "main/wants"


def test_what_was_asked_back_is_kept_as_far_as_it_can_still_be_meant() -> None:
    him = man()
    offered = (Option("talk", "Talk"), Option("stay", "A bed"))
    asked = him.state._replace(offered=offered)
    comparison, book = becomes()
    assert _state(carry(comparison.passage, asked, book)).offered == offered

    def fewer(flows: dict[str, Tree]) -> None:
        options_of(flows["main"], "need").pop()

    comparison, book = becomes(fewer)
    assert _state(carry(comparison.passage, asked, book)).offered == offered[:1]
    namesakes = man("Skip", "Skip").state._replace(offered=(Option("E08000035", "Leeds"),))
    assert _state(carry(comparison.passage, namesakes, book)).offered == namesakes.offered
    comparison, book = becomes(moves={("main", "need"): ("main", "bye")})
    assert _state(carry(comparison.passage, asked, book)).offered == ()
    at_the_end = man("Skip", "Skip", "Skip")
    at_the_end.finds()
    at_the_end.gives(Pick("_skip"))
    stray = at_the_end.state._replace(offered=offered)
    assert _state(carry(becomes()[0].passage, stray, book)).offered == ()


def _state(there: Carried | None) -> State:
    assert there is not None
    return there.state


def test_the_services_before_him_stay_where_they_can_be_shown_again() -> None:
    him = at_the_end_of_the_road()
    assert him.state.cards
    comparison, book = becomes()
    assert _state(carry(comparison.passage, him.state, book)).cards

    def gone(flows: dict[str, Tree]) -> None:
        flows["main"]["steps"]["look"] = {"say": {"text": "Ring them.", "go": "after"}}

    comparison, book = becomes(gone)
    assert told(comparison) == []
    there = carried(comparison, him, book)
    assert there.state.found is None
    assert not there.state.cards
    assert there.gives(Show(again=True)).replies


def test_his_language_is_kept_where_the_new_version_has_it() -> None:
    comparison, book = becomes()
    welsh = man().state._replace(language="cy")
    assert _state(carry(comparison.passage, welsh, book)).language == ""
    assert _state(carry(comparison.passage, welsh, replace(book, tongues={"cy": book}))).language == "cy"


def test_labels_that_changed_places_in_translation_are_asked_anew_too() -> None:
    def swapped(flows: dict[str, Tree]) -> None:
        talk, stay = options_of(flows["main"], "need")
        talk["label"], stay["label"] = stay["label"], talk["label"]

    plain, turned = version(), version(swapped)
    before = Version(replace(plain.book, tongues={"cy": plain.book}), plain.proof)
    now = Version(replace(plain.book, tongues={"cy": turned.book}), plain.proof)
    assert compare(before, now, KNOWN, {}).passage.anew == {("main", "need")}


def test_who_had_to_start_afresh_starts_in_the_new_version() -> None:
    def first(flows: dict[str, Tree]) -> None:
        flows["main"]["first_step"] = "hello"
        rename(flows["main"], "arrive", "hello")

    comparison, book = becomes(first)
    fresh = State.at_start(OLD.book)._replace(serial=7)
    assert carry(comparison.passage, fresh, book) == Carried(State.at_start(book)._replace(serial=7), anew=False)


def test_nobody_is_carried_from_where_nobody_can_stand() -> None:
    comparison, book = becomes()
    nowhere = State((Place("main", "which"),))
    assert carry(comparison.passage, nowhere, book) is None


def test_a_passage_is_stored_as_text() -> None:
    passage = becomes(renamed, moves={("main", "where"): ("main", "need")})[0].passage
    assert Passage.from_text(passage.to_text()) == passage
    assert Passage.from_text(passage.to_text()).to_text() == passage.to_text()
    no_start = version(lambda flows: flows["main"].update(first_step="need"))
    passage = compare(no_start, OLD, KNOWN, {}).passage
    assert passage.start == ()
    assert Passage.from_text(passage.to_text()) == passage
