"""Where sessions are kept, and how they vanish.

A session is one man's place in a flow, for a short while. Rows are filed under pseudonyms and sealed (see
:mod:`bot.sealing`); nothing here is ever a word he typed. Beside the session stands its *trace*: the chat
and the ids of the messages in it, which is what clearing a chat needs, and all it needs. *Marks* remember
for a day which updates were taken and which chats were left. *Lanes* keep one man's turns in order across
processes: a lease with an end, never a transaction held open while something is sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import session_tables as tables
from bot.arrival import Address
from bot.sealing import Keyring, SealBroken, Sealer, lane, new_holder
from service_directory.database import Database, DatabaseError

log = logging.getLogger(__name__)

MARK_LIFE = timedelta(hours=24)
"""How long it is remembered that an update was taken or a chat left: as long as Telegram repeats updates."""

ERASABLE_FOR = timedelta(hours=48)
"""Telegram lets a bot delete messages younger than this."""

WIPE_AGAIN_AFTER = timedelta(minutes=5)
"""How long after a failed erase the next try comes."""

KEPT_FOR = timedelta(hours=47)
"""How long leaving still works in a chat he chose to keep: an hour less than Telegram allows."""

ANSWERS_WITHIN = timedelta(seconds=5)
"""A database that takes longer counts as one that failed: a man must not wait for it."""

LEASE = timedelta(seconds=25)
"""A turn ends within 20 seconds; what still holds a lane after this is dead."""

MIGRATIONS = Path(__file__).parent / "migrations"

Clock = Callable[[], datetime]


class LeftMeanwhile(Exception):
    """He left while this turn was in hand: nothing was kept, and what was sent must be deleted."""


class LaneBusy(Exception):
    """Another turn of the same man did not end in time."""


@dataclass(frozen=True, slots=True)
class Session:
    """What is remembered about a man: his place, his answers from closed lists, and the state of the chat.

    ``version`` is the digest of the conversations he is in, ``state`` the engine's state as bytes,
    ``standing`` the message that carries the present question, ``gate`` how many places deep he was when it
    had to be asked again whether it is OK to chat (``None``: no such question is open), ``danger`` a risk
    label that is still to be answered when he goes on.
    """

    version: str
    state: bytes = field(repr=False)
    last_turn: datetime
    standing: int | None = None
    gate: int | None = None
    danger: str | None = None

    def to_bytes(self) -> bytes:
        """Compact JSON; the engine's own bytes are text already."""
        raw = {
            "v": self.version,
            "s": self.state.decode("utf-8"),
            "t": _ms(self.last_turn),
            "m": self.standing,
            "g": self.gate,
            "d": self.danger,
        }
        return json.dumps(raw, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The inverse. Raises ValueError, KeyError or TypeError for bytes of another shape."""
        raw = json.loads(data)
        return cls(
            version=raw["v"],
            state=raw["s"].encode(),
            last_turn=_time(raw["t"]),
            standing=raw["m"],
            gate=raw["g"],
            danger=raw["d"],
        )


@dataclass(frozen=True, slots=True)
class Leaving:
    """That he left: ``at`` is when it was carried out, ``sent_at`` when he asked for it.

    An outage can lie between the two, and what he sends in it after asking is a new conversation's.
    """

    at: datetime
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Wipe:
    """A chat whose messages are due to be deleted, and which of them still stand."""

    address: Address
    messages: tuple[int, ...] = field(repr=False)


class Sessions:
    """The session database. Every method is one short transaction."""

    def __init__(self, database: Database, folder: Path, secret: str, life: timedelta) -> None:
        self._database = database
        self._secret = secret
        self._life = life
        self._people = Sealer(secret, Keyring(folder / "session-keys.json"))
        self._marks = Sealer(secret, Keyring(folder / "mark-keys.json"))
        self._queues: dict[int, _Queue] = {}
        self._insert: Any = postgresql.insert if database.dialect == "postgresql" else sqlite.insert

    @classmethod
    async def open(cls, url: str, *, folder: Path, secret: str, life: timedelta) -> Self:
        """Open (and create or migrate) the database at a SQLAlchemy URL; key files live in ``folder``.

        Raises :class:`bot.sealing.KeyFileError`, or
        :class:`service_directory.database.DatabaseError`, as every method does.
        """
        # Deleted rows are overwritten, as far as SQLite can.
        database = Database.at(url, name="session", migrations=MIGRATIONS, pragmas=("secure_delete=ON",))
        sessions = cls(database, folder, secret, life)
        sessions._people.keyring.live()
        sessions._marks.keyring.live()
        try:
            await database.migrate()
        except BaseException:
            await database.close()
            raise
        return sessions

    async def close(self) -> None:
        await self._database.close()

    # --- one man's turn -------------------------------------------------------------------------------

    async def find(self, address: Address, now: datetime) -> tuple[Session | None, tuple[int, ...]]:
        """His session, if one is alive, and the ids of the messages in his chat.

        A row that cannot be read (a lost key file, damaged bytes) makes him a stranger; the operator is
        told that it happened, not to whom.
        """
        people = self._people.pseudonyms(*_person(address))
        async with self._read() as connection:
            alive = tables.session.c.who.in_(people) & (tables.session.c.ends_at > _ms(now))
            row = (await connection.execute(sa.select(tables.session).where(alive))).first()
            trace = (await connection.execute(sa.select(tables.trace).where(tables.trace.c.who.in_(people)))).first()
        session = None
        if row is not None:
            try:
                session = Session.from_bytes(self._people.open(row.key_number, "session", row.sealed, owner=address))
            except (SealBroken, ValueError, KeyError, TypeError):
                log.warning("A session could not be read; its owner starts again as a stranger.")
        standing, kept = self._messages(trace)
        return session, (*kept, *standing)

    async def taken(self, address: Address, update: str) -> bool:
        """Was this update already answered?"""
        names = self._marks.pseudonyms(*_update(address, update))
        async with self._read() as connection:
            query = sa.select(tables.mark.c.name).where(tables.mark.c.name.in_(names))
            return (await connection.execute(query)).first() is not None

    async def left(self, address: Address) -> Leaving | None:
        """That he left this chat, the last time, if that was within a day."""
        async with self._read() as connection:
            return await self._left(connection, address)

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
    ) -> None:
        """Keep what a turn led to, all or nothing.

        ``left`` is what :meth:`left` told as the turn began; ``messages`` are the ids that this turn added to
        the chat; ``session`` None leaves the session as it is; ``keep`` says whether he wants the messages to
        stay when the session ends (None: those he kept before do, these do not); ``erasable`` is False for a
        channel that leaves nothing to delete. Raises :class:`LeftMeanwhile` when he has left since.
        """
        people = self._people.pseudonyms(*_person(address))
        number = self._people.keyring.current(now)
        async with self._write(address) as connection:
            if await self._left(connection, address) != left:
                raise LeftMeanwhile
            if update is not None:
                await self._mark(connection, _update(address, update), now, now)
            if session is not None:
                sealed = self._people.seal(number, "session", session.to_bytes(), owner=address)
                await connection.execute(sa.delete(tables.session).where(tables.session.c.who.in_(people)))
                await connection.execute(
                    sa.insert(tables.session).values(
                        who=self._people.pseudonym(number, *_person(address)),
                        key_number=number,
                        ends_at=_ms(now + self._life),
                        sealed=sealed,
                    )
                )
            if erasable:
                await self._add_to_trace(connection, address, messages, keep, now)

    async def remember(self, address: Address, messages: Sequence[int], now: datetime) -> None:
        """Keep the ids of messages that came into the chat outside a turn that could be committed."""
        async with self._write(address) as connection:
            await self._add_to_trace(connection, address, messages, None, now)

    # --- leaving ------------------------------------------------------------------------------------------

    async def leave(self, address: Address, now: datetime, *, sent_at: datetime | None = None) -> tuple[int, ...]:
        """Forget his session and remember only that he left; returns the messages to delete.

        ``sent_at`` is when he asked for it (None: now). The trace stays, due at once, until :meth:`wiped` says
        what became of the messages: a crash in between leaves the work to the next sweep.
        """
        people = self._people.pseudonyms(*_person(address))
        async with self._write(address) as connection:
            await self._mark(connection, _left(address), now, now)
            await self._mark(connection, _asked_to_leave(address), sent_at or now, now)
            await connection.execute(sa.delete(tables.session).where(tables.session.c.who.in_(people)))
            row = (await connection.execute(sa.select(tables.trace).where(tables.trace.c.who.in_(people)))).first()
            standing, kept = self._messages(row)
            if row is not None:
                await self._write_trace(
                    connection,
                    address,
                    row.key_number,
                    (*kept, *standing),
                    (),
                    # A minute's grace: he who leaves is erasing already.
                    wipe_at=now + timedelta(minutes=1),
                    drop_at=_time(row.drop_at),
                )
        return (*kept, *standing)

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

        They are tried again, unless messages have come since: then they go with those. ``update`` is the one
        that asked for it, which is settled now.
        """
        people = self._people.pseudonyms(*_person(address))
        async with self._write(address) as connection:
            if update is not None:
                await self._mark(connection, _update(address, update), now, now)
            row = (await connection.execute(sa.select(tables.trace).where(tables.trace.c.who.in_(people)))).first()
            standing, kept = self._messages(row)
            come_since = [message for message in standing if message not in set(tried)]
            number = self._people.keyring.current(now) if row is None else row.key_number
            drop_at = now + ERASABLE_FOR if row is None else _time(row.drop_at)
            wipe_at = now + WIPE_AGAIN_AFTER
            if come_since and row is not None and row.wipe_at is not None:
                wipe_at = _time(row.wipe_at)
            await self._write_trace(
                connection,
                address,
                number,
                (*(left if drop_at > now else ()), *come_since),
                tuple(message for message in kept if message not in set(tried)),
                wipe_at=wipe_at,
                drop_at=drop_at,
            )

    # --- vanishing ----------------------------------------------------------------------------------------

    async def due_wipes(self, now: datetime, limit: int = 100) -> list[Wipe]:
        """The chats whose messages are to be deleted now. A trace that no key opens any more is dropped."""
        async with self._read() as connection:
            due = sa.select(tables.trace).where(tables.trace.c.wipe_at <= _ms(now)).limit(limit)
            rows = (await connection.execute(due)).all()
        wipes, unreadable = [], []
        for row in rows:
            try:
                address, messages, _ = self._open_trace(row)
            except (SealBroken, ValueError, KeyError, TypeError):
                unreadable.append(row.who)
            else:
                wipes.append(Wipe(address, messages))
        if unreadable:
            log.error(
                "%d chats can no longer be cleared: the key file they need is lost or damaged.",
                len(unreadable),
            )
            async with self._write() as connection:
                await connection.execute(sa.delete(tables.trace).where(tables.trace.c.who.in_(unreadable)))
        return wipes

    async def still_due(self, address: Address, now: datetime) -> tuple[int, ...]:
        """The messages of a chat that are to be deleted now; none when he is back since it was due."""
        people = self._people.pseudonyms(*_person(address))
        due = sa.select(tables.trace).where(tables.trace.c.who.in_(people), tables.trace.c.wipe_at <= _ms(now))
        async with self._read() as connection:
            row = (await connection.execute(due)).first()
        return self._messages(row)[0]

    async def sweep(self, now: datetime) -> None:
        """Delete what has run out, then destroy the keys that nothing needs any more."""
        async with self._write() as connection:
            for table, column in (
                (tables.session, tables.session.c.ends_at),
                (tables.trace, tables.trace.c.drop_at),
                (tables.mark, tables.mark.c.ends_at),
                (tables.lane, tables.lane.c.ends_at),
            ):
                await connection.execute(sa.delete(table).where(column <= _ms(now)))
            people = set((await connection.execute(sa.select(tables.session.c.key_number).distinct())).scalars())
            people |= set((await connection.execute(sa.select(tables.trace.c.key_number).distinct())).scalars())
            marks = set((await connection.execute(sa.select(tables.mark.c.key_number).distinct())).scalars())
        self._people.keyring.destroy_all_but(people, now)
        self._marks.keyring.destroy_all_but(marks, now)

    # --- order --------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def lane(self, address: Address, clock: Clock, patience: timedelta) -> AsyncIterator[None]:
        """Hold this man's lane: his turns happen one after the other, in this process and across processes.

        Raises :class:`LaneBusy` when another turn does not end within ``patience``.
        """
        number = lane(self._secret, address)
        queue = self._queues.setdefault(number, _Queue())
        queue.length += 1
        try:
            async with queue.lock:
                holder = await self._lease(number, clock, clock() + patience)
                try:
                    yield
                finally:
                    await self._release(number, holder)
        finally:
            queue.length -= 1
            if not queue.length:
                self._queues.pop(number, None)

    async def _lease(self, number: int, clock: Clock, until: datetime) -> str:
        holder = new_holder()
        while True:
            now = clock()
            claim = self._insert(tables.lane).values(number=number, holder=holder, ends_at=_ms(now + LEASE))
            claim = claim.on_conflict_do_update(
                index_elements=[tables.lane.c.number],
                set_={"holder": holder, "ends_at": _ms(now + LEASE)},
                where=tables.lane.c.ends_at <= _ms(now),
            )
            async with self._write() as connection:
                await connection.execute(claim)
                mine = sa.select(tables.lane.c.holder).where(tables.lane.c.number == number)
                if (await connection.execute(mine)).scalar() == holder:
                    return holder
            if now >= until:
                raise LaneBusy
            await asyncio.sleep(0.05)

    async def _release(self, number: int, holder: str) -> None:
        mine = sa.delete(tables.lane).where(tables.lane.c.number == number, tables.lane.c.holder == holder)
        try:
            async with self._write() as connection:
                await connection.execute(mine)
        except DatabaseError:
            # The turn is done; the lease ends by itself.
            log.warning("A lane could not be given back; it is free again when its lease ends.")

    # --- rows ---------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _read(self) -> AsyncIterator[AsyncConnection]:
        async with _in_time(), self._database.read() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def _write(self, address: Address | None = None) -> AsyncIterator[AsyncConnection]:
        """A transaction; with an address, one in which his leaving and his turn's end cannot pass unseen."""
        async with _in_time(), self._database.write() as connection:
            if address is not None and connection.dialect.name == "postgresql":
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lane(self._secret, address))))
            yield connection

    async def _left(self, connection: AsyncConnection, address: Address) -> Leaving | None:
        at, sent_at = [
            (
                await connection.execute(
                    sa.select(sa.func.max(tables.mark.c.made_at)).where(tables.mark.c.name.in_(names))
                )
            ).scalar()
            for names in (self._marks.pseudonyms(*_left(address)), self._marks.pseudonyms(*_asked_to_leave(address)))
        ]
        return None if at is None or sent_at is None else Leaving(_time(at), _time(sent_at))

    async def _mark(self, connection: AsyncConnection, what: tuple[str, str], made_at: datetime, now: datetime) -> None:
        number = self._marks.keyring.current(now)
        row = {"key_number": number, "made_at": _ms(made_at), "ends_at": _ms(now + MARK_LIFE)}
        made = self._insert(tables.mark).values(name=self._marks.pseudonym(number, *what), **row)
        await connection.execute(made.on_conflict_do_update(index_elements=[tables.mark.c.name], set_=row))

    async def _add_to_trace(
        self,
        connection: AsyncConnection,
        address: Address,
        messages: Sequence[int],
        keep: bool | None,
        now: datetime,
    ) -> None:
        people = self._people.pseudonyms(*_person(address))
        row = (await connection.execute(sa.select(tables.trace).where(tables.trace.c.who.in_(people)))).first()
        standing, kept = self._messages(row)
        standing = (*standing, *(message for message in messages if message not in kept))
        if keep is not None:
            # He was asked in this conversation, and his answer goes for all that stands in the chat.
            every = (*kept, *standing)
            standing, kept = ((), every) if keep else (every, ())
        await self._write_trace(
            connection,
            address,
            self._people.keyring.current(now),
            standing,
            kept,
            wipe_at=now + self._life,
            drop_at=now + (KEPT_FOR if kept else ERASABLE_FOR),
        )

    async def _write_trace(
        self,
        connection: AsyncConnection,
        address: Address,
        number: int,
        standing: Sequence[int],
        kept: Sequence[int],
        *,
        wipe_at: datetime,
        drop_at: datetime,
    ) -> None:
        """Replace his trace: ``standing`` is to be deleted at ``wipe_at``, ``kept`` only when he leaves."""
        people = self._people.pseudonyms(*_person(address))
        await connection.execute(sa.delete(tables.trace).where(tables.trace.c.who.in_(people)))
        if not standing and not kept:
            return
        ids = [list(dict.fromkeys(standing)), list(dict.fromkeys(kept))]
        data = json.dumps([address.channel, address.chat, *ids], separators=(",", ":")).encode()
        await connection.execute(
            sa.insert(tables.trace).values(
                who=self._people.pseudonym(number, *_person(address)),
                key_number=number,
                wipe_at=_ms(wipe_at) if standing else None,
                drop_at=_ms(drop_at),
                sealed=self._people.seal(number, "trace", data),
            )
        )

    def _open_trace(self, row: Any) -> tuple[Address, tuple[int, ...], tuple[int, ...]]:
        opened = self._people.open(row.key_number, "trace", row.sealed)
        channel, chat, standing, kept = json.loads(opened)
        return Address(channel, chat), tuple(standing), tuple(kept)

    def _messages(self, row: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The ids in a trace row, to be deleted and kept; none when there is no row or it cannot be read."""
        if row is None:
            return (), ()
        try:
            return self._open_trace(row)[1:]
        except (SealBroken, ValueError, KeyError, TypeError):
            return (), ()


@dataclass(slots=True)
class _Queue:
    """Those of this process who wait for one lane, first come first served."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0


@contextlib.asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    """Raises DatabaseError when a transaction does not end in time."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN.total_seconds()) as limit:
            yield
    except TimeoutError:
        if limit.expired():
            raise DatabaseError("the session database did not answer in time") from None
        raise


def _person(address: Address) -> tuple[str, str]:
    return "person", f"{address.channel}/{address.chat}"


def _update(address: Address, update: str) -> tuple[str, str]:
    return "update", f"{address.channel}/{update}"


def _left(address: Address) -> tuple[str, str]:
    return "left", f"{address.channel}/{address.chat}"


def _asked_to_leave(address: Address) -> tuple[str, str]:
    return "asked", f"{address.channel}/{address.chat}"


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
