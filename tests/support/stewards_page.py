"""The page for stewards, followed from top to bottom over the example directory."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest import mock

import service_directory
from tests.support.services import NOON
from tests.support.tutorial import Ran, Tutorial

PAGE = Path(__file__).parents[2] / "docs" / "stewards.md"


@contextlib.contextmanager
def at_a_desk(folder: Path) -> Iterator[None]:
    """In a folder like a fresh clone, on the day and at the hour of the page."""
    (folder / "service_directory").symlink_to(Path(service_directory.__file__).parent)
    clocks = ("bot.steward_commands.now", "bot.backup_commands.now", "bot.import_commands.now")
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(folder))
        stack.enter_context(mock.patch.dict(os.environ, {"FINGERPOST_HOME": "practice"}))
        for clock in clocks:
            stack.enter_context(mock.patch(clock, return_value=NOON))
        yield


def followed(folder: Path) -> list[Ran]:
    """Every command of the page and what came of it, done in this empty folder."""
    with at_a_desk(folder):
        tutorial = Tutorial()
        tutorial.follow(PAGE.read_text(encoding="utf-8"))
        return [replace(ran, said=_any_number(ran.said), promised=_any_number(ran.promised)) for ran in tutorial.ran]


def _any_number(said: str) -> str:
    """The same whatever the number of example services is, and of what is due for them."""
    return re.sub(r"\b\d+ services|\(\d+\)$", "some", said, flags=re.MULTILINE)
