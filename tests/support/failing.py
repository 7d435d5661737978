"""Lets one call to a store or to Telegram fail: before anything was done, or after, when only the answer is lost."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.session_database import SessionDatabase
from bot.signposting import Signposting
from service_directory.database import DatabaseError
from tests.support.small_telegram import LostOnTheWay

SESSIONS = ((SessionDatabase, "read"), (SessionDatabase, "write"))
STORES = (*SESSIONS, (Signposting, "find"))


class Moments:
    """Counts the moments at which something can fail, and fails at one of them. `failed` says at which."""

    def __init__(self, at: int = 0) -> None:
        self.reached = 0
        self.failed = ""
        self._at = at

    def asked(self, moment: str) -> None:
        """Telegram is, or was, asked for something."""
        self._pass(moment, LostOnTheWay)

    @contextlib.contextmanager
    def in_stores(self, *calls: tuple[type, str]) -> Iterator[None]:
        """Within, these calls to stores (all of them, when none are given) have such moments too."""
        with pytest.MonkeyPatch.context() as patch:
            for owner, name in calls or STORES:
                patch.setattr(owner, name, self._around(getattr(owner, name), name))
            yield

    def _around(self, call: Callable[..., Any], name: str) -> Callable[..., Any]:
        async def called(*given: Any, **named: Any) -> Any:
            self._pass(f"before {name}", _store_fails)
            done = await call(*given, **named)
            self._pass(f"after {name}", _store_fails)
            return done

        return called

    def _pass(self, moment: str, error: Callable[[], Exception]) -> None:
        self.reached += 1
        if self.reached == self._at:
            self.failed = moment
            raise error()


def _store_fails() -> DatabaseError:
    return DatabaseError("the disk is full")
