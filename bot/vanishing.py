"""How rows vanish: what has run out is deleted, and it is found out which keys the rest still needs.

A million men may be in the middle of a conversation. So nothing here looks at every row, and what has to go goes a few
rows at a time, between which turns are kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from bot import session_tables as tables
from bot.session import as_milliseconds
from bot.session_database import SessionDatabase
from bot.statements import Statement, Transaction

AT_ONCE: Final = 500
"""So many rows are deleted in one transaction."""


def _run_out(when: sa.Column[int]) -> Statement:
    (key,) = when.table.primary_key
    return Statement(
        lambda bound: (
            sa.delete(when.table)
            .where(key.in_(sa.select(key).where(when <= bound["now"]).limit(bound["at_once"])))
            .returning(key)
        )
    )


def _needed(number: sa.Column[int]) -> Statement:
    """Every number that is there, found in its index from one to the next greater."""
    least = sa.select(sa.func.min(number).label("number")).cte("needed", recursive=True)
    greater = sa.select(sa.func.min(number)).where(number > least.c.number).scalar_subquery()
    needed = least.union_all(sa.select(greater).where(least.c.number.is_not(None)))
    return Statement(lambda _: sa.select(needed.c.number).where(needed.c.number.is_not(None)))


_RUN_OUT: Final = tuple(
    map(_run_out, (tables.session.c.ends_at, tables.trace.c.drop_at, tables.mark.c.ends_at, tables.lane.c.ends_at))
)
_NEEDED: Final = tuple(
    map(
        _needed,
        (tables.session.c.key_number, tables.trace.c.key_number, tables.trace.c.seal_number, tables.mark.c.key_number),
    )
)


async def vanish(database: SessionDatabase, now: datetime) -> tuple[set[int], ...]:
    """Delete what has run out. The numbers of the keys that are still needed: by sessions, by the names of traces, by
    their seals, and by marks.

    Raises DatabaseError.
    """
    for run_out in _RUN_OUT:

        def delete(transaction: Transaction, these: Statement = run_out) -> int:
            return len(transaction.run(these, now=as_milliseconds(now), at_once=AT_ONCE))

        while await database.write(delete) == AT_ONCE:
            pass

    def look(transaction: Transaction) -> tuple[set[int], ...]:
        return tuple({number for (number,) in transaction.run(needed)} for needed in _NEEDED)

    return await database.write(look)
