"""The database stopped, hung, made read-only and taken over: men get the helpline and can leave, and all goes on by
itself when it is back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest

from tests.endurance.faults.conftest import (
    HELPLINE,
    TROUBLE,
    Serving,
    is_asked_where,
    is_asked_where_on_the_page,
    only_all_clear,
    shown,
)
from tests.support.botapi import FakeBotApi
from tests.support.patience import PATIENCE
from tests.support.pgbouncer import pooled
from tests.support.processes import free_port
from tests.support.unsteady_postgres import UnsteadyServer, unsteady_server
from tests.support.wire import wire

pytestmark = pytest.mark.postgres

FIRST = "Is it OK to chat here now?"

Faulty = Callable[[UnsteadyServer], None]
FAULTS: dict[str, tuple[Faulty, Faulty]] = {
    "crashes": (UnsteadyServer.crash, UnsteadyServer.start),
    "hangs": (UnsteadyServer.hang, UnsteadyServer.go_on),
    "can only be read": (lambda server: server.only_reads(True), lambda server: server.only_reads(False)),
}


@pytest.mark.parametrize(
    ("fault", "way"),
    [
        ("crashes", "polling"),
        ("crashes", "webhook"),
        ("hangs", "polling"),
        ("hangs", "webhook"),
        ("can only be read", "polling"),
    ],
)
async def test_men_keep_the_helpline_and_can_leave_and_then_all_goes_on(
    botapi: FakeBotApi, serving: Serving, unsteady: UnsteadyServer, database: str, way: str, fault: str
) -> None:
    breaks, mends = FAULTS[fault]
    url = unsteady.url(database)
    man, leaver = botapi.man(5_550_001), botapi.man(5_550_002, first_name="Lee")
    figures = f"127.0.0.1:{free_port()}"
    async with serving(way, SESSIONS_URL=url, DIRECTORY_URL=url, METRICS=figures) as fingerpost:
        browser, other = await fingerpost.browser(), await fingerpost.browser()
        await asyncio.gather(
            is_asked_where(man),
            is_asked_where(leaver),
            is_asked_where_on_the_page(browser),
            is_asked_where_on_the_page(other),
        )
        await botapi.settled()
        breaks(unsteady)

        async def leaves() -> None:
            await leaver.taps("Leave now")
            await leaver.sees(only_all_clear)

        async def asks_in_vain() -> None:
            await man.says("leeds")
            await man.sees(TROUBLE)
            assert HELPLINE in man.chat.from_bot[-1].text

        await asyncio.gather(leaves(), asks_in_vain(), browser.says("leeds"), other.taps("Leave this page"))
        assert TROUBLE in shown(browser)
        assert HELPLINE in shown(browser)
        assert other.is_out
        await fingerpost.is_found_unready()
        async with httpx.AsyncClient(timeout=PATIENCE) as prometheus:
            page = (await prometheus.get(f"http://{figures}/metrics")).text
        assert 'fingerpost_log_records_total{level="error",module="bot.conversation"}' in page

        mends(unsteady)
        await fingerpost.gets_ready()
        await botapi.settled()
        await asyncio.gather(man.says("leeds"), browser.says("leeds"))
        await man.sees("Recorded as meeting")
        assert "Recorded as meeting" in shown(browser)
        await leaver.says("what did he say")
        await leaver.sees(FIRST)
        await other.says("what did he say")
        assert "Roughly where" not in shown(other)
        await botapi.settled()
        await fingerpost.stops()


async def test_behind_a_pooler_a_server_that_crashes_is_found_again(
    botapi: FakeBotApi, serving: Serving, unsteady: UnsteadyServer, database: str
) -> None:
    man = botapi.man()
    with pooled(unsteady.local_url(database)) as url:
        async with serving("polling", SESSIONS_URL=url, DIRECTORY_URL=url) as fingerpost:
            await is_asked_where(man)
            await botapi.settled()
            unsteady.crash()
            await man.says("leeds")
            await man.sees(TROUBLE)
            unsteady.start()
            await fingerpost.gets_ready()
            await man.says("leeds")
            await man.sees("Recorded as meeting")
            await botapi.settled()
            await fingerpost.stops()


async def test_a_replica_takes_over_with_every_turn_that_was_answered(
    botapi: FakeBotApi, serving: Serving, server_to_break: UnsteadyServer
) -> None:
    """The sessions are reached by one address that follows the failover, the directory by the addresses of both."""
    man = botapi.man()
    with unsteady_server() as first, unsteady_server(following=first) as replica:
        hosts = f"host=127.0.0.1:{first.port}&host=127.0.0.1:{replica.port}"
        both = f"postgresql://postgres@/postgres?{hosts}&target_session_attrs=primary"
        async with (
            wire("127.0.0.1", first.port) as address,
            serving("polling", SESSIONS_URL=first.url(port=address.port), DIRECTORY_URL=both) as fingerpost,
        ):
            await is_asked_where(man)
            await botapi.settled()
            first.crash()
            await man.says("hello?")
            await man.sees(TROUBLE)
            replica.promote()
            address.lead_to("127.0.0.1", replica.port)
            await fingerpost.gets_ready()
            await man.says("leeds")
            await man.sees("Recorded as meeting")
            await botapi.settled()
            await fingerpost.stops()
