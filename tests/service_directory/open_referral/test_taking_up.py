"""A change is taken up by reading what changed, and comes to the same as reading everything."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from service_directory.open_referral import published
from service_directory.open_referral.snapshot import Snapshot
from service_directory.rows import whole_services
from service_directory.store import Directory
from tests.support.open_data import AREAS, a_directory
from tests.support.services import NOON, days, written, written_service

THREE = [written_service(name, name=name.title()) for name in ("ann", "bob", "cid")]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The services that were read whole."""
    seen: list[str] = []

    async def watched(connection: Any, ids: list[str]) -> Any:
        seen.extend(ids)
        return await whole_services(connection, ids)

    monkeypatch.setattr(published, "whole_services", watched)
    return seen


async def taken_up(directory: Directory, before: Snapshot, read: list[str], at: datetime = NOON) -> list[str]:
    """What was read to take up a change that made the snapshot another; it must tell what a fresh one tells."""
    read.clear()
    after = await directory.open_data(AREAS, at, before=before)
    only = list(read)
    fresh = await directory.open_data(AREAS, at)
    assert after.digest == fresh.digest
    assert [entry.own_id for entry in after.entries] == [entry.own_id for entry in fresh.entries]
    return only


async def load(directory: Directory, *services: Any, **changes: Any) -> None:
    document = written(*services, **changes)
    report = await directory.load_document(document, at=NOON, who="Sam", why="test", apply=True)
    assert report.rejected == ()


async def test_of_three_services_only_the_one_that_changed_is_read_again(directory: Directory, read: list[str]) -> None:
    await load(directory, *THREE)
    before = await directory.open_data(AREAS, NOON)
    assert [entry.last_modified for entry in before.entries] == ["2026-11-23T12:00:00.000Z"] * 3
    await load(directory, THREE[0] | {"helps": "Something else."})
    assert await taken_up(directory, before, read) == ["ann"]
    await directory.suspend("bob", at=NOON, who="Sam", why="a complaint")
    assert await taken_up(directory, before, read) == ["ann", "bob"]
    await load(directory, written_service("dan", name="Dan"), THREE[2] | {"published": False})
    before = await directory.open_data(AREAS, NOON, before=before)
    assert {entry.own_id for entry in before.entries} == {"ann", "dan"}


async def test_everything_is_read_again_when_a_day_has_turned_or_an_organization_changed(
    tmp_path: Path, read: list[str]
) -> None:
    async with a_directory(tmp_path, *THREE) as directory:
        before = await directory.open_data(AREAS, NOON)
        assert await taken_up(directory, before, read, NOON + days(1)) == ["ann", "bob", "cid"]
        await load(directory, THREE[0], organizations=[{"id": "northern-men", "name": "Northern Men's Help"}])
        assert await taken_up(directory, before, read) == ["ann", "bob", "cid"]
