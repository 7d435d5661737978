from __future__ import annotations

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.support.postgres"]

# A busy machine is not a bug: nothing may fail because it took long.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
