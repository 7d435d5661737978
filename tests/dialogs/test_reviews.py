"""What the calendar says of a flow: always told, never in the way of a correction."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dialogs.editorial.reviews import to_review
from dialogs.findings import Finding
from dialogs.known import Known
from dialogs.loading import check, load_book

TODAY = date(2026, 11, 22)


def found(folder: Path, *reviews: tuple[str, str], today: date | None = TODAY) -> list[Finding]:
    """What is said of flows with these reviews: when each was, and when it is due again."""
    for number, (on, due) in enumerate(reviews):
        (folder / f"flow{number}.yaml").write_text(
            f"language: 1\nflow: flow{number}\ntitle: T\nstarts: {'yes' if number == 0 else 'no'}\nfirst_step: done\n"
            f'review: {{by: Sam, on: "{on}", due: {due}}}\n'
            "steps:\n  done:\n    end:\n      text: |\n        All done.\n",
            encoding="utf-8",
        )
    return [finding for finding in check(folder, Known(today=today)) if finding.code in ("F240", "F241", "F242")]


@pytest.mark.parametrize(
    ("on", "due", "code"),
    [
        ("2026-05-01", "2026-11-22", None),
        ("2026-05-01", "2026-11-21", "F240"),
        ("", "2027-05-01", "F241"),
        ("2026-11-22", "2027-05-01", None),
        ("2026-11-23", "2027-05-01", "F242"),
    ],
)
def test_each_lapse_is_a_warning_from_its_day_on(tmp_path: Path, on: str, due: str, code: str | None) -> None:
    findings = found(tmp_path, (on, due))
    assert [(finding.code, finding.severity) for finding in findings] == ([(code, "warning")] if code else [])


def test_flows_of_which_the_same_is_to_be_said_are_told_together(tmp_path: Path) -> None:
    messages = [f.message for f in found(tmp_path, ("", "2026-01-01"), ("", "2026-01-01"), ("", "2025-01-01"))]
    assert messages == [
        "`flow0` and `flow1` were due for review on 2026-01-01.",
        "Nobody has reviewed `flow0`, `flow1` and `flow2` yet.",
        "`flow2` was due for review on 2025-01-01.",
    ]


def test_without_a_day_nothing_is_judged_by_the_calendar(tmp_path: Path) -> None:
    assert found(tmp_path, ("", "2020-01-01"), today=None) == []


def test_a_lapse_never_stops_a_flow_from_being_used(tmp_path: Path) -> None:
    assert found(tmp_path, ("", "2020-01-01"))
    assert load_book(tmp_path, Known(today=TODAY)).start == "flow0"


def test_of_many_flows_a_few_are_named_and_the_others_counted(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, *[("", "2027-01-01")] * 6)
    assert finding.message == "Nobody has reviewed `flow0`, `flow1`, `flow2` and 3 more flows yet."


def test_flows_that_wait_for_a_review_are_counted_each_once(tmp_path: Path) -> None:
    reviews = (
        ("2026-05-01", "2026-11-22"),
        ("", "2020-01-01"),
        ("2026-05-01", "2026-11-21"),
        ("2026-11-23", "2020-01-01"),
    )
    assert found(tmp_path, *reviews)
    assert to_review(load_book(tmp_path, Known(today=TODAY)), TODAY) == 3
