"""The kinds of step there are, by the name they have in a flow."""

from __future__ import annotations

from typing import TypeVar

from dialogs.steps.parts import Step

STEP_TYPES: dict[str, type[Step]] = {}

S = TypeVar("S", bound=type[Step])


def step_type(cls: S) -> S:
    """Add a kind of step. Each lives in a file of its own, which is all that a new kind touches."""
    STEP_TYPES[cls.kind] = cls
    return cls
