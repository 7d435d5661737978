"""Traces: what clearing a chat needs, and all it needs.

A trace is the chat and the ids of the messages in it: those that are to be deleted at its time, and those he
chose to keep, which go only when he leaves. Its row opens without him, so that a restart can still clear it.
Every method works in a transaction of the caller's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import sqlalchemy as sa

from bot import session_tables as tables
from bot.arrival import Address
from bot.sealing import SealBroken, Sealer
from bot.session import Leaving, Wipe, as_milliseconds, as_time, person
from bot.statements import Bound, Statement, Transaction

ERASABLE_FOR = timedelta(hours=48)
"""Telegram lets a bot delete messages younger than this."""

KEPT_FOR = timedelta(hours=47)
"""How long leaving still works in a chat he chose to keep: an hour less than Telegram allows."""

WIPE_AGAIN_AFTER = timedelta(minutes=5)
"""How long after the first erase that failed the next try comes."""

WIPE_AGAIN_WITHIN = timedelta(hours=2)
"""The longest pause between two tries."""

_GRACE = timedelta(minutes=1)
"""He who leaves is erasing already; should that process die, the sweep takes over after this."""

_UNREADABLE = (SealBroken, ValueError, KeyError, TypeError)

_TRACE: Final = tables.trace.c
_FIND: Final = Statement(lambda bound: sa.select(tables.trace).where(_TRACE.who.in_(bound["names"])))
_DELETE: Final = Statement(lambda bound: sa.delete(tables.trace).where(_TRACE.who.in_(bound["names"])))


def _keeping(bound: Bound) -> sa.Executable:
    made = bound.insert(tables.trace)
    changed = {column.name: made.excluded[column.name] for column in _TRACE if not column.primary_key}
    keeping: sa.Executable = made.on_conflict_do_update(index_elements=[_TRACE.who], set_=changed)
    return keeping


_KEEP: Final = Statement(_keeping)
_DUE: Final = Statement(
    lambda bound: sa.select(tables.trace).where(_TRACE.wipe_at <= bound["now"]).limit(bound["limit"])
)


class _Row(NamedTuple):
    """A row of the table, column by column."""

    who: str
    key_number: int
    seal_number: int
    wipe_at: int | None
    drop_at: int
    sealed: bytes


def next_pause(failing_for: timedelta) -> timedelta:
    """How long to wait after an erase that failed, when the first one was due ``failing_for`` before it.

    As long again as it has been failing, and five minutes: that doubles each pause (5, 10, 20 minutes, up to
    two hours) without a count of the tries being kept.

    >>> str(next_pause(timedelta(0))), str(next_pause(timedelta(minutes=5 + 10)))
    ('0:05:00', '0:20:00')
    """
    return min(max(failing_for, timedelta(0)) + WIPE_AGAIN_AFTER, WIPE_AGAIN_WITHIN)


class Traces:
    """The trace rows. ``life`` is how long after a man's last turn his chat is to be cleared.

    Rows are named under one sealer and sealed under another. A row that outlives the hour (he keeps his chat, or an
    erase has failed) is sealed with a key of its own: the hour's could otherwise not be destroyed, and would open what
    is left on the disk of the rows of others.
    """

    def __init__(self, names: Sealer, seals: Sealer, life: timedelta) -> None:
        self._names = names
        self._seals = seals
        self._life = life

    def messages(self, transaction: Transaction, address: Address) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The ids of the messages in his chat: those to be deleted, and those he keeps."""
        return self._messages(self._row(transaction, address))

    def add(
        self,
        transaction: Transaction,
        address: Address,
        messages: Sequence[int],
        keep: bool | None,
        now: datetime,
    ) -> None:
        """Add the messages of a turn; ``keep`` says whether he wants them to stay (None: he was not asked)."""
        row = self._row(transaction, address)
        standing, kept = self._messages(row)
        standing = (*standing, *(message for message in messages if message not in kept))
        if keep is not None:
            # He was asked in this conversation, and his answer goes for all that stands in the chat.
            every = (*kept, *standing)
            standing, kept = ((), every) if keep else (every, ())
        self._write(
            transaction,
            row,
            address,
            self._names.keyring.current(now),
            standing,
            kept,
            now,
            wipe_at=now + self._life,
            drop_at=now + _lasting(kept),
            lasts=bool(kept),
        )

    def leave(self, transaction: Transaction, address: Address, now: datetime) -> tuple[int, ...]:
        """Make all of his chat due, kept or not; returns the messages to delete."""
        row = self._row(transaction, address)
        standing, kept = self._messages(row)
        if row is not None:
            self._write(
                transaction,
                row,
                address,
                row.key_number,
                (*kept, *standing),
                (),
                now,
                wipe_at=now + _GRACE,
                drop_at=as_time(row.drop_at),
                lasts=False,
            )
        return (*kept, *standing)

    def settle(
        self,
        transaction: Transaction,
        address: Address,
        tried: Sequence[int],
        left: Sequence[int],
        now: datetime,
        *,
        leaving: Leaving | None,
    ) -> None:
        """Record what became of an erase: of the messages ``tried``, those ``left`` still stand.

        They are tried again, unless messages have come since: then they go with those. ``leaving`` is his last
        one, which tells since when the erase has been due.
        """
        row = self._row(transaction, address)
        standing, kept = self._messages(row)
        come_since = [message for message in standing if message not in set(tried)]
        number = self._names.keyring.current(now) if row is None else row.key_number
        drop_at = now + ERASABLE_FOR if row is None else as_time(row.drop_at)
        wipe_at = now + WIPE_AGAIN_AFTER
        if row is not None and row.wipe_at is not None:
            due_at = as_time(row.wipe_at)
            if come_since:
                wipe_at = due_at
            else:
                # Counted to when this try was due: the hours in which nobody tried are no failures.
                wipe_at = now + next_pause(min(due_at, now) - self._first_due(drop_at, kept, leaving))
        self._write(
            transaction,
            row,
            address,
            number,
            (*(left if drop_at > now else ()), *come_since),
            tuple(message for message in kept if message not in set(tried)),
            now,
            wipe_at=wipe_at,
            drop_at=drop_at,
            lasts=True,
        )

    def _first_due(self, drop_at: datetime, kept: Sequence[int], leaving: Leaving | None) -> datetime:
        """Since when a chat is to be cleared: since he left it, or since it had been quiet for long enough.

        A leaving is forgotten before the trace is; by then the pause is at its longest or grows once more.
        """
        last_turn = drop_at - _lasting(kept)
        return leaving.at if leaving is not None and leaving.at >= last_turn else last_turn + self._life

    def due(self, transaction: Transaction, now: datetime, limit: int) -> tuple[list[Wipe], list[str]]:
        """The chats whose messages are to be deleted now, and the names of rows that no key opens any more."""
        wipes, unreadable = [], []
        for row in map(_Row._make, transaction.run(_DUE, now=as_milliseconds(now), limit=limit)):
            try:
                address, messages, _ = self._open(row)
            except _UNREADABLE:
                unreadable.append(row.who)
            else:
                wipes.append(Wipe(address, messages))
        return wipes, unreadable

    def drop(self, transaction: Transaction, rows: Sequence[str]) -> None:
        """Delete rows by their names."""
        transaction.run(_DELETE, names=tuple(rows))

    def still_due(self, transaction: Transaction, address: Address, now: datetime) -> tuple[int, ...]:
        """The messages of a chat that are to be deleted now; none when he is back since it was due."""
        row = self._row(transaction, address)
        if row is None or row.wipe_at is None or row.wipe_at > as_milliseconds(now):
            return ()
        return self._messages(row)[0]

    def _row(self, transaction: Transaction, address: Address) -> _Row | None:
        found = transaction.run(_FIND, names=tuple(self._names.pseudonyms(*person(address))))
        return _Row._make(found[0]) if found else None

    def _write(
        self,
        transaction: Transaction,
        row: _Row | None,
        address: Address,
        number: int,
        standing: Sequence[int],
        kept: Sequence[int],
        now: datetime,
        *,
        wipe_at: datetime,
        drop_at: datetime,
        lasts: bool,
    ) -> None:
        """Put this in the place of ``row``, his trace so far: ``standing`` is to be deleted at ``wipe_at``, ``kept``
        only when he leaves. ``lasts``: it will outlive the hour.
        """
        who = self._names.pseudonym(number, *person(address))
        nothing = not standing and not kept
        if row is not None and (nothing or row.who != who):
            transaction.run(_DELETE, names=(row.who,))
        if nothing:
            return
        ids = [list(dict.fromkeys(standing)), list(dict.fromkeys(kept))]
        data = json.dumps([address.channel, address.chat, *ids], separators=(",", ":")).encode()
        seal = self._seals.keyring.own(now) if lasts else self._seals.keyring.current(now)
        transaction.run(
            _KEEP,
            who=who,
            key_number=number,
            seal_number=seal,
            wipe_at=as_milliseconds(wipe_at) if standing else None,
            drop_at=as_milliseconds(drop_at),
            sealed=self._seals.seal(seal, "trace", data),
        )

    def _open(self, row: _Row) -> tuple[Address, tuple[int, ...], tuple[int, ...]]:
        opened = self._seals.open(row.seal_number, "trace", row.sealed)
        channel, chat, standing, kept = json.loads(opened)
        return Address(channel, chat), tuple(standing), tuple(kept)

    def _messages(self, row: _Row | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The ids in a trace row, to be deleted and kept; none when there is no row or it cannot be read."""
        if row is None:
            return (), ()
        try:
            return self._open(row)[1:]
        except _UNREADABLE:
            return (), ()


def _lasting(kept: Sequence[int]) -> timedelta:
    """How long after a man's last turn his chat can still be cleared."""
    return KEPT_FOR if kept else ERASABLE_FOR
