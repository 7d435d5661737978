"""How far this machine's clock is from Telegram's, by the time that each answer of Telegram's tells.

A message's age is how long ago it was sent: by Telegram's clock, seen from ours. Were ours an hour ahead, by a fault of
a time server or of a machine that was asleep, every message would count as an hour old, and would be deleted without a
word instead of answered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

WORTH_KNOWING: Final = timedelta(minutes=1)
"""Less than this is the way there and back, or whole seconds that are rounded."""

log = logging.getLogger(__name__)


class Clocks:
    """Ours and Telegram's."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._told = ""
        self.ahead = timedelta(0)
        """How far ours is ahead of Telegram's (behind: below nothing), where that is worth knowing."""

    def told(self, date: str) -> None:
        """An answer of Telegram's has just come with this in its header ``Date``. What cannot be read tells nothing."""
        if date == self._told:
            return
        self._told = date
        try:
            ahead = self._now() - parsedate_to_datetime(date)
        except (ValueError, TypeError):
            return
        if abs(ahead) < WORTH_KNOWING:
            ahead = timedelta(0)
        if bool(ahead) and not self.ahead:
            log.error(
                "This machine's clock and Telegram's differ by %d minutes. Set this machine's (NTP): sessions and "
                "opening hours go by it.",
                round(ahead / timedelta(minutes=1)),
            )
        self.ahead = ahead
