"""The accounts of the team: one name for one person, for ever."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TypedDict

import pytest

from service_directory.database import Database
from service_directory.desk.accounts import Accounts
from service_directory.desk.logbook import lines
from service_directory.desk.people import Role
from service_directory.importing.proposals import NotDone

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


class _By(TypedDict):
    who: str
    at: datetime


BY: _By = {"who": "an operator", "at": AT}
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database, "a secret that is long enough for anybody")


async def test_an_invitation_opens_an_account_that_has_not_joined(accounts: Accounts, database: Database) -> None:
    account = await accounts.invite("  Jo   Hall ", "Jo@Example.ORG", [Role.EDITOR, Role.STEWARD], **BY)
    assert (account.name, account.email, account.joined, account.closed) == ("Jo Hall", "Jo@example.org", False, False)
    assert account.roles == {Role.STEWARD, Role.EDITOR}
    assert account.invited_by == "an operator"
    assert await accounts.by_email(" jo@EXAMPLE.org ") == account
    assert await accounts.by_name("jo hall") == account
    assert await accounts.all() == (account,)
    assert [(line.who, line.what, line.about) for line in await lines(database)] == [
        ("an operator", "invited", "Jo Hall as steward,editor")
    ]


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
async def test_a_name_or_address_that_anybody_ever_had_cannot_be_had_again(accounts: Accounts, closed: bool) -> None:
    account = await accounts.invite("Jo Hall", "jo@example.org", [Role.LEAD], **BY)
    if closed:
        await accounts.close(account.number, **BY)
    with pytest.raises(NotDone, match="The name 'JO HALL' is taken"):
        await accounts.invite("JO HALL", "other@example.org", [Role.LEAD], **BY)
    with pytest.raises(NotDone, match=r"The address JO@example\.org is taken"):
        await accounts.invite("Other", "JO@example.org", [Role.LEAD], **BY)


async def test_of_two_who_invite_the_same_person_at_once_one_is_told(accounts: Accounts) -> None:
    tried = await asyncio.gather(
        *(accounts.invite("Jo", "jo@example.org", [Role.LEAD], **BY) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in tried) == ["Account", "NotDone", "NotDone", "NotDone"]


@pytest.mark.parametrize(
    ("name", "email", "roles", "told"),
    [
        (" ", "jo@example.org", [Role.LEAD], "Give a name"),
        ("J" * 81, "jo@example.org", [Role.LEAD], "Give a name"),
        ("J\x1bo", "jo@example.org", [Role.LEAD], "Give a name"),
        ("Jo", "jo@", [Role.LEAD], "no email address"),
        ("Jo", "jo@example.org\nBcc: all@example.org", [Role.LEAD], "no email address"),
        ("Jo", "jo@example.org", [], "at least one role"),
    ],
)
async def test_what_cannot_be_used_is_refused_in_words(
    accounts: Accounts, name: str, email: str, roles: list[Role], told: str
) -> None:
    with pytest.raises(NotDone, match=told):
        await accounts.invite(name, email, roles, **BY)
    assert await accounts.all() == ()


async def test_roles_can_be_changed_but_not_taken_away_altogether(accounts: Accounts) -> None:
    account = await accounts.invite("Jo", "jo@example.org", [Role.STEWARD], **BY)
    await accounts.change_roles(account.number, [Role.EDITOR], **BY)
    assert (await accounts.one(account.number)).roles == {Role.EDITOR}
    with pytest.raises(NotDone, match="already"):
        await accounts.change_roles(account.number, [Role.EDITOR], **BY)
    with pytest.raises(NotDone, match="at least one role"):
        await accounts.change_roles(account.number, [], **BY)


async def test_a_closed_account_stays_closed(accounts: Accounts) -> None:
    account = await accounts.invite("Jo", "jo@example.org", [Role.STEWARD], **BY)
    await accounts.close(account.number, **BY)
    assert await accounts.by_email("jo@example.org") is None
    assert (await accounts.one(account.number)).closed
    for change in (
        accounts.close(account.number, **BY),
        accounts.reset(account.number, **BY),
        accounts.change_roles(account.number, [Role.LEAD], **BY),
    ):
        with pytest.raises(NotDone, match="closed"):
            await change
    with pytest.raises(NotDone, match="no such account"):
        await accounts.one(4711)
    assert await accounts.by_name("nobody") is None
