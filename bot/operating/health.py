"""Is this process well, and can it serve? For load balancers and supervisors: `/healthz` and `/readyz`.

They say "ok" or what is amiss in a word, and nothing about anybody. Both are open to the public, so the stores are
asked once a second at most, however often the pages are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

FOR_A_SECOND: Final = 1.0
ANSWERS_WITHIN: Final = 3.0

Check = Callable[[], Awaitable[object]]
"""Asks a store something small, and raises when it cannot be used."""


class Health:
    """Whether the stores can be used, asked when somebody wants to know."""

    def __init__(self, checks: Mapping[str, Check], clock: Callable[[], float] = monotonic) -> None:
        self._checks = checks
        self._clock = clock
        self._asking = asyncio.Lock()
        self._asked_at: float | None = None
        self._amiss: tuple[str, ...] = ()

    async def amiss(self) -> tuple[str, ...]:
        """The names of the stores that cannot be used now."""
        async with self._asking:
            if self._asked_at is None or self._clock() - self._asked_at >= FOR_A_SECOND:
                answers = await asyncio.gather(*map(_works, self._checks.values()))
                self._amiss = tuple(name for name, works in zip(self._checks, answers, strict=True) if not works)
                self._asked_at = self._clock()
        return self._amiss

    async def each(self) -> dict[str, bool]:
        """Every store by its name, and whether it can be used now."""
        amiss = await self.amiss()
        return {name: name not in amiss for name in self._checks}

    def routes(self) -> list[BaseRoute]:
        """`/healthz`: the process answers. `/readyz`: its stores do too, or 503 with the names of those that do not."""
        return [Route("/healthz", self._alive, methods=["GET"]), Route("/readyz", self._ready, methods=["GET"])]

    async def _alive(self, _: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def _ready(self, _: Request) -> Response:
        amiss = await self.amiss()
        return PlainTextResponse(f"cannot be used: {', '.join(amiss)}\n" if amiss else "ok\n", 503 if amiss else 200)


async def _works(check: Check) -> bool:
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            await check()
    except Exception:
        # The stores tell their own trouble to the log.
        return False
    return True
