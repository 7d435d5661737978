"""A case that is a nation's code holds for everybody who named a place in that nation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.book import Book
from dialogs.engine import Pick, Place, State, step
from dialogs.loading import load_book
from dialogs.proof import ANY_OTHER, NOT_ANSWERED, Node, prove
from dialogs.rehearsal.coverage import Followed
from dialogs.simulator import Simulator, area
from dialogs.steps.branch import case_of
from dialogs.steps.locate import NATIONS, nation_of
from dialogs.tables import Fork
from dialogs.versions.meeting import Meeting
from tests.dialogs.proof.conversations import KNOWN, LIFELINES, conversation, told
from tests.support.graph_walking import end_of_turn
from tests.support.naive_reading import Reading, stack_of

ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND = NATIONS
LEEDS, BRADFORD, CARDIFF, INVERNESS, BELFAST = "E08000035", "E08000032", "W06000015", "S12000017", "N09000003"
WHOLE_KINGDOM = "K02000001"

ASKED = """
answers:
  where: area
steps:
  where:
    locate: {text: Where?, why: So., save: where, go: said, skip: said, unknown: No., choose: Which?}
  said:
    say: {text: Thanks., go: on}
  on:
    ask: {text: Go on?, answerless: yes,
          options: [{id: on, label: 'Yes', go: by_nation}, {id: say, label: Say, go: so}]}
  so:
    say: {text: So., go: by_nation}
  by_nation:
    branch: {on: where, cases: {CASES}, else: elsewhere}
"""
PAGE = """  STEP:
    ask: {text: STEP., answerless: yes, options: [{id: bye, label: Bye, go: done}]}
"""
DONE = """  done:
    end: {text: Bye.}
