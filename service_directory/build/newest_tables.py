"""Write `newest.sql` beside migrations: the tables that they lead to (service_directory/new_tables.py).

    python -m service_directory.build.newest_tables directory=service_directory/migrations ...

Each folder is named after what its database holds. Run it for a folder whenever a migration is added to it.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import cast

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from service_directory.new_tables import FILE, written


def newest_tables(name: str, migrations: Path) -> str:
    """The text of `newest.sql` for a folder of migrations, run from nothing."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    table = f"{name}_version"
    config = Config()
    config.set_main_option("script_location", str(migrations))
    try:
        with engine.begin() as connection:
            config.attributes |= {"connection": connection, "version_table": table}
            command.upgrade(config, "head")
        with engine.connect() as connection:
            database = cast(sqlite3.Connection, connection.connection.driver_connection)
            return written(database, table, migrations)
    finally:
        engine.dispose()


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        name, _, folder = argument.partition("=")
        (Path(folder) / FILE).write_text(newest_tables(name, Path(folder).resolve()), encoding="utf-8")
