"""The webhook: Telegram hands in one update per request, and takes a 200 for an acknowledgement."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.telegram.intake import Intake
from bot.telegram.pace import PACE, Pace
from bot.telegram.updates import read

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of a header)
MOST_BYTES = 1_000_000

_log = logging.getLogger(__name__)


def webhook_route(path: str, secret: str, intake: Intake, *, pace: Pace = PACE) -> Route:
    """The route that Telegram posts to.

    403 without the secret, 413 beyond :data:`MOST_BYTES`, 200 once the update is settled (or cannot be read:
    it would come again for ever), 503 with ``Retry-After`` while its turn cannot be committed.
    """

    async def receive(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return PlainTextResponse("", 403)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return PlainTextResponse("", 400)  # nobody is there to read it
        if body is None:
            return PlainTextResponse("", 413)
        settled = await _settled(body)
        return PlainTextResponse("", 200) if settled else _come_again(pace)

    async def _settled(body: bytes) -> bool:
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            raw = None
        received = read(raw)
        if received is None:
            return True
        intake.hear(received)
        try:
            # Taps and words of one man come side by side; whoever waits here too long comes again.
            async with asyncio.timeout(2 * pace.turn), intake.order(received):
                return await intake.settle(received)
        except TimeoutError:
            return False

    return Route(path, receive, methods=["POST"])


def _come_again(pace: Pace) -> Response:
    return PlainTextResponse("", 503, {"Retry-After": str(pace.retry_after)})


async def _body(request: Request) -> bytes | None:
    """The body of a request, or ``None`` if it is larger than anything Telegram sends."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)
