"""A version is published from one process and taken up by others, in the middle of a man's conversation."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.publications import Publications
from bot.versions import TAKE_UP_EVERY
from dialogs.source import Source
from tests.support.botapi import FakeBotApi
from tests.support.botapi.fixtures import botapi as botapi
from tests.support.patience import PATIENCE
from tests.support.processes import command, free_port, running

OLD_WORDS = "What would help most right now?"
NEW_WORDS = "What would help you most?"
BY = ("--by", "Ann Editor", "--why", "a test of publishing")
# A process that is killed as if by a power cut, when all but the last row has been written.
DIES = """
import os, signal
from bot.cli import main
from bot.publications import Publications

async def dies(*given):
    os.kill(os.getpid(), signal.SIGKILL)

Publications._keep_passages = dies
main()
"""


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """A copy of the shipped conversations, for an editor to change."""
    folder = tmp_path / "flows"
    shutil.copytree(Path(__file__).parents[2] / "dialogs" / "flows", folder)
    return folder


def change(flows: Path, before: str, after: str, flow: str = "main") -> str:
    """Edit a flow; returns the digest of what there is then."""
    path = flows / f"{flow}.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    return Source.read(flows).digest


async def versions(home: Path) -> list[dict[str, Any]]:
    code, said = await command(home, "flows", "versions", "--json")
    assert code == 0, said
    return [json.loads(line) for line in said.splitlines()]


async def shown(address: str, words: str) -> None:
    """Wait until the first question that a stranger gets has these words."""
    async with httpx.AsyncClient(timeout=PATIENCE) as browser, asyncio.timeout(PATIENCE):
        while words not in (await browser.post(address, data={"begin": "1"}, follow_redirects=True)).text:
            browser.cookies.clear()
            await asyncio.sleep(0.2)


def test_two_looks_and_the_time_to_load_fit_into_five_seconds() -> None:
    assert 2 * TAKE_UP_EVERY.total_seconds() < 5


async def test_two_processes_take_up_a_version_and_its_rollback_while_a_man_talks(
    tmp_path: Path, flows: Path, botapi: FakeBotApi
) -> None:
    home, shipped = tmp_path / "home", Source.read().digest
    telegram = {"TELEGRAM_TOKEN": botapi.token, "TELEGRAM_API": botapi.base_url}
    ports = [str(free_port()), str(free_port())]
    addresses = [f"http://127.0.0.1:{port}/" for port in ports]
    man = botapi.man()
    async with (
        running(home, "--with-example-directory", PORT=ports[0], **telegram),
        running(home, "--with-example-directory", PORT=ports[1]),
    ):
        await man.says("/start")
        await man.sees("Is it OK to chat here now?")
        hello = "Is it a good time to chat?"
        change(flows, "Is it OK to chat here now?", hello)
        published = change(flows, OLD_WORDS, NEW_WORDS)
        code, said = await command(home, "flows", "publish", str(flows), *BY)
        assert code == 0, said
        assert f"The version {published} is current." in said
        assert "1 go on in it and 0 finish" in said
        for address in addresses:
            await shown(address, hello)
        await man.taps("Yes")
        await man.sees(NEW_WORDS)
        await botapi.settled()
        code, said = await command(home, "flows", "rollback", *BY)
        assert code == 0, said
        for address in addresses:
            await shown(address, "Is it OK to chat here now?")
        await man.taps("Back")
        await man.sees("Is it OK to chat here now?")
        await botapi.settled()
        listed = await versions(home)
    assert [(v["digest"], v["action"]) for v in listed] == [
        (shipped, "rolled back"),
        (published, "published"),
        (shipped, "shipped"),
    ]
    assert [v["current"] for v in listed] == [True, False, False]
    assert listed[0]["live"] == 1
    assert listed[1]["by"] == "Ann Editor"


async def test_one_who_stands_at_a_step_that_is_gone_is_counted_moved_or_left_to_finish(
    tmp_path: Path, flows: Path, botapi: FakeBotApi
) -> None:
    home = tmp_path / "home"
    telegram = {"TELEGRAM_TOKEN": botapi.token, "TELEGRAM_API": botapi.base_url}
    man = botapi.man()
    async with running(home, "--with-example-directory", **telegram):
        await man.says("/start")
        await man.sees("Is it OK to chat here now?")
        await man.taps("Yes")
        await man.sees(OLD_WORDS)
        await man.taps("Talk to someone")
        await man.sees("Roughly where")
        await botapi.settled()
        for before, after in (
            ("  where:\n    locate", "  place:\n    locate"),
            ("go: where", "go: place"),
            ("skip: where", "skip: place"),
        ):
            change(flows, before, after)
        code, said = await command(home, "flows", "publish", str(flows), *BY)
        assert code == 1
        assert "error F270: `main/where` is not in the new version. 1 person is there now: `main/where` (1)." in said
        assert "Nothing was changed" in said
        code, said = await command(home, "flows", "publish", str(flows), *BY, "--move", "main/where=main/place")
        assert code == 0, said
        await _taken_up()
        # The button that he saw before the switch.
        await man.taps("England")
        await man.sees("Recorded as meeting")
        await botapi.settled()


async def _taken_up() -> None:
    """Long enough for every process to have looked; nothing depends on it but which version answers."""
    await asyncio.sleep(2 * TAKE_UP_EVERY.total_seconds())


async def test_a_process_that_is_killed_while_it_publishes_changes_nothing(tmp_path: Path, flows: Path) -> None:
    home = tmp_path / "home"
    digest = change(flows, OLD_WORDS, NEW_WORDS)
    script = ("-c", DIES, "flows", "publish", str(flows), *BY)
    code, said = await command(home, *script, program=sys.executable)
    assert code == -signal.SIGKILL, said
    assert await history(home) == []
    code, said = await command(home, "flows", "publish", str(flows), *BY)
    assert code == 0, said
    assert await history(home) == [digest, Source.read().digest]


async def test_of_two_processes_that_publish_at_once_one_wins_and_the_other_says_so(
    tmp_path: Path, flows: Path
) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    shutil.copytree(flows, other)
    digests = [change(flows, OLD_WORDS, NEW_WORDS), change(other, OLD_WORDS, "What would be best?")]
    home.mkdir()
    assert await history(home) == []
    outcomes = await asyncio.gather(*(command(home, "flows", "publish", str(f), *BY) for f in (flows, other)))
    published = await history(home)
    for digest, (code, said) in zip(digests, outcomes, strict=True):
        # One after the other is as good; what must not be is that one thinks he published and did not.
        assert (code == 0) == (digest in published), said
        assert code == 0 or "Somebody else published in the meantime" in said
    assert set(published) & set(digests)


async def history(home: Path) -> list[str]:
    """The digests that were ever current, the newest first."""
    publications = await Publications.open(f"sqlite:///{home}/directory.sqlite")
    try:
        return [line.digest for line in await publications.history()]
    finally:
        await publications.close()
