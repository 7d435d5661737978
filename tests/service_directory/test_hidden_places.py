from __future__ import annotations

import pytest

from service_directory.hidden_places import looks_like_address


@pytest.mark.parametrize(
    "text",
    [
        "Come to 12 Station Road, ring first",
        "We are at 12a, Old Mill Lane.",
        "14 st james's street",
        "27 high street",
        "the house in Marlborough Terrace",
        "1 The Avenue",
        "Flat 3, top floor",
        "flat no. 12",
        "unit 7",
        "LS1 4AP",
        "ls14ap",
        "postcode ls1\u00a04ap",
        "L\u200bS1 4A\u200bP",
        "EC1A 1BB",
        "Ffordd Penlan",
        "53.79648, -1.54785",
        "///filled.count.soap",
        "３２ Church Road",
        "8 Rose Court",
        "Bradford Rd, the blue door",
        "LS1-4AP",
        "apt 4",
        "Suite 12, first floor",
        "P.O. Box 112",
        "PO Box 7",
        "what3words: filled.count.soap",
        "53.79648 -1.54785",
        "53.79648° N, 1.54785° W",
        "SE 203 455",
        "SE2034545512",
        "9C5W6F34+Q2",
        "see https://maps.app.goo.gl/abc",
        "https://www.google.co.uk/maps/place/x",
        "12-station-road",
        "https://refuge.org.uk/12-station-road",
        "https://refuge.org.uk/find?postcode=LS1%204AP",
        "station.road.12.ls14ap@refuge.org.uk",
    ],
)
def test_what_would_lead_to_a_door_is_noticed(text: str) -> None:
    assert looks_like_address(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A room of your own, 24 hours a day.",
        "Rooms for 12 men and their children, in Yorkshire.",
        "Open 9 to 5, 7 days a week. Most men stay 6 months.",
        "They ask where you should not be placed.",
        "A place in the LS area of Leeds",
        "Sons up to 17 and daughters can come. 3 flats are step-free.",
        "Call 0113 496 0305 on the way; the way in is not told.",
        "24/7 helpline; 2 houses and 14 places in all.",
        "Help on the road to a place of your own.",
        "https://www.leeds-mens-line.org.uk/how-we-help",
        "leeds-mens-line-2",
        "hello@leedsmen.org.uk",
        "+441132224444",
        "2026-11-02",
        "Mo-Fr 09:00-17:00; PH off",
        "Plots of the year; unit costs; flat fees.",
        "NHS 111 or 999",
    ],
)
def test_ordinary_words_about_a_place_to_stay_are_left_alone(text: str) -> None:
    assert looks_like_address(text) is None
