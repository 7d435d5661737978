"""What the promises of the safety room are tested with."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from safety.lifelines import Lifelines

SUNDAY_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def lifelines() -> Lifelines:
    return Lifelines.load()


@pytest.fixture
def noon() -> datetime:
    return SUNDAY_NOON
