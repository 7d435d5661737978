"""A link in a letter works once, for what it was made, until it is too old."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from service_directory.database import Database
from service_directory.desk.links import Link, Links
from service_directory.desk.tables import LinkRow

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECRET = "a secret that is long enough for anybody"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def links(database: Database) -> Links:
    return Links(database, SECRET)


async def test_opening_a_link_spends_nothing_and_its_button_spends_it_once(links: Links) -> None:
    token = await links.make("sign_in", 7, AT, HOUR)
    for _ in range(3):
        assert await links.look(token, AT) == Link("sign_in", 7)
    assert await links.spend(token, AT) == Link("sign_in", 7)
    assert await links.look(token, AT) is None
    assert await links.spend(token, AT) is None


async def test_of_twenty_who_press_the_button_at_once_one_gets_in(links: Links) -> None:
    token = await links.make("join", 7, AT, HOUR)
    spent = await asyncio.gather(*(links.spend(token, AT) for _ in range(20)))
    assert [link for link in spent if link is not None] == [Link("join", 7)]


async def test_a_link_that_is_over_leads_nowhere(links: Links) -> None:
    token = await links.make("entry", 7, AT, HOUR)
    assert await links.look(token, AT + HOUR - timedelta(seconds=1)) is not None
    assert await links.look(token, AT + HOUR) is None
    assert await links.spend(token, AT + HOUR) is None


async def test_a_link_is_known_by_no_other_secret_and_not_when_a_letter_of_it_changed(
    links: Links, database: Database
) -> None:
    token = await links.make("entry", 7, AT, HOUR)
    assert await Links(database, SECRET + "!").spend(token, AT) is None
    for at in range(len(token)):
        other = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        # The last letter of a base64 text has bits that say nothing, yet it is another token all the same.
        assert await links.spend(other, AT) is None, at
    assert await links.spend(token, AT) is not None


async def test_the_table_holds_nothing_that_could_be_followed(links: Links, database: Database) -> None:
    token = await links.make("join", 7, AT, HOUR)
    async with database.read() as connection:
        rows = str((await connection.execute(text("SELECT * FROM desk_link"))).all())
    assert not any(part in rows for part in token.split("."))
    # Nor would a row that somebody writes there himself help him: the token is signed.
    assert await links.look("made-up-token", AT) is None


async def test_links_can_be_withdrawn_by_what_they_are_for(links: Links, database: Database) -> None:
    kept, gone = await links.make("entry", 7, AT, HOUR), await links.make("sign_in", 7, AT, HOUR)
    async with database.write() as connection:
        await links.withdraw(connection, 7, "sign_in", "join")
    assert await links.look(gone, AT) is None
    assert await links.look(kept, AT) is not None


async def test_links_that_were_over_long_ago_are_forgotten(links: Links, database: Database) -> None:
    await links.make("sign_in", 7, AT, HOUR)
    for later, left in ((HOUR, 1), (timedelta(days=2), 0)):
        await links.sweep(AT + later)
        async with database.read() as connection:
            assert await connection.scalar(select(func.count()).select_from(LinkRow)) == left


@given(st.text(max_size=80))
async def test_nothing_that_is_not_ours_reaches_the_table(token: str) -> None:
    # None as a database: to ask it anything would fail.
    nowhere = Links(None, SECRET)  # type: ignore[arg-type]
    assert await nowhere.spend(token, AT) is None
