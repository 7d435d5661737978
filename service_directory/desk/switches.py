"""What a lead has switched off for now: the whole bot, or a lifeline that does not answer.

A switch is one row while it is off and none once it is on again; who did what, and why, stays in the desk's log. What
follows for whoever is in a conversation is decided elsewhere: here it is only kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from service_directory.database import Database
from service_directory.desk.logbook import note
from service_directory.desk.tables import SwitchRow

BOT: Final = "bot"
"""The switch of the whole bot: everybody is told its message, and nothing else is asked or told."""

_LIFELINE: Final = "lifeline:"


def lifeline_switch(key: str) -> str:
    """The name of the switch that a lifeline has."""
    return f"{_LIFELINE}{key}"


@dataclass(frozen=True, slots=True)
class Switch:
    """Something that is off: since `at` (aware), by `who` and `why`. `message` is what men are told meanwhile."""

    name: str
    message: str
    why: str
    who: str
    at: datetime

    @property
    def lifeline(self) -> str | None:
        """The key of the lifeline that this switches off; None for another switch."""
        return self.name.removeprefix(_LIFELINE) if self.name.startswith(_LIFELINE) else None


class AlreadySwitched(Exception):
    """Somebody else was quicker: it is off (or on) already, and nothing was changed."""


class Switches:
    """The switches in the desk's tables. Every method raises DatabaseError when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> tuple[Switch, ...]:
        """Everything that is off now, by name."""
        query = sa.select(SwitchRow.__table__).order_by(SwitchRow.name)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(Switch(row.name, row.message, row.why, row.who, row.at) for row in rows)

    async def off(self, name: str, *, message: str, why: str, who: str, at: datetime) -> None:
        """Switch something off. Raises AlreadySwitched when it is off: then the words of the other one stand."""
        row = {"name": name, "message": message, "why": why, "who": who, "at": at}
        async with self._database.write() as connection:
            try:
                await connection.execute(sa.insert(SwitchRow).values(row))
            except IntegrityError:
                raise AlreadySwitched(name) from None
            await note(connection, at=at, who=who, what="switched off", about=f"{name}: {why}")

    async def on(self, name: str, *, who: str, at: datetime) -> None:
        """Switch it on again. Raises AlreadySwitched when it is on."""
        async with self._database.write() as connection:
            gone = await connection.execute(sa.delete(SwitchRow).where(SwitchRow.name == name))
            if gone.rowcount == 0:
                raise AlreadySwitched(name)
            await note(connection, at=at, who=who, what="switched on", about=name)
