"""The four tables of the session database. Times are milliseconds since 1970, UTC."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

session = sa.Table(
    "session",
    metadata,
    sa.Column("who", sa.String(32), primary_key=True, comment="pseudonym of channel and chat"),
    sa.Column("key_number", sa.Integer, nullable=False, index=True, comment="which hour's key seals it"),
    sa.Column("ends_at", sa.BigInteger, nullable=False, index=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="his place and answers; opens with his chat id"),
    sa.Column(
        "place",
        sa.LargeBinary,
        nullable=True,
        comment="version and steps he stands on, no answer; opens without him; null: kept by an older program",
    ),
)

trace = sa.Table(
    "trace",
    metadata,
    sa.Column("who", sa.String(32), primary_key=True, comment="pseudonym of channel and chat"),
    sa.Column("key_number", sa.Integer, nullable=False, index=True, comment="which hour's key makes the pseudonym"),
    sa.Column(
        "seal_number",
        sa.BigInteger,
        nullable=False,
        server_default="0",
        index=True,
        comment="which key seals it: the hour's, or its own where it outlives the hour",
    ),
    sa.Column(
        "wipe_at",
        sa.BigInteger,
        nullable=True,
        index=True,
        comment="when to clear the chat; null: he keeps it",
    ),
    sa.Column("drop_at", sa.BigInteger, nullable=False, index=True, comment="when nothing can be cleared any more"),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="chat and message ids; opens without him"),
)

mark = sa.Table(
    "mark",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True, comment="pseudonym of an update taken, or of a chat left"),
    sa.Column("key_number", sa.Integer, nullable=False, index=True),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Column("ends_at", sa.BigInteger, nullable=False, index=True),
)

lane = sa.Table(
    "lane",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("holder", sa.String(32), nullable=False),
    sa.Column("ends_at", sa.BigInteger, nullable=False, comment="a lease: a dead process holds nobody up"),
)
