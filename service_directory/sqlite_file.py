"""A SQLite file for transactions that are plain functions: each runs whole, in a thread of the file's own.

To pass every single statement to a thread takes several times as long as the statements themselves. One thread writes,
since SQLite takes one writer at a time; the other reads meanwhile. Transactions that wait for a thread at the same
moment are carried out together and committed once, which is what each of them costs most.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final, TypeVar

from service_directory.database import BUSY_SECONDS, Database, set_up

TOGETHER: Final = 32
"""So many transactions at most are committed at once: the first of them waits for the last."""

Done = TypeVar("Done")


class SqliteFile:
    """A database that is kept in SQLite. Use it from one event loop; connects to nothing before it is used."""

    def __init__(self, database: Database, pragmas: Sequence[str] = ()) -> None:
        self._database = database
        self._pragmas = pragmas
        url = database.writing.url.set(drivername="sqlite")
        (self._path,), self._options = url.get_dialect()().create_connect_args(url)
        self._workers: dict[str, _Worker] = {}

    async def read(self, work: Callable[[sqlite3.Connection], Done]) -> Done:
        """What a function reads in a transaction that sees one snapshot. Raises DatabaseError when the file fails."""
        return await self._carried_out("BEGIN", work)

    async def write(self, work: Callable[[sqlite3.Connection], Done]) -> Done:
        """What a function does in a transaction that is committed at its end, or leaves nothing when it raises.

        It may be called again when nothing of the first call was kept. Raises DatabaseError as :meth:`read` does, and
        what the function raises. Whoever is cancelled while he waits does not know whether it was committed.
        """
        return await self._carried_out("BEGIN IMMEDIATE", work)

    async def close(self) -> None:
        """Let what was asked for end, which takes a few seconds at most, and close the file. It opens again when it is
        used."""
        while self._workers:
            _, worker = self._workers.popitem()
            await worker.close()

    async def _carried_out(self, begin: str, work: Callable[[sqlite3.Connection], Done]) -> Done:
        worker = self._workers.get(begin)
        if worker is None:
            worker = self._workers[begin] = _Worker(self._database.name, begin, self._connect)
        asked = _Asked(work, asyncio.get_running_loop().create_future())
        worker.ask(asked)
        await asked.told
        if isinstance(asked.failure, sqlite3.Error | OSError):
            raise self._database.unusable(asked.failure) from asked.failure
        if asked.failure is not None:
            raise asked.failure
        # What came of it is what this function returned.
        done: Done = asked.done
        return done

    def _connect(self) -> sqlite3.Connection:
        options: dict[str, Any] = {**self._options, "check_same_thread": False, "isolation_level": None}
        connection: sqlite3.Connection = sqlite3.connect(self._path, BUSY_SECONDS, **options)
        try:
            set_up(connection, self._pragmas)
        except BaseException:
            connection.close()
            raise
        return connection


@dataclass(slots=True)
class _Asked:
    """One transaction: what is to be done in it, what he awaits who asked for it, and what came of it."""

    work: Callable[[sqlite3.Connection], Any]
    told: asyncio.Future[None]
    done: Any = None
    failure: BaseException | None = None


class _OneOfSeveral(Exception):
    """One of the transactions that were to be committed together failed."""


class _Worker:
    """A thread, and the connection that it alone uses."""

    def __init__(self, name: str, begin: str, connect: Callable[[], sqlite3.Connection]) -> None:
        self._begin = begin
        self._connect = connect
        self._connection: sqlite3.Connection | None = None
        self._loop = asyncio.get_running_loop()
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        # A program that ends without having closed the file must not wait for what nobody waits for any more.
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def ask(self, asked: _Asked) -> None:
        """Have this done after all that was asked for before."""
        self._asked.put(asked)

    async def close(self) -> None:
        """Let what was asked for end, then the thread."""
        self._asked.put(None)
        await asyncio.to_thread(self._thread.join)

    # --- in the thread ------------------------------------------------------------------------------------

    def _run(self) -> None:
        while self._carries_on():
            pass
        self._close()

    def _carries_on(self) -> bool:
        """Carry out what waits; False when that was the last."""
        asked = [self._asked.get()]
        while asked[-1] is not None and len(asked) < TOGETHER and not self._asked.empty():
            asked.append(self._asked.get())
        group = [one for one in asked if one is not None]
        if group:
            self._carry_out(group)
            # Where a program ended without having closed the file there is no loop, and nobody waits.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(_tell, group)
        return asked[-1] is not None

    def _carry_out(self, group: Sequence[_Asked]) -> None:
        # Who gave up before it was begun wants nothing any more.
        group = [one for one in group if not one.told.cancelled()]
        try:
            if group:
                self._transaction(group)
        except _OneOfSeveral:
            # Nothing of the others was kept either. What becomes of each is found out by itself.
            for one in group:
                self._carry_out([one])
        except BaseException as failure:
            for one in group:
                one.failure = failure

    def _transaction(self, group: Sequence[_Asked]) -> None:
        try:
            connection = self._connection or self._open()
            connection.execute(self._begin)
            try:
                for one in group:
                    _do(one, connection, alone=len(group) == 1)
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise
        except sqlite3.Error:
            # Whatever is wrong may lie with the connection: the file was replaced, or the disk failed.
            self._close()
            raise

    def _open(self) -> sqlite3.Connection:
        self._connection = self._connect()
        return self._connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _do(one: _Asked, connection: sqlite3.Connection, *, alone: bool) -> None:
    try:
        one.done = one.work(connection)
    except Exception as failure:
        if alone:
            raise
        raise _OneOfSeveral from failure


def _tell(group: Sequence[_Asked]) -> None:
    """In the event loop: tell those who still wait."""
    for one in group:
        if not one.told.done():
            one.told.set_result(None)
