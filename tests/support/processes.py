"""The program as an operator runs it: processes of their own, real ports, real signals."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tests.support.patience import PATIENCE

FINGERPOST = str(Path(sys.executable).with_name("fingerpost"))

ENDS_WITHIN = 40
"""Seconds within which a process must be gone that is told to stop. It promises five; the machine may stand still
meanwhile. What it would wait for at Telegram, were it not told, takes longer."""

# Ports that the system gives to nobody by itself: another could be a client's by the time a server is started anew.
_NOBODYS_PORTS = range(12_000, 32_000)


def free_port() -> int:
    """A port that a server can have, now and after it was killed."""
    while True:
        # Several test processes look at once; that two of them find the same is unlikely enough.
        port = random.SystemRandom().choice(_NOBODYS_PORTS)
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


def environment(home: Path, variables: dict[str, str]) -> dict[str, str]:
    given = {f"FINGERPOST_{name}": value for name, value in variables.items()}
    return {**os.environ, "FINGERPOST_HOME": str(home), **given}


@contextlib.asynccontextmanager
async def running(
    home: Path, *arguments: str, **variables: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """``fingerpost run`` in a process of its own, once it says where it is; killed in the end if need be.

    It waits longer for its stores and turns than it does elsewhere.
    """
    variables.setdefault("PORT", str(free_port()))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.patient_program",
        "run",
        *arguments,
        env=environment(home, variables),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    said = ""
    try:
        async with asyncio.timeout(PATIENCE):
            while "Fingerpost is at" not in said:
                line = await process.stdout.readline()
                assert line, f"it stopped, saying: {said}"
                said += line.decode()
        yield process, said
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def stopped(process: asyncio.subprocess.Process) -> tuple[int, str]:
    """Ask it to stop, and wait until it has."""
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(ENDS_WITHIN):
        rest, _ = await process.communicate()
    return process.returncode or 0, rest.decode()


async def command(home: Path, *arguments: str, program: str = FINGERPOST, **variables: str) -> tuple[int, str]:
    """A command in a process of its own: its exit code (negative: the signal that ended it), and what it said."""
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        env=environment(home, variables),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()
