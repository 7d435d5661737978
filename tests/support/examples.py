"""The example directory is loaded once a day of the tests' clocks; who opens it again gets a copy of the file.

Loading it checks sixty services and writes seven thousand lines of history, which takes longer than most tests do.
What is copied is as it was loaded: with a day that begins anew, or a clock that was turned back, it is loaded anew.
"""

from __future__ import annotations

import atexit
import shutil
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from bot import rooms
from service_directory.standards import Policy, day_in_london
from service_directory.store import Directory

_Opening = Callable[[AsyncExitStack, Policy, datetime], Awaitable[Directory]]


@dataclass(frozen=True, slots=True)
class _Kept:
    file: Path
    at: datetime


_kept: dict[date, _Kept] = {}
_folder = Path(tempfile.mkdtemp(prefix="fingerpost-examples-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)


def remember_examples(patch: pytest.MonkeyPatch) -> None:
    """From now on the example directory of a day is loaded once in this process."""
    by_loading = rooms.open_examples

    async def open_examples(stack: AsyncExitStack, policy: Policy, at: datetime) -> Directory:
        kept = _kept.get(day_in_london(at))
        if kept is None or kept.at > at:
            kept = _kept[day_in_london(at)] = await _loaded(by_loading, at)
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="fingerpost-example-"))
        shutil.copy(kept.file, folder)
        directory = await Directory.open(f"sqlite:///{folder}/{kept.file.name}", policy=policy)
        stack.push_async_callback(directory.close)
        return directory

    patch.setattr(rooms, "open_examples", open_examples)


async def _loaded(by_loading: _Opening, at: datetime) -> _Kept:
    file = Path(tempfile.mkdtemp(dir=_folder)) / "directory.sqlite"
    async with AsyncExitStack() as stack:
        directory = await by_loading(stack, Policy(), at)
        # Not copied as a file yet, for the last of it may still stand in the log beside it.
        source = str(directory.database.writing.url.database)
        with closing(sqlite3.connect(source)) as loaded, closing(sqlite3.connect(file)) as kept:
            loaded.backup(kept)
    return _Kept(file, at)
