"""Which revision is the newest is found without Alembic, and rightly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

import bot
import service_directory
from service_directory.revisions import newest

FOLDERS = [
    Path(bot.__file__).with_name("migrations"),
    Path(bot.__file__).with_name("publication_migrations"),
    Path(service_directory.__file__).with_name("migrations"),
    Path(service_directory.__file__).parent / "desk" / "migrations",
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_the_newest_revision_is_the_one_that_alembic_calls_head(folder: Path) -> None:
    assert newest(folder) == ScriptDirectory(str(folder)).get_current_head()


def test_what_is_new_and_what_is_up_to_date_are_opened_without_alembic(tmp_path: Path) -> None:
    opens = (
        "import asyncio, sys\n"
        "from bot.session_database import SessionDatabase\n"
        "async def main():\n"
        f"    database = SessionDatabase.at('sqlite:///{tmp_path}/sessions.sqlite')\n"
        "    await database.migrate()\n"
        "    await database.close()\n"
        "asyncio.run(main())\n"
        "print('alembic' in sys.modules)\n"
    )
    said = [
        subprocess.run([sys.executable, "-c", opens], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert said == ["False\n", "False\n"]
