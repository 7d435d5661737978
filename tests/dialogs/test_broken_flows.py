"""Every mistake is told in words that are held here, so that a change of wording is seen as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.codes import CODES
from dialogs.findings import FlowErrors
from dialogs.loading import check, load_book
from tests.support.broken_flows import broken_flows, findings_of, told

WIDEST = 100


@pytest.mark.parametrize("path", broken_flows(), ids=lambda path: path.name)
def test_a_broken_flow_is_explained_in_these_words(path: Path) -> None:
    assert told(path) == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_there_are_many_broken_flows_and_each_has_a_mistake() -> None:
    assert len(broken_flows()) >= 100
    assert all(findings_of(path) for path in broken_flows())


def test_the_broken_flows_show_every_code_of_loading_that_needs_no_large_file() -> None:
    shown = {finding.code for path in broken_flows() for finding in findings_of(path)}
    assert {code for code in CODES if code < "F200"} - shown == {"F102"}


@pytest.mark.parametrize("path", broken_flows(), ids=lambda path: path.name)
def test_a_flow_is_loaded_exactly_when_no_finding_is_an_error(path: Path) -> None:
    # Without knowledge of what lies around the flows, as in a preview.
    errors = [f for f in check(path) if f.severity == "error" and f.code < "F200"]
    if not errors:
        load_book(path)
        return
    with pytest.raises(FlowErrors) as raised:
        load_book(path)
    assert [f for f in raised.value.findings if f.severity == "error"] == errors
    assert errors[0].message in str(raised.value)


@pytest.mark.parametrize("path", broken_flows(), ids=lambda path: path.name)
def test_every_finding_has_its_place_a_reason_and_says_what_to_do(path: Path) -> None:
    for finding in findings_of(path):
        assert finding.line >= 1
        assert finding.column >= 1
        assert finding.message.endswith((".", "”", "’"))
        assert finding.why.endswith(".")
        assert finding.hint, finding.message


@pytest.mark.parametrize("path", broken_flows(), ids=lambda path: path.name)
def test_what_stands_below_the_message_fits_a_terminal(path: Path) -> None:
    for line in told(path).splitlines():
        if line.startswith(" ") and ".yaml:" not in line:
            assert len(line) <= WIDEST


def test_nothing_a_file_holds_can_steer_the_terminal_it_is_shown_on() -> None:
    for path in broken_flows():
        assert all(sign.isprintable() or sign in "\n\t" for sign in told(path))
