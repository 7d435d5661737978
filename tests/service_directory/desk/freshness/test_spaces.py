"""Free places are counts of a day: stewards see how old each is, and what no longer means anything."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from service_directory.desk.spaces import free_places
from tests.service_directory.desk.freshness.conftest import HEARD, World, noon


async def test_stewards_see_free_places_with_their_age_the_latest_first(world: World) -> None:
    checked = date(2026, 2, 28)
    refuge: dict[str, Any] = {"accommodation": True, "needs": ["talk"]}
    men = {"for": "men", "available": 2, "of": 6, "checked": checked, "checked_by": "duty desk"}
    old = {"for": "anyone", "available": 1, "checked": checked - timedelta(days=6)}
    await world.add("leeds-rooms", name="Leeds Rooms", spaces=[men], **refuge)
    await world.add("york-rooms", name="York Rooms", spaces=[old, {"for": "men", "available": 0}], **refuge)
    await world.add("leeds-men")
    found = await free_places(world.database, noon(HEARD))
    assert [(one.name, one.unit, one.available, one.days_old, one.fresh) for one in found] == [
        ("Leeds Rooms", "spaces_for_men", 2, 2, True),
        ("York Rooms", "spaces_for_anyone", 1, 8, False),
        ("York Rooms", "spaces_for_men", 0, None, False),
    ]
    assert (found[0].maximum, found[0].checked_on, found[0].checked_by) == (6, checked, "duty desk")
    (one,) = await free_places(world.database, noon(HEARD), "leeds-rooms")
    assert one == found[0]
