from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.support.postgres"]

# A busy machine is not a bug: nothing may fail because it took long.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def _each_kind_of_database_is_migrated_once() -> Iterator[None]:
    # Imported late, so that coverage sees the program being imported.
    from tests.support.migrations import remember_migrations

    with pytest.MonkeyPatch.context() as patch:
        remember_migrations(patch)
        yield
