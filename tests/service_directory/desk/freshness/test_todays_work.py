"""What no letter can ask stands on the stewards' page of today's work."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.support.desk import desk_world
from tests.support.services import written, written_service


async def test_a_silent_service_without_an_address_is_todays_work_until_it_has_one(tmp_path: Path) -> None:
    silent = written(written_service(assured=date(2026, 8, 1)))
    async with desk_world(tmp_path, document=silent) as desk:
        sam = await desk.as_steward()
        today = (await sam.get("/today")).text
        assert "Services with no address to ask" in today
        assert "Nobody said since 1 August 2026 that its entry is still right" in today
        assert "/desk/services/leeds-men/keepers" in today
        await sam.post("/services/leeds-men/keepers", {"email": "sam@leedsmen.org.uk"})
        assert "Services with no address to ask" not in (await sam.get("/today")).text
