"""The drawing as Mermaid text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from dialogs.drawing import Arrow, Box, Diagram, mermaid, of_book, of_flow
from dialogs.flow import Flow


def test_a_small_flow_as_text() -> None:
    boxes = (
        Box("_start", "start", "", "his first message"),
        Box("hello", "ask", "hello", "What would help?"),
        Box("hello>reading>", "flow", "reading", "Just reading", flow="reading"),
        Box("bye", "end", "bye", "Come back any time.", codes=("F201",)),
    )
    arrows = (
        Arrow("_start", "hello"),
        Arrow("hello", "bye", "go", ("Money", "Health")),
        Arrow("hello", "bye", "skip", ("Skip",)),
        Arrow("hello", "hello>reading>", "go", ("Just reading",)),
    )
    assert mermaid(Diagram("small", "A small one", boxes, arrows)) == (
        """\
---
title: "A small one"
---
flowchart TD
  %% ( [ ] )  the conversation starts here
  %% ( )  a question with buttons
  %% [ [ ] ]  another flow (a link to its drawing)
  %% ( [ ] )  the end
  n0(["his first message"])
  n1("<b>hello</b><br/>What would help?")
  n2[["<b>reading</b><br/>Just reading"]]
  n3(["<b>bye F201</b><br/>Come back any time."])
  n0 --> n1
  n1 -->|"Money<br/>Health"| n3
  n1 -.->|"Skip"| n3
  n1 -->|"Just reading"| n2
  click n2 href "reading.mmd"
  classDef end_ stroke-width:4px
  class n3 end_
  classDef marked stroke:#b3001b,stroke-width:4px,stroke-dasharray:2
  class n3 marked
"""
    )


def test_the_same_flows_give_the_same_text(shipped: Mapping[str, Flow]) -> None:
    assert mermaid(of_book(shipped)) == mermaid(of_book(shipped))
    assert mermaid(of_flow(shipped["main"], shipped)) == mermaid(of_flow(shipped["main"], shipped))


def test_dangers_are_thick_arrows(shipped: Mapping[str, Flow]) -> None:
    assert re.search(r"n\d+ ==> n\d+", mermaid(of_book(shipped)))


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_written_stays_words(words: str, label: str) -> None:
    diagram = Diagram(
        "x", words, (Box("a", "say", "a", words), Box("b", "end", "b")), (Arrow("a", "b", "go", (label,)),)
    )
    body = mermaid(diagram).split("---\n", 2)[2]
    for line in body.splitlines():
        inside = re.sub(r"<b>|</b>|<br/>|#\d+;", "", line)
        quoted = re.findall(r'"([^"]*)"', inside)
        assert inside.count('"') in (0, 2)
        assert not any(set(text) & set('<>#&`|[]{}"') for text in quoted)
