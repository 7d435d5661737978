"""Where processes of the program come from quickly: one that has loaded the program already, and forks.

To start the program takes some seconds of a processor, most of which loads the same code and lists again; five
hundred kills would wait for that and for little else. A fork of this process goes through the whole of `fingerpost run`
like any other: its settings, migrations, keys, ports. Run as a program, this speaks JSON lines on standard input and
output; when its input ends, so do all its children.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any


class Nursery:
    """The side of the tests. See :func:`nursery`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._lock = asyncio.Lock()

    async def born(self, arguments: Sequence[str], variables: Mapping[str, str], log: Path) -> int:
        """`fingerpost` with these arguments in a new process; its number. All that it says goes to the log."""
        return int(await self._ask({"born": list(arguments), "variables": dict(variables), "log": str(log)}))

    async def ended(self, number: int) -> int | None:
        """A child's exit code (negative: the signal that ended it); None while it lives."""
        code = await self._ask({"ended": number})
        return None if code is None else int(code)

    async def _ask(self, order: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._lock:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            line = await self._process.stdout.readline()
        assert line, "the nursery is gone"
        return json.loads(line)


@contextlib.asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """A nursery that has loaded the program; none of its children outlives it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"ready\n", "the nursery did not open"
        yield Nursery(process)
    finally:
        process.stdin.close()
        await process.wait()


def main() -> None:
    """Serve until the input ends."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    asyncio.run(_load())
    out.write("ready\n")
    children: dict[int, int | None] = {}
    for line in sys.stdin:
        order = json.loads(line)
        if "born" in order:
            child = os.fork()
            if child == 0:
                _live(order)
            children[child] = None
            answer: int | None = child
        else:
            answer = children[order["ended"]] = _code(order["ended"], children[order["ended"]])
        out.write(json.dumps(answer) + "\n")
    for child in [child for child, code in children.items() if _code(child, code) is None]:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


async def _load() -> None:
    """Import all, and open everything once, so that what is read from the program's own files is there."""
    import bot.service
    from bot.rooms import opened
    from bot.settings import Settings

    assert bot.service
    with tempfile.TemporaryDirectory(prefix="nursery-") as home:
        async with opened(Settings.read({"FINGERPOST_HOME": home}), examples=True, serving=True):
            pass


def _live(order: dict[str, Any]) -> None:
    """The child: from here on it is the program."""
    code = 70
    try:
        log = os.open(order["log"], os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        for name in [name for name in os.environ if name.startswith("FINGERPOST_")]:
            del os.environ[name]
        os.environ |= order["variables"]
        from bot.cli import main as fingerpost

        fingerpost(order["born"])
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _code(child: int, known: int | None) -> int | None:
    if known is not None:
        return known
    number, status = os.waitpid(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if number else None


if __name__ == "__main__":
    main()
