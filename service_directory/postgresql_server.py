"""PostgreSQL for transactions that are plain functions, on the driver's own connections.

SQLAlchemy keeps the connections, as it does for everything else. What is left out is what it puts around each statement
(a cursor, a result, a context): for the short statements of a turn that takes as long again as the statements.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import await_only, greenlet_spawn

from service_directory.database import Database

Done = TypeVar("Done")

_WRITING = "BEGIN"
_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ"


class Session:
    """A transaction under way on a connection of asyncpg's. Within the function alone, which waits for each statement
    without holding up anybody else."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self, sql: str, values: Sequence[object]) -> Sequence[Any]:
        """Carry out one statement; the rows it gives."""
        rows: Sequence[Any] = await_only(self._connection.fetch(sql, *values))
        return rows


class PostgresqlServer:
    """A PostgreSQL database whose transactions are plain functions, beside which everything else goes on."""

    def __init__(self, database: Database) -> None:
        """The server of a database that is kept in PostgreSQL. Connects to nothing yet; the database closes it."""
        self._database = database
        self._engine = database.writing.sync_engine

    async def read(self, work: Callable[[Session], Done]) -> Done:
        """What a function reads in a transaction that sees one snapshot.

        Raises DatabaseError when the server fails, and what the function raises.
        """
        return await self._run(_READING, work)

    async def write(self, work: Callable[[Session], Done], latch: int | None = None) -> Done:
        """What a function does in a transaction that is committed at its end, or leaves nothing when it raises.

        Of those with the same latch, a number of 64 bits, one runs at a time. Raises as :meth:`read` does. Whoever is
        cancelled while he waits does not know whether it was committed.
        """
        begin = _WRITING if latch is None else f"{_WRITING}; SELECT pg_advisory_xact_lock({latch:d})"
        return await self._run(begin, work)

    async def _run(self, begin: str, work: Callable[[Session], Done]) -> Done:
        try:
            done: Done = await greenlet_spawn(self._whole, begin, work)
        except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise self._database.unusable(error) from error
        return done

    def _whole(self, begin: str, work: Callable[[Session], Done]) -> Done:
        pooled = self._engine.raw_connection()
        try:
            connection: Any = pooled.driver_connection
            try:
                await_only(connection.execute(begin))
                done = work(Session(connection))
                await_only(connection.execute("COMMIT"))
            except Exception as failed:
                _undo(pooled, connection, failed)
                raise
            except BaseException:
                # Cut off in the middle of a statement: what the connection waits for is nobody's any more.
                pooled.invalidate()
                raise
        finally:
            pooled.close()
        return done


def _undo(pooled: PoolProxiedConnection, connection: Any, failed: Exception) -> None:
    """Leave a connection as it was before the transaction that failed, or not at all."""
    try:
        if isinstance(failed, asyncpg.InterfaceError | OSError) or connection.is_closed():
            raise failed
        await_only(connection.execute("ROLLBACK"))
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as broken:
        pooled.invalidate(broken)
