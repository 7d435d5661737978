"""`fingerpost doctor` is the gate before going live: with a database that cannot be reached it does not open."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.processes import command, free_port


@pytest.mark.parametrize("which", ["DIRECTORY_URL", "SESSIONS_URL"])
async def test_a_database_that_cannot_be_reached_is_named_and_stands_in_the_way(which: str, tmp_path: Path) -> None:
    nobody_there = f"postgresql://u:hidden@127.0.0.1:{free_port()}/d"
    code, said = await command(tmp_path, "doctor", **{which: nobody_there})
    assert code == 1
    assert f"FINGERPOST_{which}: " in said
    assert "hidden" not in said


async def test_a_word_about_pooling_that_is_not_known_is_named_too(tmp_path: Path) -> None:
    code, said = await command(tmp_path, "doctor", SESSIONS_URL="postgresql://u@h/d?pooling=statement")
    assert code == 1
    assert "FINGERPOST_SESSIONS_URL: " in said
    assert "pooling=transaction" in said
