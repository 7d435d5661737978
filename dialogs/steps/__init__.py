"""The kinds of step, one file each: what it holds, how it is read, its schema and its checks."""

from __future__ import annotations

from dialogs.steps.ask import Ask
from dialogs.steps.branch import Branch
from dialogs.steps.call import Call
from dialogs.steps.choices import Choice
from dialogs.steps.end import End
from dialogs.steps.find import Find
from dialogs.steps.locate import Locate
from dialogs.steps.parts import AnswerList, Scope, Step, Target
from dialogs.steps.registry import STEP_TYPES
from dialogs.steps.report import Report
from dialogs.steps.say import Say

__all__ = [
    "STEP_TYPES",
    "AnswerList",
    "Ask",
    "Branch",
    "Call",
    "Choice",
    "End",
    "Find",
    "Locate",
    "Report",
    "Say",
    "Scope",
    "Step",
    "Target",
]
