"""Whether a question shows a button to skip it. Typed, to skip works at every question that can be skipped."""

from __future__ import annotations

from dialogs.steps import Ask, Locate


def has_skip_button(step: Ask | Locate) -> bool:
    """A "carry on" that leads where Skip would has no second button for it; every other question has one."""
    if isinstance(step, Ask) and step.answerless:
        shown = (choice for choice in step.options if choice.shown)
        return bool(step.skip) and not any(c.go and not c.call and c.go.name == step.skip.name for c in shown)
    return True