"""
CASES = {ENGLAND: "england", LEEDS: "leeds", WALES: "wales", SCOTLAND: "scotland"}


def branching(cases: dict[str, str]) -> Book:
    written = ", ".join(f"{value}: {to}" for value, to in cases.items())
    pages = "".join(PAGE.replace("STEP", name) for name in dict.fromkeys([*cases.values(), "elsewhere"]))
    return conversation(ASKED.replace("CASES", written) + pages + DONE)


BOOK = branching(CASES)


def answered(code: str) -> Simulator:
    """A man who typed a place in that area, and was asked once more before the branch."""
    man = Simulator(BOOK, lifelines=LIFELINES)
    man.types("somewhere")
    man.located(area(code, "Somewhere"))
    return man


@pytest.mark.parametrize("button", ["Yes", "Say"])
@pytest.mark.parametrize(
    ("code", "comes_to"),
    [
        (ENGLAND, "england"),
        (BRADFORD, "england"),
        (LEEDS, "leeds"),
        (WALES, "wales"),
        (CARDIFF, "wales"),
        (INVERNESS, "scotland"),
        (BELFAST, "elsewhere"),
        (NORTHERN_IRELAND, "elsewhere"),
        (WHOLE_KINGDOM, "elsewhere"),
    ],
)
def test_a_man_who_named_a_place_goes_the_way_of_its_nation_unless_the_place_has_one_of_its_own(
    code: str, comes_to: str, button: str
) -> None:
    man = answered(code)
    man.taps(button)
    assert man.at == f"main/{comes_to}"


def test_who_skipped_where_he_is_goes_the_way_of_nobody() -> None:
    man = Simulator(BOOK, lifelines=LIFELINES)
    man.taps("Skip")
    man.taps("Yes")
    assert man.at == "main/elsewhere"


@pytest.mark.parametrize("cases", [(LEEDS, ENGLAND), (ENGLAND, LEEDS)])
def test_a_place_comes_before_its_nation_wherever_it_is_written(cases: tuple[str, str]) -> None:
    assert cases[case_of((LEEDS,), cases)] == LEEDS
    assert cases[case_of((BRADFORD,), cases)] == ENGLAND


@pytest.mark.parametrize("code", ["", "E", "stay", "E0800003", "E080000350", "Eight", "PSNI", "K03000001", "e08000035"])
def test_what_is_no_area_of_one_nation_is_in_none(code: str) -> None:
    assert nation_of(code) == ""
    assert case_of((code,), NATIONS) == len(NATIONS)


@given(
    st.lists(st.sampled_from([*NATIONS, LEEDS, CARDIFF]), min_size=1, unique=True),
    st.sampled_from([*NATIONS, LEEDS, BRADFORD, CARDIFF, INVERNESS, BELFAST, WHOLE_KINGDOM, "stay", ""]),
)
def test_the_way_taken_is_that_of_the_plainest_reading(cases: list[str], value: str) -> None:
    book = branching({case: f"at_{case}" for case in cases})
    state = State(places=(Place("main", "on"),)).with_answer("where", (value,) if value else ())
    after = step(book, state, Pick("on"), lifelines=LIFELINES).state
    assert stack_of(after) == Reading(book, "web").turn(state, Pick("on")).stack


# --- The shipped conversations ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> Book:
    return load_book()


@pytest.mark.parametrize(
    ("place", "nation"), [(BRADFORD, ENGLAND), (CARDIFF, WALES), (INVERNESS, SCOTLAND), (BELFAST, NORTHERN_IRELAND)]
)
def test_nowhere_is_a_man_who_named_his_town_asked_which_nation_he_is_in(
    place: str, nation: str, shipped: Book
) -> None:
    forks = [fork for fork in shipped.tables.at.values() if isinstance(fork, Fork) and nation in fork.cases]
    assert forks
    for fork in forks:
        named = fork.way(((fork.on, (place,)),), "web")
        assert named == fork.way(((fork.on, (nation,)),), "web") != fork.way((), "web")


# --- What is proved ---------------------------------------------------------------------------------------


def test_the_proof_tells_no_more_areas_apart_than_there_are_cases() -> None:
    graph = prove(BOOK, KNOWN).graph
    cells = {dict(node.values)["where"] for node in graph.at([("main", "by_nation")])}
    assert cells == {*CASES, ANY_OTHER, NOT_ANSWERED}


@pytest.mark.parametrize(
    ("code", "cell"),
    [
        (BRADFORD, ENGLAND),
        (LEEDS, LEEDS),
        (CARDIFF, WALES),
        (INVERNESS, SCOTLAND),
        (BELFAST, ANY_OTHER),
        (WHOLE_KINGDOM, ANY_OTHER),
    ],
)
def test_a_man_is_found_in_the_graph_with_those_of_his_nation(code: str, cell: str) -> None:
    graph = prove(BOOK, KNOWN).graph
    here = [("main", "on")]
    assert graph.seen(here, {"where": (code,)}, "web") == (Node((("main", "on"),), (("where", cell),)),)


def test_where_every_nation_is_a_case_there_is_still_the_whole_kingdom() -> None:
    book = branching(dict.fromkeys(NATIONS, "nation"))
    assert told(book) == []
    (asked,) = prove(book, KNOWN).graph.at([("main", "where")])
    edges = {edge.taps: edge.to and dict(edge.to.values)["where"] for edge in prove(book, KNOWN).graph.edges(asked)}
    assert edges == {
        ("United Kingdom",): ANY_OTHER,
        ("Leeds",): ENGLAND,
        ("Cardiff",): WALES,
        ("Glasgow",): SCOTLAND,
        ("Belfast",): NORTHERN_IRELAND,
        ("Skip",): NOT_ANSWERED,
    }


def test_a_fault_that_only_a_man_in_one_nation_meets_is_shown_with_a_place_in_it() -> None:
    tapped = ASKED.replace("choose: Which?", f"choose: Which?, options: [{{id: {WALES}, label: Wales, go: done}}]")
    ring = PAGE.replace("STEP", "wales").replace("go: done", "go: wales") + PAGE.replace("STEP", "elsewhere") + DONE
    # Wales is on a button, and whoever taps it does not come here.
    assert ("F203", ("Cardiff", "Yes")) in told(conversation(tapped.replace("CASES", f"{WALES}: wales") + ring))


@pytest.mark.parametrize("cases", [(ENGLAND, LEEDS), (LEEDS, ENGLAND), (SCOTLAND, ENGLAND)])
def test_of_several_places_that_he_ticks_the_one_that_the_engine_goes_by_is_the_one_that_is_proved(
    cases: tuple[str, str],
) -> None:
    ticked = (LEEDS, BRADFORD, INVERNESS)
    options = ", ".join(f"{{id: {code}, label: {code}}}" for code in ticked)
    book = conversation(
        f"answers:\n  where: [{', '.join((*ticked, ENGLAND, SCOTLAND))}]\nsteps:\n  where:\n"
        f"    ask: {{text: Where?, why: So., save: where, many: yes, go: by, skip: done, options: [{options}]}}\n"
        f"  by:\n    branch: {{on: where, cases: {{{cases[0]}: a, {cases[1]}: b}}, else: c}}\n"
        + "".join(PAGE.replace("STEP", name) for name in "abc")
        + DONE
    )
    graph = prove(book, KNOWN).graph
    (asked,) = graph.at([("main", "where")])
    for edge in graph.edges(asked):
        man = Simulator(book, lifelines=LIFELINES)
        for tap in edge.taps:
            man.taps(tap)
        assert end_of_turn(graph, edge.to) in graph.at([("main", man.at.removeprefix("main/"))])
    ticks = [[code for bit, code in enumerate(ticked) if n >> bit & 1] for n in range(1, 2 ** len(ticked))]
    assert {node.places[-1][1] for node in graph.nodes} & set("abc") == {"abc"[case_of(t, cases)] for t in ticks}


# --- Rehearsals, and those who are there when a version is published ---------------------------------------


def test_a_rehearsal_in_a_town_rehearses_the_case_of_its_nation() -> None:
    man = answered(INVERNESS)
    before = man.state
    turn = Followed(BOOK, before, man.taps("Yes").state, "web")
    turn.take(Pick("on"))
    assert ("main", "by_nation", f"case:{SCOTLAND}") in turn.met


@pytest.mark.parametrize(
    ("old", "new", "becomes"),
    [
        ({LEEDS: "leeds"}, {ENGLAND: "england"}, {LEEDS: {ENGLAND}, ANY_OTHER: {ENGLAND, ANY_OTHER}}),
        ({ENGLAND: "england"}, {LEEDS: "leeds"}, {ENGLAND: {LEEDS, ANY_OTHER}, ANY_OTHER: {ANY_OTHER}}),
    ],
)
def test_whoever_is_there_is_met_in_the_new_version_as_the_place_he_named(
    old: dict[str, str], new: dict[str, str], becomes: dict[str, set[str]]
) -> None:
    before, after = branching(old), branching(new)
    meeting = Meeting(before, after, {})
    for cell, cells in becomes.items():
        met = meeting.nodes(Node((("main", "on"),), (("where", cell),)))
        assert {dict(node.values)["where"] for node in met} == cells
