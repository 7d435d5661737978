"""What is forgiven in the kills is what cannot be otherwise, and nothing besides."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest

from tests.endurance.killing.men import Life, Load, Wronged
from tests.endurance.killing.walks import Action, Says, Taps


def told(*did: Action, in_order: bool, kills: list[float]) -> Exception:
    """What is said of a man who did this, a second each, and went on from the first before it was kept."""
    anything: Any = SimpleNamespace(chat=SimpleNamespace(told=[]))
    life = Life(anything, anything, anything, eager=True)
    life.did = [(float(second), action) for second, action in enumerate(did)]
    life.unkept = 0
    load = Load(anything, anything, kills, random.SystemRandom(), thinks=float, patience=1.0, in_order=in_order)
    return load._wrong(life, "he was not answered")


@pytest.mark.parametrize(
    ("did", "in_order", "kills", "is_wronged"),
    [
        ((Says("hello"), Taps("Yes")), False, [0.5], False),
        ((Taps("Yes"), Says("leeds")), False, [0.5], False),
        ((Says("hello"), Says("leeds")), False, [0.5], True),
        ((Says("hello"), Taps("Yes")), True, [0.5], True),
        ((Says("hello"), Taps("Yes")), False, [], True),
    ],
)
def test_only_a_tap_by_webhook_may_come_before_what_a_kill_broke_off(
    did: tuple[Action, ...], in_order: bool, kills: list[float], is_wronged: bool
) -> None:
    assert isinstance(told(*did, in_order=in_order, kills=kills), Wronged) is is_wronged
