"""The index and the store are asked the same rule: whatever the directory holds, they answer alike."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from service_directory.areas import UK, Areas
from service_directory.matching import NEEDS, Query, match
from service_directory.store import Directory
from tests.support.services import LEEDS, NOON, TODAY, written, written_attestations, written_service

AREAS = Areas.load()
NEAR = st.integers(min_value=-4, max_value=4).map(lambda number: TODAY + timedelta(days=number))
PAST = st.integers(min_value=0, max_value=4).map(lambda number: TODAY - timedelta(days=number))


@st.composite
def services(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to four services written by a steward, many with something in the way of showing them."""
    return [
        written_service(
            f"s{number}",
            status=draw(st.sampled_from(["open", "open", "open", "paused"])),
            serves_men=draw(st.sampled_from(["men_only", "all", "women_only"])),
            perpetrator_service=draw(st.sampled_from([False, False, False, True])),
            areas=draw(st.lists(st.sampled_from([LEEDS, UK]), min_size=1, max_size=2, unique=True)),
            suspensions=draw(st.lists(st.fixed_dictionaries({"from": NEAR}), max_size=1)),
            attestations=[
                *written_attestations(valid_until=draw(st.sampled_from([TODAY, date(2027, 3, 1)]))),
                *draw(st.lists(st.sampled_from(written_attestations(decided=TODAY, outcome="not_met")), max_size=1)),
            ],
            contacts=[
                {"kind": "phone", "value": "0113 222 4444", "checked": draw(PAST) - timedelta(days=draw(AGES))},
            ],
        )
        for number in range(draw(st.integers(min_value=1, max_value=4)))
    ]


AGES = st.sampled_from([0, 181])


@settings(max_examples=15, deadline=None)
@given(services(), st.integers(min_value=-3, max_value=6))
def test_what_matching_finds_is_exactly_what_may_be_shown(written_services: list[dict[str, Any]], later: int) -> None:
    asyncio.run(_agree(written_services, later))


async def _agree(written_services: list[dict[str, Any]], later: int) -> None:
    directory = await Directory.open("sqlite://")
    try:
        report = await directory.load_document(written(*written_services), at=NOON, who="Sam", why="test", apply=True)
        assert report.rejected == ()
        moment = NOON + timedelta(days=later)
        index = await directory.index(AREAS, TODAY - timedelta(days=5))
        matches = match(index, Query(NEEDS, LEEDS, moment), limit=10)
        shown = await directory.still_shown([one["id"] for one in written_services], moment)
    finally:
        await directory.close()
    assert {one.service_id for one in matches.signposts} == set(shown)
    for signpost in matches.signposts:
        view = shown[signpost.service_id]
        reasons = {reason.key for reason in signpost.reasons}
        assert ("why_open" in reasons) == view.opening.is_open
        assert ("why_men_only" in reasons) == (view.serves_men == "men_only")
        verdict = index[signpost.service_id].verdict(moment.date())
        assert verdict is not None
        assert (verdict.who, verdict.recorded_on) == (view.recorded_by, view.recorded_on)
