"""How long the random tests look.

In everyday runs they look at the same few examples each time, so that nothing fails by chance. To look longer, and at
others each time, set LONGER to how many times as many: `LONGER=20 pytest tests/dialogs/proof`. A soak
(`HYPOTHESIS_PROFILE=soak`, see tests/conftest.py) looks fifty times as long wherever LONGER does not say otherwise.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

SOAKING = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
_LONGER = int(os.environ.get("LONGER", "50" if SOAKING else "0"))


def examples(usual: int, *, steps: int = 50) -> settings:
    """Settings for a test that usually looks at this many examples (of at most so many steps each)."""
    return settings(
        max_examples=usual * max(1, _LONGER),
        stateful_step_count=steps,
        derandomize=not _LONGER,
        database=None,
        deadline=None,
        # Most random conversations are made of many choices; that is what they are for.
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
