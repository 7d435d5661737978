"""Every wait of the Telegram channel in one place, for tests to shorten and people to read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the channel waits for what. All values are seconds, except counts that say so."""

    turn: float = 22.0
    """A turn that takes longer is given up and tried again later. The conversation gives up at 20 by itself."""
    sending: float = 15.0
    """What a turn may spend on sending and erasing: shorter than the turn, so that it can still be kept."""
    answering: float = 3.0
    """How long a turn waits for a tap to be answered before it goes on without."""
    tap: float = 12.0
    """How long a tap's answer is tried; after about 15 Telegram refuses it."""
    request: float = 10.0
    """How long one request may wait for bytes."""
    first_pause: float = 0.5
    """The pause before the first retry; each later pause is twice as long."""
    longest_pause: float = 30.0
    oldest: float = 3600.0
    """An update that still fails at this age is passed over: to answer later would be to write first."""
    tries: int = 5
    """A count: how often a turn that fails by our own fault is tried before it is passed over."""
    retry_after: int = 5
    """What a webhook tells Telegram to wait before it delivers a failed update again."""
    long_poll: int = 45
    """How long one fetch waits for news at Telegram, which allows 50."""
    fetch_margin: float = 15.0
    """A fetch that is this much later than its long poll is wedged, and its connections are replaced."""
    claim_again: float = 2.0
    """The pause between two claims to be the process that fetches: several in every lease."""
    look_again: float = 0.1
    """The pause between fetches while everything Telegram shows is in hand already; it doubles."""
    longest_look_again: float = 1.0
    grace: float = 3.0
    """What turns in hand may take once the process is told to stop."""
    parting: float = 0.7
    """What telling Telegram how far they came, and giving up the lead, may each take after that."""
    side_by_side: int = 16
    """A count: how many turns run at once."""


PACE = Pace()
