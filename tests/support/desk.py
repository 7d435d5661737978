"""The desk in a test: over the example directory, with people signed in, in httpx or in a real Chromium."""

from __future__ import annotations

import atexit
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from axe_playwright_python.async_playwright import Axe
from jinja2 import BaseLoader
from playwright.async_api import Browser, Page
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.applications import Starlette

from service_directory.areas import Areas
from service_directory.desk.collected import COLLECTIONS
from service_directory.desk.desk import Desk
from service_directory.desk.keeping import desk_database
from service_directory.desk.people import Role
from service_directory.desk.post.letters import Letter
from service_directory.desk.tables import AccountRow, KeeperRow
from service_directory.desk.web.app import desk_app, fence_of
from service_directory.desk.web.pages import Pages
from service_directory.open_referral.api import routes_at
from service_directory.store import Directory, example_document
from tests.support.browsing import Served, new_context

SUNDAY_NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECRET = "a secret of the tests, which is long enough"
SERVICE = "example-leeds-mens-room"
"""A service of the example directory."""


@dataclass
class Clock:
    """The time, which stands still unless the test turns it."""

    now: datetime = SUNDAY_NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Posted:
    """The letters that were queued, in a list instead of a table."""

    letters: list[dict[str, Any]] = field(default_factory=list)

    async def send(
        self,
        connection: AsyncConnection | None,
        *,
        kind: str,
        to: str,
        letter: Letter,
        service_id: str = "",
        useless_at: datetime | None = None,
    ) -> None:
        self.letters.append({"kind": kind, "to": to, "letter": letter, "service_id": service_id})


@dataclass
class Person:
    """Somebody at the desk, over httpx. `post` sends the hidden token of a form along, as a browser does."""

    client: httpx.AsyncClient
    number: int = 0

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """A page of the desk: "/services/x". Redirects are not followed."""
        return await self.client.get(f"/desk{path}", **options)

    async def post(
        self, path: str, form: Mapping[str, str | Sequence[str]] | None = None, *, fence: str | None = None
    ) -> httpx.Response:
        """Send a form to a path of the desk."""
        if fence is None:
            fence = await self.fence()
        headers = {"Sec-Fetch-Site": "same-origin"}
        return await self.client.post(f"/desk{path}", data={"fence": fence, **(form or {})}, headers=headers)

    async def fence(self) -> str:
        """The hidden token that stands in this person's forms."""
        if "desk" not in self.client.cookies:
            await self.client.get("/desk/sign-in")
        return fence_of(SECRET, self.client.cookies["desk"])

    async def after(self, answer: httpx.Response) -> httpx.Response:
        """The page that an answer leads to."""
        assert answer.status_code == 303, (answer.status_code, answer.text)
        return await self.client.get(answer.headers["location"])


