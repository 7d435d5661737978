"""The program in a process of its own, no less patient than in that of the tests."""

from __future__ import annotations

import pytest

from bot.cli import main
from tests.support.patience import give_the_program_time

if __name__ == "__main__":
    give_the_program_time(pytest.MonkeyPatch())
    main(prog_name="fingerpost")
