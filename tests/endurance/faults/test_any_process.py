"""Behind a balancer that sends every request to the other process, a man and a lead get on as with one."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pyotp
import pytest

from tests.endurance.faults.conftest import (
    Fingerpost,
    Nursery,
    Serving,
    is_asked_where_on_the_page,
    load_service,
    shown,
    until,
)
from tests.support.anywhere import OnTheWeb
from tests.support.patience import PATIENCE
from tests.support.unsteady_postgres import UnsteadyServer

pytestmark = pytest.mark.postgres


class RoundRobin(httpx.AsyncHTTPTransport):
    """A balancer: of any two requests that follow each other no process gets both."""

    def __init__(self, processes: list[Fingerpost]) -> None:
        super().__init__()
        self._next = itertools.cycle([httpx.URL(each.address) for each in processes])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        address = next(self._next)
        url = request.url.copy_with(scheme="http", host=address.host, port=address.port)
        return await super().handle_async_request(
            httpx.Request(request.method, url, headers=request.headers, stream=request.stream)
        )


@asynccontextmanager
async def balanced(serving: Serving, url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before two processes over one PostgreSQL."""
    async with AsyncExitStack() as stack:
        variables = {"DIRECTORY_URL": url, "SESSIONS_URL": url}
        both = [await stack.enter_async_context(serving("", examples=False, **variables)) for _ in range(2)]
        browser = httpx.AsyncClient(
            transport=RoundRobin(both), base_url="https://chat.directory.example", timeout=PATIENCE
        )
        yield await stack.enter_async_context(browser)


async def test_a_man_goes_on_where_he_was_whichever_process_answers_and_leaves_both(
    serving: Serving, unsteady: UnsteadyServer, database: str
) -> None:
    url = unsteady.url(database)
    await (await load_service(url, "one")).close()
    async with balanced(serving, url) as browser:
        man = OnTheWeb(browser, script=False)
        await is_asked_where_on_the_page(man)
        await man.says("leeds")
        assert "Service one" in shown(man)
        await man.taps("Leave this page")
        assert man.is_out
        for _ in range(2):
            await man.says("hello")
            assert "Is it OK to chat here now?" in shown(man)
            await man.taps("Leave this page")


async def test_whoever_works_at_the_desk_is_signed_in_at_both(
    serving: Serving, unsteady: UnsteadyServer, database: str, nursery: Nursery, tmp_path: Path
) -> None:
    url = unsteady.url(database)
    async with balanced(serving, url) as browser:
        invited = await invitation(nursery, url, tmp_path)

        async def sends(path: str, page: str, **form: str) -> httpx.Response:
            fence = re.search(r'name="fence"[^>]* value="([^"]+)"', page)
            assert fence is not None, page
            headers = {"Sec-Fetch-Site": "same-origin"}
            return await browser.post(path, data={"fence": fence[1], **form}, headers=headers, follow_redirects=True)

        joining = (await sends(invited, (await browser.get(invited)).text)).text
        key = re.search(r"<code>([A-Z2-7 ]+)</code>", joining)
        assert key is not None, joining
        code = pyotp.TOTP(key[1].replace(" ", "")).now()
        assert "Jo Hall" in (await sends("/desk/join", joining, code=code)).text
        for _ in range(2):
            assert "Jo Hall" in (await browser.get("/desk/team")).text
        await sends("/desk/sign-out", (await browser.get("/desk/team")).text)
        for _ in range(2):
            assert (await browser.get("/desk/team")).headers["location"] == "/desk/sign-in"


async def invitation(nursery: Nursery, url: str, folder: Path) -> str:
    """The path of the link by which a lead joins, as `fingerpost desk invite` prints it."""
    log = folder / "log-invite"
    variables = {"FINGERPOST_HOME": str(folder / "home"), "FINGERPOST_DIRECTORY_URL": url}
    variables["FINGERPOST_SESSIONS_URL"] = url
    arguments = ["desk", "invite", "Jo Hall", "jo@example.org", "--role", "lead", "--who", "the operator"]
    number = nursery.born(arguments, variables, log)

    async def has_ended() -> bool:
        return nursery.ended(number) is not None

    await until(has_ended)
    link = re.search(r"http://[^/]+(/desk/link/[\w.-]+)", log.read_text())
    assert link is not None, log.read_text()
    return link[1]
