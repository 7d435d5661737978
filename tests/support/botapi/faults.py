"""What can go wrong between a bot and Telegram, made to happen on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Fields = Mapping[str, object]

_SAID = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(slots=True)
class Fault:
    """One kind of trouble waiting for the next ``left`` calls of ``method`` (``*``: any but getUpdates)."""

    method: str
    kind: Literal["refuse", "drop", "hang", "slow"]
    left: int
    delivered: bool = False
    seconds: float = 0.0
    status: int = 500
    description: str = ""
    retry_after: int | None = None
    body: str | None = None
    when: Callable[[Fields], bool] | None = None

    def hits(self, method: str, fields: Fields) -> bool:
        """Is this the call it waits for?"""
        named = self.method.lower() == method.lower() or (self.method == "*" and method != "getUpdates")
        return named and self.left > 0 and (self.when is None or self.when(fields))


class Faults:
    """The troubles still to come. The oldest that fits a call strikes it."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def fail_next(
        self,
        method: str,
        *,
        status: int = 500,
        description: str | None = None,
        retry_after: int | None = None,
        times: int = 1,
        delivered: bool = False,
        body: str | None = None,
        when: Callable[[Fields], bool] | None = None,
    ) -> None:
        """Answer the next ``times`` calls with an error.

        ``delivered``: the call is carried out all the same. ``body``: exactly this instead of Telegram's
        JSON (a proxy's page, say). ``when``: only calls whose parameters satisfy it.
        """
        if description is None:
            description = f"Too Many Requests: retry after {retry_after}" if status == 429 else _SAID[status]
        self._waiting.append(
            Fault(
                method, "refuse", times, delivered=delivered, status=status, description=description,
                retry_after=retry_after, body=body, when=when,
            )
        )  # fmt: skip

    def drop_next(
        self,
        method: str,
        *,
        times: int = 1,
        delivered: bool = False,
        when: Callable[[Fields], bool] | None = None,
    ) -> None:
        """Break the connection under the next ``times`` calls; ``delivered``: only the answer is lost."""
        self._waiting.append(Fault(method, "drop", times, delivered=delivered, when=when))

    def hang_next(
        self,
        method: str,
        *,
        times: int = 1,
        delivered: bool = False,
        when: Callable[[Fields], bool] | None = None,
    ) -> None:
        """Never answer the next ``times`` calls, until the client gives up."""
        self._waiting.append(Fault(method, "hang", times, delivered=delivered, when=when))

    def slow_next(
        self,
        method: str,
        *,
        seconds: float,
        times: int = 1,
        delivered: bool = False,
        when: Callable[[Fields], bool] | None = None,
    ) -> None:
        """Answer the next ``times`` calls rightly but late; ``delivered``: carried out before the wait."""
        self._waiting.append(Fault(method, "slow", times, seconds=seconds, delivered=delivered, when=when))

    def forget(self) -> None:
        """All is well again."""
        self._waiting.clear()

    def strike(self, method: str, fields: Fields) -> Fault | None:
        """The trouble that befalls this call, if any; it then has one less to come."""
        for fault in self._waiting:
            if fault.hits(method, fields):
                fault.left -= 1
                return fault
        return None
