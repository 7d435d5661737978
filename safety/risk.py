"""Danger in typed words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from safety.normalising import folded

Response = Literal["interrupt", "ask", "note", "none"]


@dataclass(frozen=True, slots=True)
class Screening:
    """What a message was heard to say: the kinds of danger, how to meet them, and whether he told of being
    hurt."""

    labels: frozenset[str]
    response: Response
    disclosure: bool


_NOTHING = Screening(frozenset(), "none", False)
_FIRST = {"with a knife": "immediate_danger", "got a knife": "immediate_danger", "kill myself": "suicide"}


def screen(text: str) -> Screening:
    """What the words say of danger; nothing typed is kept."""
    words = folded(text)
    labels = frozenset(label for phrase, label in _FIRST.items() if phrase in words)
    if labels:
        return Screening(labels, "interrupt", True)
    return Screening(labels, "none", "hits me" in words) if "hits me" in words else _NOTHING
