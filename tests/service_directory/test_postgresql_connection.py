"""A connection to PostgreSQL notices that the way is gone, and is closed whether or not the server says goodbye."""

from __future__ import annotations

import socket
from unittest.mock import MagicMock

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import text

from service_directory.database import Database
from service_directory.postgresql_connection import Connection
from service_directory.store import MIGRATIONS


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """A socket of the kind that leads to another machine, in the hands of a new connection."""
    monkeypatch.setattr(asyncpg.Connection, "__init__", lambda *_: None)
    monkeypatch.setattr(asyncpg.Connection, "__del__", lambda _: None)
    return socket.socket(socket.AF_INET, socket.SOCK_STREAM)


def held_by_a_connection(connected: socket.socket | None) -> None:
    transport = MagicMock()
    transport.get_extra_info.return_value = connected
    Connection(None, transport, None, None, None, None)


def test_one_over_a_network_asks_in_silence_whether_the_other_side_is_there(connected: socket.socket) -> None:
    with connected:
        held_by_a_connection(connected)
        assert connected.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_what_a_system_does_not_know_is_left_out(connected: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT"):
        monkeypatch.delattr(socket, name, raising=False)
    with connected:
        held_by_a_connection(connected)
        assert connected.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_one_on_this_machine_needs_no_asking(connected: socket.socket) -> None:
    connected.close()
    held_by_a_connection(None)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        held_by_a_connection(ours)
        assert not ours.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


@pytest.mark.postgres
async def test_every_connection_of_the_program_is_one_of_these(postgres_url: str) -> None:
    database = Database.at(postgres_url, name="directory", migrations=MIGRATIONS)
    try:
        async with database.read() as connection:
            assert await connection.scalar(text("SELECT 1")) == 1
            raw = await connection.get_raw_connection()
            assert isinstance(raw.driver_connection, Connection)
    finally:
        await database.close()
