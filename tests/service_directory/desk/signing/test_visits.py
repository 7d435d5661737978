"""Who is signed in, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import func, insert, select, text, update

from service_directory.database import Database
from service_directory.desk.accounts import Accounts
from service_directory.desk.people import Role, Visitor
from service_directory.desk.tables import KeeperRow, VisitRow
from service_directory.desk.visits import Visits

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "a secret that is long enough for anybody"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def visits(database: Database) -> Visits:
    return Visits(database, SECRET)


@pytest_asyncio.fixture(loop_scope="module")
async def sam(database: Database) -> int:
    accounts = Accounts(database, SECRET)
    return (await accounts.invite("Sam", "sam@example.org", [Role.STEWARD], who="a test", at=AT)).number


async def keeper(database: Database) -> int:
    row = {"service_id": "leeds", "email": "K@example.org", "email_key": "k@example.org", "added_by": "a test"}
    async with database.write() as connection:
        made = insert(KeeperRow).values(added_at=AT, **row).returning(KeeperRow.__table__.c.id)
        return int((await connection.execute(made)).scalar_one())


def later(**by: float) -> datetime:
    return AT + timedelta(**by)


async def test_a_visit_tells_who_it_is(visits: Visits, sam: int, database: Database) -> None:
    token = await visits.begin("account", sam, AT, proved=True)
    assert await visits.visitor(token, AT) == Visitor(
        "account", sam, "Sam", "sam@example.org", frozenset({Role.STEWARD}), "", True
    )
    number = await keeper(database)
    token = await visits.begin("keeper", number, AT)
    found = await visits.visitor(token, AT)
    assert found == Visitor(
        "keeper", number, "the service (K@example.org)", "K@example.org", frozenset(), "leeds", True
    )


async def test_a_token_of_nobody_is_nobodys(visits: Visits) -> None:
    assert await visits.visitor("made up", AT) is None


async def test_it_ends_after_half_an_hour_of_nothing_and_twelve_of_anything(visits: Visits, sam: int) -> None:
    idle = await visits.begin("account", sam, AT, proved=True)
    assert await visits.visitor(idle, later(minutes=29)) is not None
    assert await visits.visitor(idle, later(minutes=58)) is not None
    assert await visits.visitor(idle, later(minutes=88)) is None
    busy = await visits.begin("account", sam, AT, proved=True)
    for minutes in range(20, 12 * 60, 20):
        assert await visits.visitor(busy, later(minutes=minutes)) is not None, minutes
    assert await visits.visitor(busy, later(hours=12)) is None


async def test_between_the_link_and_the_second_factor_there_is_a_quarter_of_an_hour(visits: Visits, sam: int) -> None:
    token = await visits.begin("account", sam, AT)
    found = await visits.visitor(token, later(minutes=14))
    assert found is not None
    assert not found.proved
    assert await visits.visitor(token, later(minutes=15)) is None


async def test_somebody_at_a_service_may_be_called_away_but_not_for_two_hours(
    visits: Visits, database: Database
) -> None:
    token = await visits.begin("keeper", await keeper(database), AT)
    assert await visits.visitor(token, later(minutes=119)) is not None
    assert await visits.visitor(token, later(hours=2)) is None


async def test_signing_out_ends_one_visit_and_closing_ends_all(visits: Visits, sam: int, database: Database) -> None:
    first, second, third = [await visits.begin("account", sam, AT, proved=True) for _ in range(3)]
    await visits.end(first)
    assert await visits.visitor(first, AT) is None
    assert await visits.visitor(second, AT) is not None
    await Accounts(database, SECRET).close(sam, who="a test", at=AT)
    assert await visits.visitor(second, AT) is None
    assert await visits.visitor(third, AT) is None


async def test_an_account_that_is_closed_and_an_address_that_is_removed_are_nobody_at_once(
    visits: Visits, database: Database
) -> None:
    number = await keeper(database)
    token = await visits.begin("keeper", number, AT)
    async with database.write() as connection:
        await connection.execute(update(KeeperRow).values(removed_at=AT))
    assert await visits.visitor(token, AT) is None
    assert await visits.visitor(await visits.begin("account", 4711, AT, proved=True), AT) is None


async def test_the_table_holds_nothing_that_a_browser_could_show(visits: Visits, sam: int, database: Database) -> None:
    token = await visits.begin("account", sam, AT, proved=True)
    async with database.read() as connection:
        assert token not in str((await connection.execute(text("SELECT * FROM desk_visit"))).all())
    assert await Visits(database, "another secret, also long enough").visitor(token, AT) is None


async def test_visits_that_are_over_are_forgotten(visits: Visits, sam: int, database: Database) -> None:
    await visits.begin("account", sam, AT, proved=True)
    for at, left in ((later(hours=11), 1), (later(hours=12), 0)):
        await visits.sweep(at)
        async with database.read() as connection:
            assert await connection.scalar(select(func.count()).select_from(VisitRow)) == left
