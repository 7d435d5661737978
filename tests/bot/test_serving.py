"""The web servers, on both event loops: what a client can make them hold."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterable
from itertools import repeat
from typing import Any

import pytest
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.serving import MOST_HEAD, Server, quiet_config

Runs = Callable[[Coroutine[Any, Any, Any]], Any]
HEAD = b"POST / HTTP/1.1\r\nHost: a\r\n"
MOST_TAKEN = 100 * MOST_HEAD
"""What a server that bounds nothing would certainly take."""


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def runs(request: pytest.FixtureRequest) -> Runs:
    runs: Runs = request.param
    return runs


async def _length(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def _sent(parts: Iterable[bytes]) -> tuple[int, bytes]:
    """How much the server took before it closed the connection, or all of it, and what it answered."""
    server = Server(quiet_config(Starlette(routes=[Route("/", _length, methods=["POST"])])))
    listener = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
    sockets = [one.dup() for one in listener.sockets]
    port = sockets[0].getsockname()[1]
    listener.close()
    serving = asyncio.create_task(server.serve(sockets=sockets))
    await server.ready.wait()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    taken = 0
    try:
        with contextlib.suppress(ConnectionError):
            for part in parts:
                writer.write(part)
                await writer.drain()
                taken += len(part)
                if taken > MOST_TAKEN or reader.at_eof():
                    break
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(5):
                return taken, await reader.read(65_536)
        return taken, b""
    finally:
        writer.close()
        server.should_exit = True
        await serving
        for one in sockets:
            one.close()


def test_a_request_with_a_long_body_is_read_whole(runs: Runs) -> None:
    body = b"x" * (20 * MOST_HEAD)
    _, answer = runs(_sent([HEAD, b"Content-Length: %d\r\n\r\n" % len(body), body]))
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(str(len(body)).encode())
    assert b"server:" not in answer.lower()


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([HEAD, *repeat(b"X-More: x\r\n" * 1000, 1000)], id="headers"),
        pytest.param([HEAD, b"X-Long: ", *repeat(b"x" * 10_000, 1000)], id="one header"),
        pytest.param([b"POST /", *repeat(b"x" * 10_000, 1000)], id="address"),
        pytest.param(
            [HEAD, b"Transfer-Encoding: chunked\r\n\r\n0\r\n", *repeat(b"X-More: x\r\n" * 1000, 1000)], id="trailers"
        ),
    ],
)
def test_who_sends_headers_without_end_is_cut_off(runs: Runs, parts: list[bytes]) -> None:
    taken, answer = runs(_sent(parts))
    assert taken <= MOST_TAKEN
    assert b"200" not in answer


def test_what_is_no_request_is_refused(runs: Runs) -> None:
    _, answer = runs(_sent([b"nothing of the kind\r\n\r\n"]))
    assert answer.startswith(b"HTTP/1.1 400")
