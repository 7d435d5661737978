"""What is on a drawing: every step, every way out of it, and the flows it hands over to."""

from __future__ import annotations

from collections.abc import Mapping

from dialogs.drawing import Box, Diagram, flows_of, of_book, of_flow
from dialogs.flow import Flow
from dialogs.reading import RETURN
from dialogs.skipping import has_skip_button
from dialogs.steps import Ask
from tests.dialogs.drawing.conftest import Draft, source_of


def arrows(diagram: Diagram) -> set[tuple[str, str, str, tuple[str, ...]]]:
    return {(arrow.source, arrow.target, arrow.way, arrow.labels) for arrow in diagram.arrows}


def test_every_step_has_a_box_and_every_way_out_an_arrow(shipped: Mapping[str, Flow]) -> None:
    for flow in shipped.values():
        diagram = of_flow(flow, shipped)
        boxes = {box.id for box in diagram.boxes}
        assert flow.steps.keys() <= boxes
        drawn = {(arrow.source, arrow.target) for arrow in diagram.arrows}
        through = {(box.id.split(">")[0], target.removeprefix(box.id)) for box, target in drawn_from_flows(diagram)}
        for step in flow.steps.values():
            for target in step.targets():
                if target.via == "Skip" and isinstance(step, Ask) and not has_skip_button(step):
                    continue
                end = f"{step.id}>{RETURN}" if target.ref.name == RETURN else target.ref.name
                ends = {(step.id, end), (step.id, end.removeprefix(step.id))}
                assert ends & (drawn | through), f"{flow.id}/{step.id}: {target.via}"


def drawn_from_flows(diagram: Diagram) -> list[tuple[Box, str]]:
    flows = {box.id: box for box in diagram.boxes if box.kind == "flow"}
    return [(flows[arrow.source], arrow.target) for arrow in diagram.arrows if arrow.source in flows]


def test_options_to_one_place_share_one_arrow(shipped: Mapping[str, Flow]) -> None:
    found = arrows(of_flow(shipped["main"], shipped))
    needs = ("Talk to someone", "Somewhere to stay", "Law and rights", "The children", "Money", "Health")
    assert ("need", "where", "go", needs) in found
    assert ("need", "where", "skip", ("Skip",)) in found
    assert ("services", "after", "go", ()) in found


def test_a_typed_place_is_a_way_of_its_own(shipped: Mapping[str, Flow]) -> None:
    found = arrows(of_flow(shipped["main"], shipped))
    assert ("where", "services", "go", ("England", "Wales", "Scotland", "Northern Ireland", "a typed place")) in found


def test_areas_are_called_by_name_and_channels_too(shipped: Mapping[str, Flow]) -> None:
    assert ("lines", "wales", "go", ("Wales",)) in arrows(of_flow(shipped["sexual"], shipped))
    assert ("lines", "nation", "go", ("otherwise",)) in arrows(of_flow(shipped["sexual"], shipped))
    assert ("arrive", "on_telegram", "go", ("otherwise: telegram",)) in arrows(of_flow(shipped["main"], shipped))


def test_a_call_goes_through_a_box_that_links_to_the_other_flow(shipped: Mapping[str, Flow]) -> None:
    diagram = of_flow(shipped["main"], shipped)
    boxes = {box.id: box for box in diagram.boxes}
    friend = boxes["hello>friend>need_for_him"]
    assert (friend.kind, friend.name, friend.flow, friend.words) == (
        "flow",
        "friend",
        "friend",
        "Worried about another man",
    )
    assert (friend.id, "need_for_him", "go", ()) in arrows(diagram)
    assert boxes["need>reading>"].words == "Just reading, then back to the question"


def test_what_is_filled_in_later_is_shown_by_its_name(shipped: Mapping[str, Flow]) -> None:
    words = {box.id: box.words for box in of_flow(shipped["sexual"], shipped).boxes}
    assert "[live_fear_free]" in words["wales"]
    assert words["lines"] == "by his answer: where"


