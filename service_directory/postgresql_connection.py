"""Connections to PostgreSQL that notice when the way to the server is gone, and that nobody has to wait for."""

from __future__ import annotations

import contextlib
import socket
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]

PARTS_WITHIN: Final = 0.3
"""Seconds that a server has to see us off. One that hangs never does, and a turn, or the end of the program, waits."""

# A firewall that forgot a connection, or a machine that is gone, tells nobody: an answer would be waited for without
# end. So who is silent for so many seconds is asked whether he is there, so many seconds apart, so often; and what is
# sent is to be acknowledged within so many milliseconds.
_IDLE, _APART, _TIMES, _ACKNOWLEDGED_WITHIN = 15, 5, 3, 30_000


class Connection(asyncpg.Connection):  # type: ignore[misc]
    """asyncpg's, with both of these."""

    def __init__(self, protocol: Any, transport: Any, *more: Any) -> None:
        super().__init__(protocol, transport, *more)
        connected = transport.get_extra_info("socket")
        if connected is not None and connected.family != socket.AF_UNIX:
            _keep_alive(connected)

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 (asyncpg's own)
        """Close it, with the server's leave or without."""
        with contextlib.suppress(TimeoutError):
            await super().close(timeout=PARTS_WITHIN if timeout is None else min(timeout, PARTS_WITHIN))


def _keep_alive(connected: socket.socket) -> None:
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", _IDLE),
        ("TCP_KEEPINTVL", _APART),
        ("TCP_KEEPCNT", _TIMES),
        ("TCP_USER_TIMEOUT", _ACKNOWLEDGED_WITHIN),
    ):
        # Not every system has all of them; each helps by itself.
        option = getattr(socket, name, None)
        if option is not None:
            connected.setsockopt(socket.IPPROTO_TCP, option, value)
