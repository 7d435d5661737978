"""The disk is full: men get the helpline and can leave, and all goes on by itself once there is room."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import shlex
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.endurance.faults.conftest import (
    HELPLINE,
    TROUBLE,
    Fingerpost,
    Serving,
    is_asked_where,
    is_asked_where_on_the_page,
    only_all_clear,
    shown,
)
from tests.support.botapi import FakeBotApi
from tests.support.processes import FINGERPOST, environment, free_port

FIRST = "Is it OK to chat here now?"
_ROOM = "32m"
_A_USER_MAY_MOUNT = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")

Turn = Callable[[], None]


async def men_keep_the_helpline_and_can_leave(
    fingerpost: Fingerpost, botapi: FakeBotApi, fills: Turn, empties: Turn
) -> None:
    man, leaver = botapi.man(5_550_001), botapi.man(5_550_002)
    browser = await fingerpost.browser()
    await is_asked_where(man)
    await is_asked_where(leaver)
    await is_asked_where_on_the_page(browser)
    await botapi.settled()
    fills()
    await man.says("leeds")
    await man.sees(TROUBLE)
    assert HELPLINE in man.chat.from_bot[-1].text
    await browser.says("leeds")
    assert TROUBLE in shown(browser)
    await leaver.taps("Leave now")
    await leaver.sees(only_all_clear)
    await fingerpost.is_found_unready()
    empties()
    await fingerpost.gets_ready()
    await man.says("leeds")
    await man.sees("Recorded as meeting")
    await browser.says("leeds")
    assert "Recorded as meeting" in shown(browser)
    await leaver.says("what did he say")
    await leaver.sees(FIRST)
    await botapi.settled()
    await fingerpost.stops()


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_the_system_lets_the_process_write_nothing_more(botapi: FakeBotApi, serving: Serving, way: str) -> None:
    async with serving(way) as fingerpost:
        number, files = fingerpost.number, resource.RLIMIT_FSIZE
        _, most = resource.prlimit(number, files)
        await men_keep_the_helpline_and_can_leave(
            fingerpost,
            botapi,
            # As root, and without: a limit that is only lowered for now can be raised again. The log cannot be written
            # either.
            lambda: resource.prlimit(number, files, (0, most)) and None,
            lambda: resource.prlimit(number, files, (most, most)) and None,
        )


@pytest.fixture
def _a_disk_can_be_made() -> None:
    if subprocess.run([*_A_USER_MAY_MOUNT, "mount -t tmpfs none /mnt"], capture_output=True).returncode:
        pytest.skip("this system lets no user mount a file system of his own, not even where only he sees it")


@pytest.mark.usefixtures("_a_disk_can_be_made")
async def test_the_file_system_is_full(tmp_path: Path, botapi: FakeBotApi) -> None:
    async with on_a_small_disk(tmp_path, botapi) as (fingerpost, disk):

        def fills() -> None:
            with contextlib.suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
                while ballast.write(bytes(4096)):
                    pass

        await men_keep_the_helpline_and_can_leave(fingerpost, botapi, fills, (disk / "ballast").unlink)


@asynccontextmanager
async def on_a_small_disk(folder: Path, botapi: FakeBotApi) -> AsyncIterator[tuple[Fingerpost, Path]]:
    """The program with its home on a file system of its own, that nobody else sees but by way of the process."""
    home, log, port = folder / "home", folder / "log", free_port()
    home.mkdir()
    variables = {"PORT": str(port), "TELEGRAM_TOKEN": botapi.token, "TELEGRAM_API": botapi.base_url}
    program = shlex.join([FINGERPOST, "run", "--with-example-directory"])
    mounted = f"mount -t tmpfs -o size={_ROOM} none {shlex.quote(str(home))} && exec {program}"
    with log.open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            *_A_USER_MAY_MOUNT, mounted, env=environment(home, variables), stdout=said, stderr=said
        )
    async with contextlib.AsyncExitStack() as browsers:
        fingerpost = Fingerpost(_Started(process), process.pid, f"http://127.0.0.1:{port}", log, browsers)
        try:
            await fingerpost.says("Fingerpost is at")
            yield fingerpost, Path(f"/proc/{process.pid}/root{home}")
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


class _Started:
    """A process that was started by itself."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def ended(self, number: int) -> int | None:
        return self._process.returncode