def test_each_step_returns_by_itself(shipped: Mapping[str, Flow]) -> None:
    found = arrows(of_flow(shipped["neck"], shipped))
    assert ("seen_today", "seen_today>_return", "go", ("Carry on",)) in found
    assert ("what_to_say", "what_to_say>_return", "go", ("Carry on",)) in found


def test_how_a_flow_is_come_to_stands_at_its_start(shipped: Mapping[str, Flow]) -> None:
    words = {name: of_flow(flow, shipped).boxes[0].words for name, flow in shipped.items()}
    assert words["main"] == "his first message"
    assert words["neck_asked"] == "strangulation_asked"
    assert words["neck"] == "strangulation or called by another flow"
    assert words["friend"] == "called by another flow"
    assert words["own_behaviour"] == "perpetrator_self_disclosure or called by another flow"


def test_steps_that_are_never_reached_are_drawn_all_the_same(draft: Draft) -> None:
    diagram = of_flow(draft("  hello: {end: {text: Bye.}}\n  lost: {end: {text: Gone.}}\n"), {})
    assert [box.id for box in diagram.boxes] == ["_start", "hello", "lost"]


def test_what_cannot_be_read_or_is_not_there_has_a_box_too(draft: Draft) -> None:
    flow = draft("  hello: {say: {text: Hi., go: nowhere}}\n  odd: {sing: {}}\n  call: {call: {go: hello}}\n")
    diagram = of_flow(flow, {"small": flow})
    boxes = {box.id: (box.kind, box.words) for box in diagram.boxes}
    assert (boxes["odd"], boxes["nowhere"]) == (("unread", ""), ("unread", "is not there"))
    assert arrows(diagram) == {("_start", "hello", "go", ()), ("hello", "nowhere", "go", ())}


def test_a_flow_without_a_first_step_is_drawn(draft: Draft) -> None:
    flow = flows_of(source_of(small="steps:\n  hello: {end: {text: Bye.}}\n"))["small"]
    assert [box.id for box in of_flow(flow, {}).boxes] == ["_start", "hello"]


def test_several_choices_are_left_by_done(draft: Draft) -> None:
    diagram = of_flow(
        draft(
            """\
  hello:
    ask:
      text: What?
      why: Because.
      save: needs
      many: yes
      options: [{id: one, label: One}, {id: two, label: Two}]
      go: bye
      skip: bye
  bye: {end: {text: Bye.}}
"""
        ),
        {},
    )
    assert {("hello", "bye", "go", ("Done",)), ("hello", "bye", "skip", ("Skip",))} <= arrows(diagram)


def test_a_branch_with_a_case_for_every_channel_has_nothing_left(draft: Draft) -> None:
    branch = "  hello: {branch: {on: channel, cases: {telegram: a, web: a, terminal: a}, else: a}}\n"
    diagram = of_flow(draft(branch + "  a: {end: {text: Bye.}}\n"), {})
    assert ("hello", "a", "go", ("telegram", "web", "terminal", "otherwise")) in arrows(diagram)


def test_a_call_step_and_a_flow_that_does_not_exist(draft: Draft) -> None:
    diagram = of_flow(draft("  hello: {call: {flow: other, go: bye}}\n  bye: {end: {text: Bye.}}\n"), {})
    words = {box.id: box.words for box in diagram.boxes}
    assert words["hello"] == "to other"
    assert words["hello>other>bye"] == "there is no such flow"


def test_the_overview_has_all_flows_who_calls_whom_and_what_interrupts(shipped: Mapping[str, Flow]) -> None:
    diagram = of_book(shipped, {"neck": ("F130",)})
    assert {box.id for box in diagram.boxes if box.kind == "flow"} == shipped.keys()
    found = arrows(diagram)
    assert ("!suicide", "dark_thoughts", "danger", ()) in found
    assert ("main", "friend", "call", ()) in found
    assert ("_start", "main", "call", ()) in found
    assert {box.id: box.codes for box in diagram.boxes}["neck"] == ("F130",)


def test_a_call_of_a_flow_that_does_not_exist_is_left_out_of_the_overview(draft: Draft) -> None:
    flow = draft("  hello: {call: {flow: other, go: hello}}\n")
    assert of_book({"small": flow}).arrows == ()
