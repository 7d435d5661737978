"""The program as an operator starts it: a process of its own, and what it takes of the machine."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_WITHIN: Final = 120.0
_LOOKS_EVERY: Final = 0.005
_EXAMPLES: Final = ("-c", "from bot.cli import main; main()", "run", "--with-example-directory")


class NotServing(Exception):
    """The program ended, or did not answer in time. The message tells what it said."""


@dataclass(frozen=True, slots=True)
class Program:
    """A process that serves. `port`: of its web chat; `took`: seconds from its start to its first answer."""

    pid: int
    port: int
    took: float

    def processor(self) -> float:
        """Seconds of the processor that it has used."""
        return processor(self.pid)

    def memory(self) -> float:
        """MB that it holds now."""
        return memory(self.pid)


@contextlib.asynccontextmanager
async def serving(home: Path | None = None, **variables: str) -> AsyncIterator[Program]:
    """Start the program with the example directory and wait until the web chat answers; stop it in the end.

    `home`: None for a throw-away one; `variables`: settings without their prefix. Raises NotServing.
    """
    with tempfile.TemporaryDirectory(prefix="fingerpost-bench-") as folder:
        port = free_port()
        given = {"HOME": str(home or folder), "PORT": str(port), **variables}
        said = Path(folder) / "said"
        began = perf_counter()
        async with running(_EXAMPLES, {f"FINGERPOST_{name}": value for name, value in given.items()}, said) as process:
            await _answers(process, port, said)
            yield Program(process.pid, port, perf_counter() - began)


@contextlib.asynccontextmanager
async def running(
    arguments: tuple[str, ...], variables: Mapping[str, str], said: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Python in a process of its own, stopped in the end; what it says goes into the file `said`."""
    # What is installed is compiled; a checkout would be compiled anew at every start where Python may not keep it.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with said.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, env={**inherited, **variables}, stdout=file, stderr=file
        )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                process.kill()
                await process.wait()


async def _answers(process: asyncio.subprocess.Process, port: int, said: Path) -> None:
    """Wait for the first page. Raises NotServing."""
    ends = perf_counter() + _WITHIN
    while perf_counter() < ends and process.returncode is None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            if await asked(port, "/") == 203:
                return
        await asyncio.sleep(_LOOKS_EVERY)
    raise NotServing(_text(said).strip() or "The program did not answer in time.")


async def asked(port: int, path: str) -> int:
    """The status that a page of the program comes with, 0 for an answer that is none. Raises OSError."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        return int(b"".join((await reader.readline()).split()[1:2]) or b"0")
    finally:
        writer.close()


def _text(file: Path) -> str:
    return file.read_text(errors="replace")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def processor(process: int) -> float:
    """Seconds of the processor that a process has used."""
    return _spent(_status(process))


def processor_of_all(parent: int) -> float:
    """Seconds of the processor that a process and those that it started have used, and those before them."""
    whole = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        # One of them may end while it is looked at.
        with contextlib.suppress(OSError):
            fields = _status(int(folder.name))
            if int(folder.name) == parent:
                whole += _spent(fields) + _spent(fields[2:])
            elif int(fields[1]) == parent:
                whole += _spent(fields)
    return whole


def _status(process: int) -> list[str]:
    """What the system tells of a process, from its state on."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _spent(fields: list[str]) -> float:
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory(process: int) -> float:
    """MB that a process holds."""
    found = next(line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(found.split()[1]) / 1024
