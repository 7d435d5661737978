"""What is taken out of the directory is gone from what the desk keeps too; nothing is kept of a hidden place."""

from __future__ import annotations

from pathlib import Path

from service_directory.changes import Change
from service_directory.rows import service_rows
from tests.support.desk import desk_world
from tests.support.keeping import filled

ROOM = "example-leeds-mens-room"


async def test_words_that_are_taken_out_are_gone_from_drafts_self_assessments_and_requests(
    tmp_path: Path, directory_url: str
) -> None:
    async with desk_world(tmp_path, url=directory_url) as world:
        keeper = await world.as_keeper(ROOM)
        await filled(keeper, "/entry/change/about", {"alert": "Ask for Marmaduke on Friday"})
        await filled(keeper, "/entry/standards/AE", {"AE1-result": "met", "AE1-note": "marmaduke wrote the page"})
        await filled(keeper, "/entry/colleagues", {"email": "marmaduke@lantern.org.uk"})
        done = await world.desk.directory.redact(["Marmaduke"], at=world.clock(), who="Sam", why="a name")
        assert {"desk_entry_draft", "desk_assessment_draft", "desk_keeper_request"} <= done.rows.keys()
        for path in ("/entry/held.json", "/entry/review", "/entry/change/about", "/entry/standards/AE"):
            page = await keeper.get(path)
            assert page.status_code == 200
            assert "marmaduke" not in page.text.casefold(), path


async def test_a_draft_that_told_where_a_service_is_forgets_it_once_that_is_hidden(
    tmp_path: Path, directory_url: str
) -> None:
    async with desk_world(tmp_path, url=directory_url) as world:
        keeper = await world.as_keeper(ROOM)
        await filled(keeper, "/entry/change/access", {"access": "Step-free at 12 Station Road, ring twice"})
        await filled(keeper, "/entry/standards/AE", {"AE1-result": "met", "AE1-note": "Seen at 12 Station Road"})
        directory = world.desk.directory
        async with directory.database.read() as connection:
            rows = (await service_rows(connection, [ROOM]))[ROOM]
        own = next(row for row in rows if row.table == "service")
        change = Change("update", own, (("hides_address", False, True),))
        number = await directory.propose(ROOM, [change], at=world.clock(), who="Sam", why="they asked", source="a test")
        assert number is not None
        for who in ("Ann", "Ben"):
            await world.desk.proposals.approve(number, who=who, at=world.clock())
        held = await keeper.get("/entry/held.json")
        assert held.status_code == 200
        assert "Station Road" not in held.text
        assert (await keeper.get("/entry/change/access")).status_code == 200
