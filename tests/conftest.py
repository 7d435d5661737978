from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.support.postgres"]

# A busy machine is not a bug: nothing may fail because it took long.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# A soak looks much longer, and at other examples each time: HYPOTHESIS_PROFILE=soak.
settings.register_profile("soak", settings.get_profile("unhurried"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "unhurried"))


@pytest.fixture(scope="session", autouse=True)
def _what_all_tests_share() -> Iterator[None]:
    # Imported late, so that coverage sees the program being imported.
    from tests.support.compiled import remember_compiled
    from tests.support.examples import remember_examples
    from tests.support.migrations import remember_migrations
    from tests.support.patience import give_the_program_time

    with pytest.MonkeyPatch.context() as patch:
        remember_compiled(patch)
        remember_migrations(patch)
        remember_examples(patch)
        give_the_program_time(patch)
        yield


def pytest_collection_finish() -> None:
    # What is there by now stays: to look through all of it again and again for rubbish takes a tenth of the time.
    gc.collect()
    gc.freeze()
    # Nor does what every test makes and drops have to be looked through so soon.
    gc.set_threshold(50_000, 10, 10)
