"""Where sessions are kept, and how they vanish.

A session is one man's place in a flow, for a short while. Rows are filed under pseudonyms and sealed (see
:mod:`bot.sealing`); nothing here is ever a word he typed. Beside the session stands its *trace*: the chat
and the ids of the messages in it, which is what clearing a chat needs, and all it needs (:mod:`bot.traces`).
*Marks* remember for a day which updates were taken and which chats were left. *Lanes* keep one man's turns in
order across processes (:mod:`bot.lanes`).
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Self

import sqlalchemy as sa

from bot import session_tables as tables
from bot.arrival import Address
from bot.lanes import CLAIM, Clock, Held, LaneBusy, Lanes
from bot.leading import Leadership
from bot.sealing import Keyring, SealBroken, Sealer, latch
from bot.session import Leaving, Session, Whereabouts, Wipe, as_milliseconds, as_time, person
from bot.session_database import MIGRATIONS, Done, SessionDatabase
from bot.statements import Bound, Statement, Transaction
from bot.traces import Traces
from bot.vanishing import vanish
from dialogs.versions.carrying import Places

__all__ = [
    "MIGRATIONS",
    "BackSince",
    "Held",
    "Known",
    "LaneBusy",
    "Leaving",
    "LeftMeanwhile",
    "Session",
    "Sessions",
    "Whereabouts",
    "Wipe",
]

log = logging.getLogger(__name__)

_SESSION: Final = tables.session.c
_MADE: Final = tables.mark.c

_TRIED: Final = -2
"""The number of a row among the lanes that is written to see whether anything can be; leading has -1."""
_FIND: Final = Statement(
    lambda bound: sa.select(_SESSION.key_number, _SESSION.sealed).where(
        _SESSION.who.in_(bound["people"]), _SESSION.ends_at > bound["now"]
    )
)
_END: Final = Statement(lambda bound: sa.delete(tables.session).where(_SESSION.who.in_(bound["people"])))
_KEEP: Final = Statement(lambda bound: bound.insert(tables.session))
_PLACES: Final = Statement(
    lambda bound: (
        sa.select(_SESSION.who, _SESSION.key_number, _SESSION.place)
        .where(_SESSION.who > bound["after"], _SESSION.ends_at > bound["now"], _SESSION.place.is_not(None))
        .order_by(_SESSION.who)
        .limit(bound["at_once"])
    )
)
PLACES_AT_ONCE: Final = 1000
"""So many men's places are read and opened at once, while turns go on."""
_MARKS: Final = Statement(lambda bound: sa.select(_MADE.name, _MADE.made_at).where(_MADE.name.in_(bound["names"])))


def _marking(bound: Bound) -> sa.Executable:
    made = bound.insert(tables.mark)
    changed = {name: made.excluded[name] for name in ("key_number", "made_at", "ends_at")}
    marking: sa.Executable = made.on_conflict_do_update(index_elements=[_MADE.name], set_=changed)
    return marking


_MARK: Final = Statement(_marking)

MARK_LIFE = timedelta(hours=24)
"""How long it is remembered that an update was taken or a chat left: as long as Telegram repeats updates."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a man as a turn of his begins: whether its update was already answered, that he left within a
    day, and his session. One that was answered has no further use for the session."""

    taken: bool
    left: Leaving | None
    session: Session | None


class LeftMeanwhile(Exception):
    """He left while this turn was in hand: nothing was kept, and what was sent must be deleted."""


class BackSince(Exception):
    """He left by this update before, and is back: nothing was forgotten. ``messages`` stand in his chat."""

    def __init__(self, messages: tuple[int, ...]) -> None:
        super().__init__()
        self.messages = messages


