"""Three processes on PostgreSQL, with and without a pooler: what one changes all show within seconds, and what is to
happen once happens once.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from service_directory.desk.keeping import desk_database
from service_directory.desk.tables import AccountRow, JobRow, MailRow
from service_directory.store import Directory
from tests.endurance.faults.conftest import (
    Fingerpost,
    Nursery,
    Serving,
    is_asked_where_on_the_page,
    load_service,
    shown,
    until,
)
from tests.support.mailbox import Mailbox, mailbox
from tests.support.patience import PATIENCE
from tests.support.pgbouncer import pooled
from tests.support.unsteady_postgres import UnsteadyServer

pytestmark = pytest.mark.postgres

FLOWS = Path(__file__).parents[3] / "dialogs" / "flows"


@pytest.fixture(params=["directly", "through a pooler"])
def url(request: pytest.FixtureRequest, unsteady: UnsteadyServer, database: str) -> Iterator[str]:
    if request.param == "directly":
        yield unsteady.url(database)
    else:
        with pooled(unsteady.local_url(database), connections=4) as through:
            yield through


@asynccontextmanager
async def three(serving: Serving, url: str, box: Mailbox) -> AsyncIterator[list[Fingerpost]]:
    async with AsyncExitStack() as stack:
        variables = {"DIRECTORY_URL": url, "SESSIONS_URL": url, "SMTP_URL": box.url}
        starting = [stack.enter_async_context(serving("", examples=False, **variables)) for _ in range(3)]
        yield list(await asyncio.gather(*starting))


async def answered(fingerpost: Fingerpost) -> str:
    """What a stranger is told who asks for services in Leeds."""
    man = await fingerpost.browser()
    await is_asked_where_on_the_page(man)
    await man.says("leeds")
    return shown(man)


async def first_question(fingerpost: Fingerpost) -> str:
    man = await fingerpost.browser()
    await man.says("hello")
    return shown(man)


async def all_show(
    fingerposts: list[Fingerpost], what: Callable[[Fingerpost], Awaitable[str]], words: str, *without: str
) -> None:
    async def shows(fingerpost: Fingerpost) -> bool:
        told = await what(fingerpost)
        return words in told and not any(other in told for other in without)

    await asyncio.gather(*(until(partial(shows, one), within=PATIENCE) for one in fingerposts))


async def test_changes_suspensions_and_publications_reach_all_and_the_desks_work_is_done_once(
    serving: Serving, url: str, nursery: Nursery, tmp_path: Path
) -> None:
    directory = await load_service(url, "one")
    try:
        await a_steward_joins(directory)
        async with mailbox() as box, three(serving, url, box) as fingerposts:
            await all_show(fingerposts, answered, "Service one", "Service two")
            await (await load_service(url, "two")).close()
            await all_show(fingerposts, answered, "Service two")
            await directory.suspend("one", at=datetime.now(UTC), who="Sam", why="a complaint")
            await all_show(fingerposts, answered, "Service two", "Service one")
            hello = "Is it a good time to chat?"
            await publish(nursery, url, tmp_path, "Is it OK to chat here now?", hello)
            await all_show(fingerposts, first_question, hello)

            async def is_done() -> bool:
                async with directory.database.read() as connection:
                    done = await connection.scalar(select(JobRow.done_for).where(JobRow.name == "stewards"))
                return bool(done)

            await until(is_done)
            await box.has(1)
            for fingerpost in fingerposts:
                await fingerpost.stops()
            async with directory.database.read() as connection:
                assert await connection.scalar(select(func.count()).select_from(MailRow)) == 1
            assert [letter["To"] for letter in box.letters] == ["lee@helpline.example"]
    finally:
        await directory.close()


async def a_steward_joins(directory: Directory) -> None:
    now, address = datetime.now(UTC), "lee@helpline.example"
    row = {"name": "Lee", "name_key": "lee", "email": address, "email_key": address, "roles": "steward"}
    async with (await desk_database(directory)).write() as connection:
        await connection.execute(insert(AccountRow).values(**row, invited_at=now, invited_by="Ada", joined_at=now))


async def publish(nursery: Nursery, url: str, folder: Path, before: str, after: str) -> None:
    """An editor changes the words of the shipped conversations and publishes them."""
    flows = folder / "flows"
    shutil.copytree(FLOWS, flows)
    main = flows / "main.yaml"
    main.write_text(main.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    log = folder / "log-publish"
    variables = {"FINGERPOST_HOME": str(folder / "home"), "FINGERPOST_DIRECTORY_URL": url}
    variables["FINGERPOST_SESSIONS_URL"] = url
    arguments = ["flows", "publish", str(flows), "--by", "Ann Editor", "--why", "a test of three processes"]
    number = nursery.born(arguments, variables, log)

    async def has_ended() -> bool:
        return nursery.ended(number) is not None

    await until(has_ended)
    assert nursery.ended(number) == 0, log.read_text()
