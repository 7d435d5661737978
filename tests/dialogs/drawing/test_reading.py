"""Flows with mistakes can be drawn, and the mistakes marked where they are."""

from __future__ import annotations

from dialogs.drawing import flows_of, marks, of_flow
from dialogs.loading import check_source
from tests.dialogs.drawing.conftest import HEAD, source_of

STEPS = """\
  hello:
    ask:
      text: What?
      why: Because.
      options:
        - {id: a, label: A, go: nowhere}
        - {id: b, label: B, go: gone}
      skip: bye
  odd:
    sing: {}
  bye:
    end:
      text: Bye.
"""


def test_errors_are_marked_at_the_step_they_stand_in() -> None:
    source = source_of(small=HEAD.replace("A small one", '""') + STEPS)
    found = marks(source, check_source(source))
    assert found["small"]["hello"] == ("F130",)
    assert found["small"]["odd"] == ("F150",)
    assert "F114" in found["small"][""]
    assert "bye" not in found["small"]
    diagram = of_flow(flows_of(source)["small"], {}, found["small"])
    assert {box.id: box.codes for box in diagram.boxes}["hello"] == ("F130",)
    assert {box.id: box.codes for box in diagram.boxes}["odd"] == ("F150",)
    assert "F114" in diagram.codes


def test_warnings_are_not_marked() -> None:
    source = source_of(small=HEAD + "  hello:\n    end:\n      text: Call us # 5\n")
    assert [finding.code for finding in check_source(source) if finding.severity == "warning"] == ["F115"]
    assert "hello" not in marks(source, check_source(source)).get("small", {})


def test_what_is_no_flow_at_all_is_left_out() -> None:
    source = source_of(small=HEAD + STEPS, empty="", lists="- one\n", broken="a: [\n", nothing="{}\n")
    assert list(flows_of(source)) == ["small"]
    assert "small" in marks(source, check_source(source))


def test_findings_on_something_else_are_passed_over() -> None:
    source = source_of(small=HEAD + STEPS)
    assert marks(source, check_source(source_of(other="- one\n"))) == {}