@dataclass
class DeskWorld:
    """A desk that is served, and those who come to it."""

    desk: Desk
    app: Starlette
    clock: Clock
    posted: Posted
    stack: contextlib.AsyncExitStack
    served: Served | None = None
    """The port for real browsers, once somebody has visited by one."""

    async def as_nobody(self) -> Person:
        return await self.person(None)

    async def as_steward(self, name: str = "Sam Steward") -> Person:
        return await self._account(name, Role.STEWARD)

    async def as_lead(self, name: str = "Lee Lead") -> Person:
        return await self._account(name, Role.LEAD)

    async def as_editor(self, name: str = "Edie Editor") -> Person:
        return await self._account(name, Role.EDITOR)

    async def as_keeper(self, service_id: str = SERVICE, email: str = "keeper@example.org") -> Person:
        number = await self.keeper(service_id, email)
        return await self.person(await self.desk.visits.begin("keeper", number, self.clock()), number)

    async def keeper(self, service_id: str = SERVICE, email: str = "keeper@example.org") -> int:
        """The number of a keeper, who is added if there is none."""
        row = KeeperRow.__table__.c
        async with self.desk.database.write() as connection:
            found = await connection.scalar(select(row.id).where(row.service_id == service_id, row.email == email))
            if found is None:
                values = {
                    "service_id": service_id,
                    "email": email,
                    "email_key": email.casefold(),
                    "added_at": self.clock(),
                    "added_by": "a test",
                }
                found = await connection.scalar(insert(KeeperRow).values(values).returning(row.id))
        assert found is not None
        return int(found)

    async def visit(self, browser: Browser, person: Person, path: str, **options: Any) -> Page:
        """The page in a real Chromium, signed in as this person. Close `page.context` at the end."""
        if self.served is None:
            self.served = self.stack.enter_context(Served(self.app).running())
        context = await new_context(browser, **options)
        for name, value in person.client.cookies.items():
            await context.add_cookies([{"name": name, "value": value, "url": f"{self.served.origin}/desk"}])
        page = await context.new_page()
        await page.goto(f"{self.served.origin}/desk{path}")
        return page

    async def _account(self, name: str, role: Role) -> Person:
        email = f"{name.lower().replace(' ', '.')}@example.org"
        account = await self.desk.accounts.by_email(email)
        if account is None:
            account = await self.desk.accounts.invite(name, email, {role}, who="a test", at=self.clock())
            async with self.desk.database.write() as connection:
                row = AccountRow.__table__.c
                await connection.execute(
                    update(AccountRow).where(row.id == account.number).values(joined_at=self.clock())
                )
        visit = await self.desk.visits.begin("account", account.number, self.clock(), proved=True)
        return await self.person(visit, account.number)

    async def person(self, visit: str | None, number: int = 0) -> Person:
        """Whoever's browser holds this token."""
        transport = httpx.ASGITransport(self.app)
        client = await self.stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://desk.test")
        )
        if visit is not None:
            client.cookies.set("desk", visit, domain="desk.test", path="/desk")
        return Person(client, number)


@contextlib.asynccontextmanager
async def desk_world(
    folder: Path,
    collections: Sequence[Pages] = COLLECTIONS,
    *,
    url: str = "",
    templates: Sequence[BaseLoader] = (),
    clock: Clock | None = None,
    document: str | Mapping[str, Any] | None = None,
    **changes: Any,
) -> AsyncIterator[DeskWorld]:
    """A desk over the example directory (or over `document`), in SQLite unless a URL says otherwise.

    `changes` are fields of the Desk.
    """
    clock = clock or Clock()
    posted = Posted()
    async with contextlib.AsyncExitStack() as stack:
        if not url and document is None and clock.now == SUNDAY_NOON:
            shutil.copy(await _with_examples(), folder / "desk.sqlite")
            directory = await Directory.open(f"sqlite:///{folder / 'desk.sqlite'}")
        else:
            directory = await Directory.open(url or f"sqlite:///{folder / 'desk.sqlite'}")
            await _fill(directory, example_document() if document is None else document, clock())
        stack.push_async_callback(directory.close)
        given: dict[str, Any] = {
            "directory": directory,
            "database": await desk_database(directory),
            "secret": SECRET,
            "post": posted,
            "areas": Areas.load(),
            "clock": clock,
            "base_url": "http://desk.test/desk",
            "helpline_name": "The Example Helpline",
            "helpline": "0808 157 0000",
        }
        desk = Desk(**{**given, **changes})
        app = Starlette(routes=routes_at("/desk", desk_app(desk, collections, templates=templates)))
        yield DeskWorld(desk, app, clock, posted, stack)


_EXAMPLES = Path(tempfile.mkdtemp(prefix="fingerpost-desk-"))
atexit.register(shutil.rmtree, _EXAMPLES, ignore_errors=True)


async def _with_examples() -> Path:
    """A file with the example directory in it, made once: to copy it is much quicker than to load it."""
    file = _EXAMPLES / "examples.sqlite"
    if not file.exists():
        directory = await Directory.open(f"sqlite:///{file}.new")
        await _fill(directory, example_document(), SUNDAY_NOON)
        await desk_database(directory)
        await directory.close()
        Path(f"{file}.new").rename(file)
    return file


async def _fill(directory: Directory, document: str | Mapping[str, Any], at: datetime) -> None:
    await directory.load_document(document, at=at, who="a test", why="to begin", apply=True)


async def violations(page: Page) -> list[str]:
    """What axe finds against a page that is all there."""
    await page.wait_for_load_state()
    found = await Axe().run(page)
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in found.response["violations"]]
