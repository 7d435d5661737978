"""Codes from an app: each taken once, a little early or late, and only a few wrong ones looked at."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import pytest_asyncio
from sqlalchemy import text

from service_directory.database import Database
from service_directory.desk.accounts import Accounts
from service_directory.desk.people import Role
from service_directory.desk.second_factor import MOST_WRONG, Outcome, SecondFactor

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "a secret that is long enough for anybody"

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Sam:
    """Somebody with an app."""

    def __init__(self, factor: SecondFactor, number: int, key: str) -> None:
        self.factor, self.number, self.app = factor, number, pyotp.TOTP(key.replace(" ", ""))

    async def proves(self, at: datetime, *, app_at: datetime | None = None) -> Outcome:
        return await self.factor.prove(self.number, self.app.at(app_at or at), at)

    def wrong(self, at: datetime) -> str:
        """Six digits that are no code near this moment."""
        near = {self.app.at(at + timedelta(seconds=30 * step)) for step in range(-2, 3)}
        return next(f"{number:06}" for number in range(10) if f"{number:06}" not in near)


@pytest.fixture
def factor(database: Database) -> SecondFactor:
    return SecondFactor(database, SECRET)


@pytest_asyncio.fixture(loop_scope="module")
async def joining(database: Database, factor: SecondFactor) -> Sam:
    account = await Accounts(database, SECRET).invite("Sam", "sam@example.org", [Role.STEWARD], who="a test", at=AT)
    await factor.begin(account.number)
    enrolment = await factor.enrolment(account.number, issuer="The Example Helpline")
    assert enrolment is not None
    assert enrolment.picture.startswith("data:image/svg+xml")
    return Sam(factor, account.number, enrolment.key)


@pytest_asyncio.fixture(loop_scope="module")
async def sam(joining: Sam) -> Sam:
    assert await joining.factor.join(joining.number, joining.app.at(AT), AT) is Outcome.RIGHT
    return joining


def later(**by: float) -> datetime:
    return AT + timedelta(**by)


async def test_the_key_is_shown_until_the_first_code_and_never_after(joining: Sam, factor: SecondFactor) -> None:
    assert await joining.proves(AT) is Outcome.WRONG, "who has not joined cannot sign in"
    assert await factor.enrolment(joining.number, issuer="x") is not None
    assert await factor.join(joining.number, joining.app.at(AT), AT) is Outcome.RIGHT
    assert await factor.enrolment(joining.number, issuer="x") is None
    await factor.begin(joining.number)
    assert await joining.proves(later(minutes=1)) is Outcome.RIGHT, "an old invitation must not change the key"
    assert await factor.join(joining.number, joining.app.at(later(minutes=2)), later(minutes=2)) is Outcome.WRONG


async def test_a_code_is_taken_half_a_minute_early_or_late_and_no_more(sam: Sam) -> None:
    for minutes, seconds, outcome in ((10, -60, "WRONG"), (20, -30, "RIGHT"), (30, 30, "RIGHT"), (40, 60, "WRONG")):
        at = later(minutes=minutes)
        assert await sam.proves(at, app_at=at + timedelta(seconds=seconds)) is Outcome[outcome], seconds


async def test_a_code_is_taken_once_even_by_two_at_the_same_moment(sam: Sam) -> None:
    at = later(minutes=5)
    outcomes = await asyncio.gather(*(sam.proves(at) for _ in range(4)))
    assert sorted(outcome.name for outcome in outcomes) == ["RIGHT", "WRONG", "WRONG", "WRONG"]


async def test_a_code_older_than_one_that_was_taken_is_not_taken_after_it(sam: Sam) -> None:
    at = later(minutes=5)
    assert await sam.proves(at, app_at=at + timedelta(seconds=30)) is Outcome.RIGHT
    assert await sam.proves(at) is Outcome.WRONG


async def test_after_five_wrong_codes_none_is_looked_at_for_a_quarter_of_an_hour(sam: Sam) -> None:
    at = later(minutes=5)
    outcomes = await asyncio.gather(*(sam.factor.prove(sam.number, sam.wrong(at), at) for _ in range(8)))
    assert sorted(outcome.name for outcome in outcomes) == ["TOO_OFTEN"] * (8 - MOST_WRONG) + ["WRONG"] * MOST_WRONG
    assert await sam.proves(at) is Outcome.TOO_OFTEN
    assert await sam.proves(later(minutes=19)) is Outcome.TOO_OFTEN
    assert await sam.proves(later(minutes=20)) is Outcome.RIGHT


async def test_a_right_code_makes_the_wrong_ones_before_it_forgotten(sam: Sam) -> None:
    for minutes in (5, 6, 7):
        at = later(minutes=minutes)
        for _ in range(MOST_WRONG - 1):
            assert await sam.factor.prove(sam.number, sam.wrong(at), at) is Outcome.WRONG
        assert await sam.proves(at) is Outcome.RIGHT


@pytest.mark.parametrize("code", ["", "12345", "½23456", "１２３４５６", "123456789", "abcdef", "-12345"])
async def test_what_is_no_code_is_wrong(sam: Sam, code: str) -> None:
    assert await sam.factor.prove(sam.number, code, later(minutes=5)) is Outcome.WRONG


async def test_a_code_may_be_written_as_the_app_shows_it(sam: Sam) -> None:
    at = later(minutes=5)
    code = sam.app.at(at)
    assert await sam.factor.prove(sam.number, f" {code[:3]} {code[3:]} ", at) is Outcome.RIGHT


async def test_a_closed_account_and_one_that_was_reset_prove_nothing(sam: Sam, database: Database) -> None:
    accounts = Accounts(database, SECRET)
    await accounts.reset(sam.number, who="a test", at=AT)
    assert await sam.proves(later(minutes=5)) is Outcome.WRONG
    assert await sam.factor.enrolment(sam.number, issuer="x") is None, "the old key is gone"
    await accounts.close(sam.number, who="a test", at=AT)
    assert await sam.proves(later(minutes=6)) is Outcome.WRONG
    assert await sam.factor.prove(4711, "123456", AT) is Outcome.WRONG


async def test_the_key_is_sealed_and_another_secret_cannot_read_it(sam: Sam, database: Database) -> None:
    async with database.read() as connection:
        assert sam.app.secret not in str((await connection.execute(text("SELECT * FROM desk_account"))).all())
    other = SecondFactor(database, "another secret, also long enough")
    assert await other.prove(sam.number, sam.app.at(later(minutes=5)), later(minutes=5)) is Outcome.LOST
