"""What leads have switched off, as this process sees it: the bot itself, or a lifeline that does not answer.

Every process looks every two seconds, as it looks for new versions. A directory in trouble changes nothing: what was
last seen stands, for a pause that ends by itself would be worse than one that lasts too long.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.stores import STORE_TROUBLE, in_time
from safety.lifelines import Lifelines
from service_directory.desk.switches import BOT, Switch

log = logging.getLogger(__name__)


class Board(Protocol):
    """What a turn asks of the switches."""

    @property
    def lifelines(self) -> Lifelines:
        """The lifelines as they stand now."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """Lifelines that nobody closes: for previews and tests."""

    lifelines: Lifelines


class Switchboard:
    """The switches, as one process follows them."""

    def __init__(self, lifelines: Lifelines, switches: Callable[[], Coroutine[Any, Any, Sequence[Switch]]]) -> None:
        """`switches` reads what is off now; `lifelines` are all that there are."""
        self._all = lifelines
        self._read = switches
        self._in_trouble = False
        self._lifelines = lifelines
        self._pause: str | None = None

    @property
    def lifelines(self) -> Lifelines:
        """The lifelines as they stand now."""
        return self._lifelines

    @property
    def pause(self) -> str | None:
        """What everybody is told while the bot is paused; None while it is not."""
        return self._pause

    async def take_up(self) -> None:
        """Look what is off, and go by it from now on. When that cannot be seen, what was last seen stands."""
        try:
            switches = await in_time(self._read())
        except STORE_TROUBLE as trouble:
            if not self._in_trouble:
                log.error("It cannot be seen what is switched off (%s); it stays as it was.", type(trouble).__name__)
            self._in_trouble = True
            return
        self._in_trouble = False
        self._pause = next((switch.message for switch in switches if switch.name == BOT), None)
        closed = frozenset(key for switch in switches if (key := switch.lifeline) is not None)
        self._lifelines = self._all.closing(closed)