class Sessions:
    """The session database. Every method is one short transaction."""

    def __init__(self, database: SessionDatabase, folder: Path, secret: str, life: timedelta) -> None:
        self._database = database
        self._secret = secret
        self._life = life
        self._people = Sealer(secret, Keyring(folder / "session-keys.json"))
        # Keys of their own: a trace can outlive its session by two days, and names the chat that opens the session.
        self._names = Sealer(secret, Keyring(folder / "trace-name-keys.json"))
        self._chats = Sealer(secret, Keyring(folder / "trace-keys.json"))
        self._marks = Sealer(secret, Keyring(folder / "mark-keys.json"))
        self._traces = Traces(self._names, self._chats, life)
        self._lanes = Lanes(database)

    @classmethod
    async def open(cls, url: str, *, folder: Path, secret: str, life: timedelta) -> Self:
        """Open (and create or migrate) the database at a SQLAlchemy URL; key files live in ``folder``.

        Raises :class:`bot.sealing.KeyFileError`, or
        :class:`service_directory.database.DatabaseError`, as every method does.
        """
        database = SessionDatabase.at(url)
        sessions = cls(database, folder, secret, life)
        for sealer in (sessions._people, sessions._names, sessions._chats, sessions._marks):
            sealer.keyring.live()
        try:
            await database.migrate()
        except BaseException:
            await database.close()
            raise
        return sessions

    async def close(self) -> None:
        await self._lanes.close()
        await self._database.close()

    async def answers(self) -> None:
        """Find out whether a turn could be kept: raises DatabaseError when it could not."""
        # One that may only be read, or whose disk is full, still answers questions.
        await self._database.write(
            lambda transaction: transaction.run(CLAIM, number=_TRIED, holder="", ends_at=0, now=0, never=0)
        )

    # --- one man's turn -------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def turn(
        self, address: Address, update: str | None, clock: Clock, patience: timedelta
    ) -> AsyncIterator[Held[Known]]:
        """Hold this man's lane and know what is kept of him: his turns happen one after the other, in this process
        and across processes. :meth:`commit` gives the lane back in the same transaction as it keeps the turn.

        Raises :class:`LaneBusy` when another turn does not end within ``patience``.
        """
        now = clock()

        def look(transaction: Transaction) -> Known:
            return self._known(transaction, address, update, now)

        async with self._lanes.hold(self._people.lanes(address, now), clock, patience, look) as held:
            yield held

    @contextlib.asynccontextmanager
    async def lane(self, address: Address, clock: Clock, patience: timedelta) -> AsyncIterator[None]:
        """Hold this man's lane for what is no turn of his. Raises :class:`LaneBusy` as :meth:`turn` does."""
        async with self._lanes.hold(self._people.lanes(address, clock()), clock, patience, _nothing):
            yield

    async def known(self, address: Address, update: str | None, now: datetime) -> Known:
        """What is kept of him, as a turn of his begins."""
        return await self._database.read(lambda transaction: self._known(transaction, address, update, now))

    async def find(self, address: Address, now: datetime) -> tuple[Session | None, tuple[int, ...]]:
        """His session, if one is alive, and the ids of the messages in his chat.

        A row that cannot be read (a lost key file, damaged bytes) makes him a stranger; the operator is
        told that it happened, not to whom.
        """

        def look(transaction: Transaction) -> tuple[Session | None, tuple[int, ...]]:
            standing, kept = self._traces.messages(transaction, address)
            return self._session(transaction, address, now), (*kept, *standing)

        return await self._database.read(look)

    async def taken(self, address: Address, update: str) -> bool:
        """Was this update already answered?"""
        return await self._database.read(lambda transaction: self._marked(transaction, address, update)[1])

    async def left(self, address: Address) -> Leaving | None:
        """That he left this chat, the last time, if that was within a day."""
        return await self._database.read(lambda transaction: self._marked(transaction, address)[0])

    async def commit(
        self,
        address: Address,
        session: Session | None,
        *,
        left: Leaving | None,
        now: datetime,
        update: str | None = None,
        messages: Sequence[int] = (),
        keep: bool | None = None,
        erasable: bool = True,
        places: Places = (),
        lane: Held[Known] | None = None,
    ) -> None:
        """Keep what a turn led to, all or nothing.

        ``left`` is what was known of his leaving as the turn began; ``messages`` are the ids that this turn added to
        the chat; ``session`` None leaves the session as it is; ``places`` are the steps it stands on; ``keep``
        says whether he wants the messages to stay when the session ends (None: those he kept before do, these do
        not); ``erasable`` is False for a channel that leaves nothing to delete; ``lane`` is given back with it.
        Raises :class:`LeftMeanwhile` when he has left since.
        """

        def keep_it(transaction: Transaction) -> None:
            if self._marked(transaction, address)[0] != left:
                raise LeftMeanwhile
            if update is not None:
                self._mark(transaction, _update(address, update), now, now)
            if session is not None:
                people = self._people.pseudonyms(*person(address))
                number = self._people.keyring.current(now)
                sealed = self._people.seal(number, "session", session.to_bytes(), owner=address)
                place = Whereabouts(session.version, places).to_bytes()
                transaction.run(_END, people=tuple(people))
                transaction.run(
                    _KEEP,
                    who=self._people.pseudonym(number, *person(address)),
                    key_number=number,
                    ends_at=as_milliseconds(now + self._life),
                    sealed=sealed,
                    place=self._people.seal(number, "place", place),
                )
            if erasable:
                self._traces.add(transaction, address, messages, keep, now)
            if lane is not None:
                lane.give_back(transaction)

        await self._write(address, keep_it)
        if lane is not None:
            lane.given_back = True

    async def remember(self, address: Address, messages: Sequence[int], now: datetime) -> None:
        """Keep the ids of messages that came into the chat outside a turn that could be committed."""
        await self._write(address, lambda transaction: self._traces.add(transaction, address, messages, None, now))

    def leadership(self, clock: Clock) -> Leadership:
        """This process's claim to be the one that polls."""
        return Leadership(self._database, clock)

    # --- who stands where ---------------------------------------------------------------------------------

    async def census(self, now: datetime) -> Counter[Whereabouts]:
        """How many people stand where, in which version. Who they are and what they answered is not in it.

        A row of a program that did not keep this yet, or that no key opens any more, is not counted: it ends
        within the hour. Where many talk it takes a while; who moves on meanwhile stands at one place or the other.
        """
        standing: Counter[Whereabouts] = Counter()
        after: str | None = ""
        while after is not None:
            rows = await self._database.read(
                functools.partial(_places, after=after, now=as_milliseconds(now), at_once=PLACES_AT_ONCE)
            )
            standing += await asyncio.to_thread(self._standing, rows)
            after = rows[-1][0] if len(rows) == PLACES_AT_ONCE else None
        return standing

    def _standing(self, rows: Sequence[tuple[str, int, bytes]]) -> Counter[Whereabouts]:
        standing: Counter[Whereabouts] = Counter()
        for _, number, place in rows:
            with contextlib.suppress(SealBroken, ValueError, TypeError):
                standing[Whereabouts.from_bytes(self._people.open(number, "place", place))] += 1
        return standing

    # --- leaving ------------------------------------------------------------------------------------------

    async def leave(
        self, address: Address, now: datetime, *, sent_at: datetime | None = None, update: str | None = None
    ) -> tuple[int, ...]:
        """Forget his session and remember only that he left; returns the messages to delete.

        ``sent_at`` is when he asked for it (None: now). The trace stays, due at once, until :meth:`wiped` says
        what became of the messages: a crash in between leaves the work to the next sweep. ``update`` is the one that
        asks for it. After such a crash it comes again, and he leaves no second time: what he has said since is
        not what he left. Raises :class:`BackSince` when he is back by then.
        """
        people = self._people.pseudonyms(*person(address))

        def forget(transaction: Transaction) -> tuple[int, ...]:
            if update is not None:
                if transaction.run(_MARKS, names=tuple(self._marks.pseudonyms(*_leaving(address, update)))):
                    standing, kept = self._traces.messages(transaction, address)
                    if self._session(transaction, address, now) is not None:
                        raise BackSince((*kept, *standing))
                    return (*kept, *standing)
                self._mark(transaction, _leaving(address, update), now, now)
            before, _ = self._marked(transaction, address)
            # One that was asked for earlier can come later; what he sent before the latest is not to be answered.
            asked_at = max(sent_at or now, before.sent_at if before is not None else sent_at or now)
            self._mark(transaction, _left(address), now, now)
            self._mark(transaction, _asked_to_leave(address), asked_at, now)
            transaction.run(_END, people=tuple(people))
            return self._traces.leave(transaction, address, now)

        return await self._write(address, forget)

    async def wiped(
        self,
        address: Address,
        tried: Sequence[int],
        left: Sequence[int],
        now: datetime,
        *,
        update: str | None = None,
    ) -> None:
        """Record what became of an erase: of the messages ``tried``, those ``left`` still stand.

        They are tried again after a pause that grows while it keeps failing, unless messages have come since:
        then they go with those. ``update`` is the one that asked for it, which is settled now.
        """

        def settle(transaction: Transaction) -> None:
            if update is not None:
                self._mark(transaction, _update(address, update), now, now)
            leaving, _ = self._marked(transaction, address)
            self._traces.settle(transaction, address, tried, left, now, leaving=leaving)

        await self._write(address, settle)

    async def settle(self, address: Address, update: str, now: datetime) -> None:
        """Remember that this update has been seen to, though nothing came of it."""
        await self._database.write(lambda transaction: self._mark(transaction, _update(address, update), now, now))

    # --- vanishing ----------------------------------------------------------------------------------------

    async def due_wipes(self, now: datetime, limit: int = 100) -> list[Wipe]:
        """The chats whose messages are to be deleted now. A trace that no key opens any more is dropped."""
        wipes, unreadable = await self._database.read(lambda transaction: self._traces.due(transaction, now, limit))
        if unreadable:
            log.error(
                "%d chats can no longer be cleared: the key file they need is lost or damaged.",
                len(unreadable),
            )
            await self._database.write(lambda transaction: self._traces.drop(transaction, unreadable))
        return wipes

    async def still_due(self, address: Address, now: datetime) -> tuple[int, ...]:
        """The messages of a chat that are to be deleted now; none when he is back since it was due."""
        return await self._database.read(lambda transaction: self._traces.still_due(transaction, address, now))

    async def sweep(self, now: datetime) -> None:
        """Delete what has run out, then destroy the keys that nothing needs any more."""
        needed = await vanish(self._database, now)
        for sealer, numbers in zip((self._people, self._names, self._chats, self._marks), needed, strict=True):
            sealer.keyring.destroy_all_but(numbers, now)

    # --- rows ---------------------------------------------------------------------------------------------

    async def _write(self, address: Address, work: Callable[[Transaction], Done]) -> Done:
        """A transaction in which his leaving and his turn's end cannot pass unseen."""
        return await self._database.write(work, lambda: latch(self._secret, address))

    def _known(self, transaction: Transaction, address: Address, update: str | None, now: datetime) -> Known:
        # The leaving first: one that comes in between is then seen at the commit.
        left, taken = self._marked(transaction, address, update)
        return Known(taken, left, None if taken else self._session(transaction, address, now))

    def _session(self, transaction: Transaction, address: Address, now: datetime) -> Session | None:
        people = tuple(self._people.pseudonyms(*person(address)))
        for number, sealed in transaction.run(_FIND, people=people, now=as_milliseconds(now)):
            try:
                return Session.from_bytes(self._people.open(number, "session", sealed, owner=address))
            except (SealBroken, ValueError, KeyError, TypeError):
                log.warning("A session could not be read; its owner starts again as a stranger.")
        return None

    def _marked(
        self, transaction: Transaction, address: Address, update: str | None = None
    ) -> tuple[Leaving | None, bool]:
        """His last leaving within a day, and whether an update of his was already answered."""
        left = self._marks.pseudonyms(*_left(address))
        asked = self._marks.pseudonyms(*_asked_to_leave(address))
        these = () if update is None else self._marks.pseudonyms(*_update(address, update))
        made_at: dict[str, int] = dict(transaction.run(_MARKS, names=(*left, *asked, *these)))
        at = max((made_at[name] for name in left if name in made_at), default=None)
        sent_at = max((made_at[name] for name in asked if name in made_at), default=None)
        leaving = None if at is None or sent_at is None else Leaving(as_time(at), as_time(sent_at))
        return leaving, any(name in made_at for name in these)

    def _mark(self, transaction: Transaction, what: tuple[str, str], made_at: datetime, now: datetime) -> None:
        number = self._marks.keyring.current(now)
        transaction.run(
            _MARK,
            name=self._marks.pseudonym(number, *what),
            key_number=number,
            made_at=as_milliseconds(made_at),
            ends_at=as_milliseconds(now + MARK_LIFE),
        )


def _places(transaction: Transaction, **asked: object) -> Sequence[tuple[str, int, bytes]]:
    return transaction.run(_PLACES, **asked)


def _nothing(_: Transaction) -> None:
    """Nothing has to be read."""


def _update(address: Address, update: str) -> tuple[str, str]:
    return "update", f"{address.channel}/{update}"


def _left(address: Address) -> tuple[str, str]:
    return "left", f"{address.channel}/{address.chat}"


def _leaving(address: Address, update: str) -> tuple[str, str]:
    return "leaving", f"{address.channel}/{update}"


def _asked_to_leave(address: Address) -> tuple[str, str]:
    return "asked", f"{address.channel}/{address.chat}"
