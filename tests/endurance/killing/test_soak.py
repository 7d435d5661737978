"""What `make soak` holds many kills to, beyond what every man is due: when the process that fetches dies, another does
within half a minute.
"""

from __future__ import annotations

import pytest

from tests.endurance.killing.installation import Combination
from tests.endurance.killing.ordeal import Outcome
from tests.endurance.killing.soak import judge


@pytest.mark.parametrize(("processes", "seconds", "wrong"), [(3, 9.2, 0), (3, 30.5, 1), (1, 30.5, 0)])
def test_a_leader_that_died_is_followed_in_time_where_there_is_another(
    processes: int, seconds: float, wrong: int
) -> None:
    outcome = Outcome(Combination("polling", "postgresql", processes), "a seed", takeovers=[2.0, seconds])
    judge(outcome)
    assert len(outcome.wrong) == wrong


def test_by_webhook_nobody_has_to_follow() -> None:
    outcome = Outcome(Combination("webhook", "postgresql", 3), "a seed")
    judge(outcome)
    assert outcome.wrong == []
