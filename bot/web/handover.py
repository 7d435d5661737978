"""A turn on its way from the form that caused it to the page that shows it.

Without JavaScript an answer is posted, and the browser is sent to fetch the page anew. The turn waits here meanwhile,
because the conversation cannot say it again whole: a note on what he typed belongs to that one moment. It waits in
memory only, for seconds, and is handed out once, to the page that follows its own form: where several processes serve,
one that waits here may be older than what he did last. When another process gets the request, or it comes too late,
the page shows what the conversation shows anyone who returns.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from safety.envelope import Turn

WAITS: Final = timedelta(seconds=30)
_MOST: Final = 500


class Handover:
    """Turns by chat, each handed out at most once."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._waiting: dict[str, tuple[datetime, str, Turn]] = {}

    def put(self, chat: str, form: str, turn: Turn) -> None:
        """Keep a turn for the request that follows this form. The oldest goes when too many wait."""
        now = self._clock()
        self._waiting = {
            other: waiting for other, waiting in self._waiting.items() if other != chat and now - waiting[0] <= WAITS
        }
        if len(self._waiting) >= _MOST:
            del self._waiting[next(iter(self._waiting))]
        self._waiting[chat] = now, form, turn

    def collect(self, chat: str, form: str) -> Turn | None:
        """The turn that waits for this chat, once; None when there is none, it waited too long, or another form was
        the last."""
        waiting = self._waiting.pop(chat, None)
        if waiting is None or self._clock() - waiting[0] > WAITS or waiting[1] != form:
            return None
        return waiting[2]

    def drop(self, chat: str) -> None:
        """He has left: nothing waits for him any more."""
        self._waiting.pop(chat, None)
