"""Who may ask for what."""

from __future__ import annotations

from pathlib import Path

from tests.support.desk import desk_world


async def test_somebody_signed_in_is_greeted_and_may_leave(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        steward = await world.as_steward()
        page = await steward.get("/")
        assert page.status_code in (200, 303)
        left = await steward.post("/sign-out")
        assert left.status_code == 303
        assert "You are signed out." in (await steward.after(left)).text
        assert (await steward.get("/")).headers["location"] == "/desk/sign-in"
