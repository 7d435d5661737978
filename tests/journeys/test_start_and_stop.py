"""The program as an operator runs it: a process of its own, real ports, real signals."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.support.botapi import FakeBotApi
from tests.support.botapi.fixtures import botapi as botapi
from tests.support.patience import PATIENCE
from tests.support.processes import free_port, running, stopped


async def test_an_empty_installation_serves_the_examples_and_says_so(tmp_path: Path) -> None:
    port = free_port()
    async with running(tmp_path, PORT=str(port)) as (process, said):
        assert "EXAMPLE services only" in said
        assert f"Fingerpost is at http://127.0.0.1:{port}" in said
        async with httpx.AsyncClient(timeout=PATIENCE) as browser:
            page = await browser.get(f"http://127.0.0.1:{port}/")
        assert page.is_success
        assert "0808 800 1170" in page.text
        assert "server" not in page.headers
        code, rest = await stopped(process)
    assert code == 0
    assert "Traceback" not in said + rest
    assert not (tmp_path / "directory.sqlite-journal").exists()


async def test_it_serves_telegram_by_polling_when_told_that_examples_may_go_public(
    tmp_path: Path, botapi: FakeBotApi
) -> None:
    variables = {"TELEGRAM_TOKEN": botapi.token, "TELEGRAM_API": botapi.base_url}
    async with running(tmp_path, "--with-example-directory", **variables) as (process, said):
        assert "Telegram is served by polling." in said
        assert botapi.token not in said
        man = botapi.man()
        await man.says("/start")
        await man.sees("Is it OK to chat here now?")
        code, rest = await stopped(process)
    assert code == 0
    assert "Traceback" not in rest
    assert botapi.profile.commands


async def test_a_rejected_token_is_explained_and_stops_the_start(tmp_path: Path, botapi: FakeBotApi) -> None:
    botapi.fail_next("deleteWebhook", status=401, description="Unauthorized", times=1)
    variables = {"TELEGRAM_TOKEN": botapi.token, "TELEGRAM_API": botapi.base_url}
    with pytest.raises(AssertionError, match="FINGERPOST_TELEGRAM_TOKEN was rejected") as caught:
        async with running(tmp_path, "--with-example-directory", **variables):
            pass
    assert "Traceback" not in str(caught.value)
    assert botapi.token not in str(caught.value)


async def test_a_restart_loses_nothing(tmp_path: Path, botapi: FakeBotApi) -> None:
    variables = {"TELEGRAM_TOKEN": botapi.token, "TELEGRAM_API": botapi.base_url}
    man = botapi.man()
    async with running(tmp_path, "--with-example-directory", **variables) as (process, _):
        await man.says("/start")
        await man.sees("Is it OK to chat here now?")
        await botapi.settled()
        process.kill()
    await man.taps("Yes")
    async with running(tmp_path, "--with-example-directory", **variables) as (process, _):
        # Who died still counts as the one that fetches for some seconds.
        await man.sees("What would help most")
        await botapi.settled()
        await stopped(process)
