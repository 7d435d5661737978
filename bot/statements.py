"""Statements that run many times: written in SQLAlchemy's words, put into SQL once for each database.

To build a statement anew and find it among the compiled ones costs SQLAlchemy many times what SQLite takes to carry it
out, and a turn needs a dozen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from service_directory.inserting import insert_of

if TYPE_CHECKING:
    # Loaded for those who have a server.
    from service_directory.postgresql_server import Session

_SQLITE: Final = sqlite.dialect()

Values = Mapping[str, object]
"""What goes in under each name; a tuple is a list for ``in_``."""


class Bound:
    """What goes in, by name, while a statement is built."""

    def __init__(self, dialect: sa.Dialect, values: Values) -> None:
        self._values = values
        self._insert = insert_of(dialect.name)

    def __getitem__(self, name: str) -> sa.BindParameter[Any]:
        # Without a type it takes that of the column it meets.
        value = self._values[name]
        return sa.bindparam(name, value, type_=sa.types.NullType(), expanding=isinstance(value, tuple))

    def insert(self, table: sa.Table) -> Any:
        """A whole row under the names of its columns, in an INSERT that can say what happens ``on_conflict``."""
        return self._insert(table).values({column: self[column.name] for column in table.c})


@cache
def _postgresql() -> sa.Dialect:
    # Loaded for those who have a server.
    return sa.make_url("postgresql+asyncpg://").get_dialect()()


class Statement:
    """One statement, as SQL for any database and for every length of its lists."""

    def __init__(self, build: Callable[[Bound], Any]) -> None:
        """``build`` makes the statement out of what goes in."""
        self._build = build
        self._known: dict[tuple[object, ...], _Sql] = {}

    def put(self, dialect: sa.Dialect, values: Values) -> tuple[str, tuple[object, ...]]:
        """The SQL, and what goes in, in its order."""
        lists = [value for value in values.values() if isinstance(value, tuple)]
        known = (dialect.name, *map(len, lists))
        sql = self._known.get(known) or self._known.setdefault(known, self._compiled(dialect, values))
        if lists or sql.constants:
            values = {**sql.constants, **values, **dict(zip(sql.items, chain.from_iterable(lists), strict=True))}
        return sql.text, sql.given(values)

    def _compiled(self, dialect: sa.Dialect, values: Values) -> _Sql:
        statement = self._build(Bound(dialect, values))
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        lists = {name: len(value) for name, value in values.items() if isinstance(value, tuple)}
        items = tuple(f"{name}_{number + 1}" for name, length in lists.items() for number in range(length))
        # Of what goes in nothing is kept here.
        constants = {name: value for name, value in compiled.params.items() if name not in (*values, *items)}
        return _Sql(str(compiled), items, constants, _taking(tuple(compiled.positiontup or ())))


class _Sql(NamedTuple):
    """A statement in SQL: what each item of a list is called in it, what goes in whatever is given, and what takes all
    of it, in its order, out of the values.
    """

    text: str
    items: tuple[str, ...]
    constants: Values
    given: Callable[[Values], tuple[object, ...]]


def _taking(names: tuple[str, ...]) -> Callable[[Values], tuple[object, ...]]:
    # The quickest, but for one name it does not give a tuple.
    return itemgetter(*names) if len(names) > 1 else lambda values: tuple(values[name] for name in names)


class Transaction(Protocol):
    """A transaction under way."""

    def run(self, statement: Statement, **values: object) -> Sequence[Any]:
        """Carry a statement out; the rows it gives, as tuples."""
        ...


class InSqlite:
    """A transaction on a connection to SQLite itself."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, statement: Statement, **values: object) -> Sequence[Any]:
        sql, given = statement.put(_SQLITE, values)
        return self._connection.execute(sql, given).fetchall()


class InPostgresql:
    """A transaction on a PostgreSQL server."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def run(self, statement: Statement, **values: object) -> Sequence[Any]:
        return self._session.run(*statement.put(_postgresql(), values))
