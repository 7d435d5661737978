"""The second factor: six digits from an app on the phone of somebody of the team (TOTP, RFC 6238).

Each code is taken once, half a minute early or late at most. Of wrong ones only a few are taken in a quarter of an
hour, whichever process they come to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

import pyotp
import segno
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.database import Database
from service_directory.desk.keys import SealBroken, seal, unseal
from service_directory.desk.logbook import note
from service_directory.desk.tables import AccountRow

MOST_WRONG: Final = 5
"""So many wrong codes are looked at,"""
WITHIN: Final = timedelta(minutes=15)
"""in so long a time."""

_EITHER_SIDE: Final = 1
_PURPOSE: Final = "second factor"
_ACCOUNTS = AccountRow.__table__.c


class Outcome(Enum):
    """What became of a code."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_OFTEN = "too often"
    LOST = "lost"
    """The secret cannot be read any more, because the server's own has changed: the account has to be reset."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What somebody puts into his app: a key to type, in groups of four, or a picture to point the phone at."""

    key: str
    picture: str
    """A data URI of an SVG."""


class SecondFactor:
    """The second factors of a desk. Every method raises DatabaseError when the database fails."""

    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        self._secret = secret

    async def begin(self, number: int) -> None:
        """Make a new secret for an account that has not joined yet; one that has joined keeps its own."""
        sealed = seal(self._secret, _PURPOSE, number, pyotp.random_base32())
        async with self._database.write() as connection:
            await connection.execute(
                update(AccountRow)
                .where(_ACCOUNTS.id == number, _ACCOUNTS.joined_at.is_(None), _ACCOUNTS.closed_at.is_(None))
                .values(totp_secret=sealed, totp_step=0, totp_wrong=0, totp_wrong_since=None)
            )

    async def enrolment(self, number: int, *, issuer: str) -> Enrolment | None:
        """What an account that is joining puts into its app; nothing once it has joined."""
        async with self._database.read() as connection:
            row = await _kept(connection, number)
        if row is None or row.joined_at is not None or (key := self._opened(row)) is None:
            return None
        uri = pyotp.TOTP(key).provisioning_uri(name=row.email, issuer_name=issuer)
        groups = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
        return Enrolment(groups, segno.make(uri, error="m").svg_data_uri(scale=5, dark="#000", light="#fff"))

    async def join(self, number: int, code: str, at: datetime) -> Outcome:
        """Take the first code of an account that is joining: from now on it may sign in."""
        return await self._take(number, code, at, joining=True)

    async def prove(self, number: int, code: str, at: datetime) -> Outcome:
        """Take a code of an account that signs in."""
        return await self._take(number, code, at, joining=False)

    async def _take(self, number: int, code: str, at: datetime, *, joining: bool) -> Outcome:
        async with self._database.write() as connection:
            row = await _kept(connection, number, lock=True)
            if row is None or (row.joined_at is None) != joining:
                return Outcome.WRONG
            since, wrong = row.totp_wrong_since, row.totp_wrong
            if since is None or at - since >= WITHIN:
                since, wrong = at, 0
            if wrong >= MOST_WRONG:
                return Outcome.TOO_OFTEN
            key = self._opened(row)
            if key is None:
                return Outcome.LOST
            step = _step_of(key, code, at)
            changes: dict[str, Any] = {"totp_wrong": wrong + 1, "totp_wrong_since": since}
            if step is not None and step > row.totp_step:
                changes = {"totp_step": step, "totp_wrong": 0, "totp_wrong_since": None}
                changes |= {"joined_at": at} if joining else {}
                await note(connection, at=at, who=row.name, what="joined" if joining else "signed in")
            elif wrong + 1 == MOST_WRONG:
                await note(connection, at=at, who=row.name, what="too many wrong codes")
            await connection.execute(update(AccountRow).where(_ACCOUNTS.id == number).values(changes))
        return Outcome.RIGHT if "totp_step" in changes else Outcome.WRONG

    def _opened(self, row: Any) -> str | None:
        try:
            return unseal(self._secret, _PURPOSE, row.id, row.totp_secret)
        except SealBroken:
            return None


def _step_of(key: str, code: str, at: datetime) -> int | None:
    """The time step that a code belongs to; spaces in it are how some apps show it."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdecimal()):
        return None
    try:
        return pyotp.TOTP(key).verify_and_get_timecode(digits, for_time=at, valid_window=_EITHER_SIDE)
    except OTPVerificationError:
        return None


async def _kept(connection: AsyncConnection, number: int, *, lock: bool = False) -> Any:
    """The row of an open account. Locked, another that takes a code for it waits until this is over."""
    query = select(*_ACCOUNTS).where(_ACCOUNTS.id == number, _ACCOUNTS.closed_at.is_(None))
    return (await connection.execute(query.with_for_update() if lock else query)).first()
