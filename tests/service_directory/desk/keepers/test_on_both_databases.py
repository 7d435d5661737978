"""What the services' pages write is written in SQLite and in PostgreSQL alike."""

from __future__ import annotations

from pathlib import Path

from tests.service_directory.desk.keepers.conftest import ROOM
from tests.service_directory.desk.keepers.test_standards import everything
from tests.support.desk import desk_world
from tests.support.keeping import filled, words


async def test_a_service_does_all_that_it_can(tmp_path: Path, directory_url: str) -> None:
    async with desk_world(tmp_path, url=directory_url) as world:
        keeper = await world.as_keeper(ROOM)
        await keeper.post("/entry/still-right")
        await filled(keeper, "/entry/change/about", {"alert": "Closed on Friday"})
        await filled(keeper, "/entry/change/hours", {"Sa-state": "times", "Sa-from-0": "9", "Sa-until-0": "noon"})
        await filled(keeper, "/entry/change/reach", {"contacts-0-label": "Office", "contacts-2-gone": "y"})
        assert (await keeper.post("/entry/send")).status_code == 303
        (sent,) = await world.desk.proposals.of_service(ROOM)
        await world.desk.proposals.approve(sent.number, who="Sam Steward", at=world.clock())
        shown = (await world.desk.directory.still_shown([ROOM], world.clock()))[ROOM]
        assert [contact.label for contact in shown.contacts] == ["Office", ""]
        await filled(keeper, "/entry/close", {"how": "good"})
        await keeper.post("/entry/open-again")
        await filled(keeper, "/entry/standards/AE", {**everything(), "send": "1"})
        await keeper.post("/entry/standards/AE/take-back")
        await filled(keeper, "/entry/colleagues", {"email": "new@lantern.org.uk"})
        assert "new@lantern.org.uk" in words(await keeper.get("/entry/held"))
        assert "Closed on Friday" in words(await keeper.get("/entry/held"))
