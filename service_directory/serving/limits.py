"""Holding back whoever asks far too often, without keeping who it was.

Each address has a bucket of tokens. A bucket that is full again is forgotten within the next minute. Until then it
stands under a keyed hash of the address; the key is random, lives in memory only, and goes with the last bucket.
Nothing is written, logged or counted.

The limits are far above what anybody taps: behind one address may stand a mobile network's customers, a hospital's
Wi-Fi or a prison's.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import secrets
from collections.abc import Callable
from time import monotonic
from typing import Final

from starlette.requests import Request

AT_ONCE: Final = 300
"""So many pages and answers in one go, from one address."""
A_SECOND: Final = 5
"""And so many a second for as long as anyone likes."""

_MOST: Final = 20_000
"""Addresses held at most. Should there be more at a time, new ones pass: nobody is turned away for want of memory."""
_FORGET_EVERY: Final = 60.0
"""Seconds between two looks at which buckets are full again. An empty one takes as long to fill."""


def _later(seconds: float, work: Callable[[], None]) -> object:
    return asyncio.get_running_loop().call_later(seconds, work)


class Limits:
    """A bucket of tokens for each address that asked lately."""

    def __init__(
        self,
        clock: Callable[[], float] = monotonic,
        later: Callable[[float, Callable[[], None]], object] = _later,
        *,
        at_once: float = AT_ONCE,
        a_second: float = A_SECOND,
    ) -> None:
        """``clock`` tells seconds that only ever grow; ``later`` calls a function so many seconds from now. A bucket
        holds ``at_once`` tokens, and ``a_second`` come back.
        """
        self._clock = clock
        self._later = later
        self._at_once = at_once
        self._a_second = a_second
        self._key = b""
        self._full_at: dict[bytes, float] = {}
        """When each bucket will be full again, by the hash of the address."""

    def let_through(self, address: str) -> bool:
        """Take a token from the address's bucket; False when it is empty. No address ("") is always let through."""
        who = self._name(address)
        if who is None:
            return True
        now = self._clock()
        full_at = max(self._full_at.get(who, now), now)
        # Half a token to spare: sums of fractions of a second are never exact.
        if full_at - now > (self._at_once - 0.5) / self._a_second:
            return False
        if not self._full_at:
            self._later(_FORGET_EVERY, self._forget)
        if who in self._full_at or len(self._full_at) < _MOST:
            self._full_at[who] = full_at + 1 / self._a_second
        return True

    def _forget(self) -> None:
        now = self._clock()
        self._full_at = {who: full_at for who, full_at in self._full_at.items() if full_at > now}
        if self._full_at:
            self._later(_FORGET_EVERY, self._forget)
        else:
            self._key = b""

    def _name(self, address: str) -> bytes | None:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return None
        packed = parsed.packed
        if isinstance(parsed, ipaddress.IPv6Address):
            # A connection has a whole /64 to itself, and devices change the rest of the address by the hour.
            packed = parsed.ipv4_mapped.packed if parsed.ipv4_mapped else packed[:8]
        self._key = self._key or secrets.token_bytes(32)
        return hashlib.blake2b(packed, digest_size=16, key=self._key).digest()


def address_of(request: Request, header: str | None) -> str:
    """The address that a request came from, or "" when that cannot be told.

    ``header`` names the one in which the proxy in front puts it; without it no header is believed, and a request from
    this machine itself has no address: it comes through a proxy that nobody told us about. Of several addresses in the
    header the last counts, for that is the one that the proxy itself saw.
    """
    if header is not None:
        given = request.headers.getlist(header)
        return given[-1].rpartition(",")[2].strip() if given else ""
    peer = request.client.host if request.client else ""
    try:
        return "" if ipaddress.ip_address(peer).is_loopback else peer
    except ValueError:
        return ""
