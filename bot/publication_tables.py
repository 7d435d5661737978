"""The tables of what was published. They lie in the directory's database, because they are kept for ever.

Times are milliseconds since 1970, UTC. A digest names the exact bytes of one version (dialogs.source).
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

version = sa.Table(
    "flow_version",
    metadata,
    sa.Column("digest", sa.String(12), primary_key=True),
    sa.Column("kept_at", sa.BigInteger, nullable=False),
)

version_file = sa.Table(
    "flow_version_file",
    metadata,
    sa.Column("digest", sa.String(12), sa.ForeignKey("flow_version.digest"), primary_key=True),
    sa.Column("name", sa.String(200), primary_key=True, comment="main.yaml, or locale/cy.po"),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

passage = sa.Table(
    "flow_passage",
    metadata,
    sa.Column("from_digest", sa.String(12), sa.ForeignKey("flow_version.digest"), primary_key=True),
    sa.Column("to_digest", sa.String(12), sa.ForeignKey("flow_version.digest"), primary_key=True),
    sa.Column("decided", sa.Text, nullable=False, comment="who is carried from one to the other, and how; JSON"),
)

publication = sa.Table(
    "flow_publication",
    metadata,
    # The next number is whoever's writes it first: the key is what two publishers at once are told apart by.
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("digest", sa.String(12), sa.ForeignKey("flow_version.digest"), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("action", sa.String(16), nullable=False, comment="shipped, published or rolled back"),
    sa.Column("moves", sa.Text, nullable=False, comment="what the editor said of those who stand there; JSON"),
    sa.Column("finish_old", sa.Boolean, nullable=False, comment="whoever cannot be carried finishes where he is"),
)
