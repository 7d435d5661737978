"""How long a test waits for what happens by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

PATIENCE: Final = 90.0
"""Seconds. A machine that is shared stands still for half a minute now and then, which is no fault of the program. What
happens ends the wait at once, so that only a test that fails waits as long as this. The tests' own limit is longer."""


def give_the_program_time(patch: pytest.MonkeyPatch) -> None:
    """Let the program be as patient, where it runs in the process of the tests. A man is told of trouble when a store
    takes six seconds; a test of something else is not to be told of it, and one of this shortens the wait.
    """
    from bot import conversation, desk_work, noticing, session_database, stores
    from bot.operating import health
    from bot.web import app
    from service_directory.desk.stewards import shelf

    patient = timedelta(seconds=PATIENCE)
    patch.setattr(session_database, "ANSWERS_WITHIN", patient)
    patch.setattr(conversation, "TURN_WITHIN", patient)
    patch.setattr(stores, "STORE_WITHIN", patient)
    patch.setattr(noticing, "LAST_BATCH_WITHIN", patient)
    patch.setattr(desk_work, "STOP_WITHIN", patient)
    patch.setattr(health, "ANSWERS_WITHIN", PATIENCE)
    patch.setattr(app, "PATIENCE", PATIENCE)
    patch.setattr(shelf, "_PATIENCE", PATIENCE)
