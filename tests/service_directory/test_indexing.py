"""An index made from the last one and what changed since is the index made of everything."""

from __future__ import annotations

from typing import Any

from service_directory.areas import Areas
from service_directory.indexing import changed_since
from service_directory.matching import Entry, Index
from service_directory.store import Directory
from tests.support.services import CARDIFF, NOON, TODAY, written, written_service

AREAS = Areas.load()


async def load(directory: Directory, *services: dict[str, Any], **around: Any) -> None:
    report = await directory.load_document(written(*services, **around), at=NOON, who="Sam", why="a test", apply=True)
    assert not report.rejected


def held(index: Index) -> dict[str, Entry]:
    return {entry.service_id: entry for entry in index}


async def test_after_each_change_only_the_changed_is_read_and_the_whole_is_right(directory: Directory) -> None:
    await load(directory, written_service("a"), written_service("b"), written_service("c"))
    index = await directory.index(AREAS, TODAY)
    assert set(held(index)) == {"a", "b", "c"}

    async def after(*changed: str) -> None:
        nonlocal index
        async with directory._database.read() as connection:
            assert await changed_since(connection, index.change) == (sorted(changed) or None)
        made, whole = await directory.index(AREAS, TODAY, index), await directory.index(AREAS, TODAY)
        assert held(made) == held(whole)
        assert (made.revision, made.change) == (whole.revision, whole.change)
        index = made

    await load(directory, written_service("b", areas=[CARDIFF]))
    await after("b")
    await load(directory, written_service("c", status="paused"), written_service("d"))
    await after("c", "d")
    await directory.suspend("a", at=NOON, who="Sam", why="a complaint")
    await after("a")
    assert set(held(index)) == {"b", "d"}
    await after()


async def test_a_change_of_no_single_service_has_everything_read_again(directory: Directory) -> None:
    await load(directory, written_service("a"))
    index = await directory.index(AREAS, TODAY)
    organization = {"id": "northern-men", "name": "Northern Men", "do_not_list": True}
    await load(directory, written_service("a"), organizations=[organization])
    async with directory._database.read() as connection:
        assert await changed_since(connection, index.change) is None
    assert held(await directory.index(AREAS, TODAY, index)) == {}
