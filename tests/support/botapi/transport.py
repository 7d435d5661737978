"""The HTTP side: a server on this machine that reads requests and writes answers as api.telegram.org does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from aiogram.methods import GetUpdates
from aiohttp import web

from tests.support.botapi.faults import Fault
from tests.support.botapi.methods import Methods
from tests.support.botapi.oracle import Refused, check_emitted, read_request

if TYPE_CHECKING:
    from tests.support.botapi.server import FakeBotApi

Json = dict[str, Any]

_TOKEN = re.compile(r"\d+:[\w-]+")
_LARGEST_BODY = 20 * 2**20


@dataclass(slots=True)
class Call:
    """One request: what was asked, and what came of it (``status`` 0: still open, or no answer went out).

    ``way``: what stands in its address before ``/bot``, by which a test tells several processes apart.
    """

    method: str
    fields: Mapping[str, object]
    at: datetime
    status: int = 0
    description: str = ""
    result: object = None
    way: str = ""


class Transport:
    """Serves the Bot API of one world on a port of its own, on the loopback address only."""

    def __init__(self, world: FakeBotApi) -> None:
        self._world = world
        self._methods = Methods(world)
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.open_calls = 0
        self.base_url = ""

    async def start(self) -> None:
        """Listen."""
        app = web.Application(client_max_size=_LARGEST_BODY)
        for way in ("", "/{way}"):
            app.router.add_route("*", way + "/bot{token}/{method}", self._handle)
        # A client that goes away takes its waiting getUpdates with it.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/bot"

    async def stop(self) -> None:
        """Let go of whoever waits, and stop listening."""
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        answer = await self._answered(request)
        # Telegram's servers tell the time by which messages age.
        answer.headers["Date"] = format_datetime(self._world.now(), usegmt=True)
        return answer

    async def _answered(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        token = request.match_info["token"]
        if not _TOKEN.fullmatch(token):
            return _answer(404, {"ok": False, "error_code": 404, "description": "Not Found"})
        if token != self._world.token:
            return _answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        fields = await _fields(request)
        call = Call(method, fields, self._world.now(), way=request.match_info.get("way", ""))
        self._world.calls.append(call)
        self._world.changes.notify()
        counts = method.lower() != "getupdates"
        self.open_calls += counts
        try:
            fault = self._world.strike(method, fields)
            if fault is not None:
                return await self._befall(fault, call, request)
            return await self._carry_out(call)
        finally:
            self.open_calls -= counts
            self._world.changes.notify()

    async def _carry_out(self, call: Call) -> web.Response:
        try:
            asked = read_request(call.method, call.fields, self._world.problems_noted)
            call.result = await self._methods.carry_out(asked)
        except Refused as refused:
            return _refusal(call, refused)
        try:
            # Updates were checked when they were queued; those sent raw are wrong on purpose.
            if not isinstance(asked, GetUpdates):
                check_emitted(type(asked).__returning__, call.result)
        except AssertionError as wrong:
            self._world.note("fake", f"{call.method}: {wrong}")
            raise
        call.status = 200
        return _answer(200, {"ok": True, "result": call.result})

    async def _befall(self, fault: Fault, call: Call, request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse | None = await self._carry_out(call) if fault.delivered else None
        if fault.kind == "slow":
            await self._pause(fault.seconds)
            return answer if answer is not None else await self._carry_out(call)
        call.status = 0
        if fault.kind == "hang":
            await self._pause(None)
        if fault.kind == "refuse":
            refused = _refusal(call, Refused(fault.status, fault.description, retry_after=fault.retry_after))
            if fault.body is None:
                return refused
            return web.Response(status=fault.status, text=fault.body, content_type="text/html")
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _pause(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return


async def _fields(request: web.Request) -> Mapping[str, object]:
    """The parameters of a request: in its address, as a form, or as JSON. Raises HTTPBadRequest."""
    fields: dict[str, object] = dict(request.query)
    if request.content_type == "application/json" and request.can_read_body:
        try:
            body = await request.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise web.HTTPBadRequest(reason="the body is not a JSON object")
        return fields | body
    return fields | {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def _refusal(call: Call, refused: Refused) -> web.Response:
    call.status, call.description = refused.status, refused.description
    told: Json = {"ok": False, "error_code": refused.status, "description": refused.description}
    if refused.retry_after is not None:
        told["parameters"] = {"retry_after": refused.retry_after}
    return _answer(refused.status, told)


def _answer(status: int, told: Json) -> web.Response:
    return web.json_response(told, status=status)
