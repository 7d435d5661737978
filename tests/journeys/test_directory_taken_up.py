"""The directory is changed by one process, and others match in it as it is now: all of the change or none of it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service_directory.store import Directory
from tests.support.patience import PATIENCE
from tests.support.processes import environment
from tests.support.services import LEEDS, days, written, written_attestations, written_service

# A process that serves, asked again and again; it says what is matched whenever that is something else.
SERVES = f"""
import asyncio, json
from bot import service
from bot.rooms import now, opened
from bot.settings import Settings
from service_directory.matching import Query, match

async def main():
    async with opened(Settings.read(), clock=now, examples=False) as rooms:
        taking_up = asyncio.create_task(service._take_up(rooms.signposting, "the directory"))
        said = None
        while True:
            index = rooms.signposting._index
            if index is not None:
                found = sorted(s.service_id for s in match(index, Query(("talk",), "{LEEDS}", now()), 9).signposts)
                if found != said:
                    print(json.dumps(found), flush=True)
                    said = found
            await asyncio.sleep(0.02)

asyncio.run(main())
"""


@asynccontextmanager
async def serving(home: Path) -> AsyncIterator[asyncio.StreamReader]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVES, env=environment(home, {}), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.kill()
        await process.communicate()


async def said(process: asyncio.StreamReader) -> list[str]:
    async with asyncio.timeout(PATIENCE):
        found: list[str] = json.loads(await process.readline())
        return found


def service(name: str, now: datetime, **changes: object) -> dict[str, Any]:
    """A service for which the rule holds whenever the test is run: the processes go by the real clock."""
    today = now.date()
    return written_service(
        name,
        hours_checked=today,
        contacts=[{"kind": "phone", "value": "0113 222 4444", "checked": today}],
        attestations=written_attestations(decided=today, valid_from=today, valid_until=today + days(99)),
        **changes,
    )


async def test_every_process_takes_up_a_whole_change_of_the_directory_by_itself(tmp_path: Path) -> None:
    directory = await Directory.open(f"sqlite:///{tmp_path / 'directory.sqlite'}")
    now = datetime.now(UTC)

    async def load(*services: dict[str, Any]) -> None:
        report = await directory.load_document(written(*services), at=now, who="Sam", why="a test", apply=True)
        assert not report.rejected

    try:
        await load(service("one", now), service("two", now, status="paused"))
        async with serving(tmp_path) as first, serving(tmp_path) as second:
            assert [await said(first), await said(second)] == [["one"]] * 2
            # One closes and the other opens in one transaction: nobody may find both, or neither.
            await load(service("one", now, status="paused"), service("two", now))
            assert [await said(first), await said(second)] == [["two"]] * 2
            await directory.suspend("two", at=now, who="Sam", why="a complaint")
            assert [await said(first), await said(second)] == [[]] * 2
    finally:
        await directory.close()
