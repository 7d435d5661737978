"""A made-up directory of any size over the real areas, and questions to put to it. The same each time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from service_directory.areas import NATIONS, UK, Areas, Kind
from service_directory.matching import NEEDS, Entry, Hours, Query
from service_directory.standards import LONDON, Spell, Verdict

TODAY = date(2026, 11, 23)
"""The Monday on which the questions are asked."""

# What services cover, and how many of a hundred do.
_REACH = {"council": 45, "councils": 15, "county": 12, "police": 15, "region": 6, "nation": 4, "kingdom": 3}
_CONTACTS = ("phone", "text", "whatsapp", "webchat", "email", "website")
_LANGUAGES = ("ar", "bn", "cy", "fr", "pa", "pl", "pt", "ro", "so", "ur")


def services(areas: Areas, count: int) -> Iterator[Entry]:
    """So many services as the index knows them. The first thousand of ten thousand are the thousand."""
    draw = random.Random(1)  # noqa: S311
    for number in range(count):
        recorded = TODAY - timedelta(days=draw.randint(0, 170))
        verdict = Verdict(True, who=f"Team {draw.randint(1, 50)}", recorded_on=recorded, basis="verified")
        yield Entry(
            service_id=f"service-{number:06}",
            needs=frozenset(draw.sample(NEEDS, draw.randint(1, 3))),
            areas=frozenset(_covered(areas, draw)),
            men_only=draw.random() < 0.2,
            accommodation=draw.random() < 0.1,
            # One in twelve has lapsed.
            spells=(Spell(recorded, recorded + timedelta(days=draw.randint(150, 500)), verdict),),
            hours=_hours(draw, recorded),
            contacts=frozenset(draw.sample(_CONTACTS, draw.randint(1, 3))),
            languages=frozenset(["en", *draw.sample(_LANGUAGES, draw.choice((0, 0, 1, 2)))]),
            minimum_age=18 if draw.random() < 0.4 else None,
            maximum_age=65 if draw.random() < 0.05 else None,
            checked_on=recorded,
        )


def _covered(areas: Areas, draw: random.Random) -> list[str]:
    reach = draw.choices(list(_REACH), list(_REACH.values()))[0]
    if reach == "kingdom":
        return [UK]
    if reach == "nation":
        return [draw.choice(NATIONS)]
    if reach == "councils":
        beside = areas.councils(areas.chain(draw.choice(_of_kind(areas, "council")))[1])
        return draw.sample(beside, min(len(beside), draw.randint(2, 5)))
    kind: dict[str, Kind] = {"council": "council", "county": "county", "police": "police", "region": "region"}
    return [draw.choice(_of_kind(areas, kind[reach]))]


def _of_kind(areas: Areas, kind: Kind) -> list[str]:
    return [code for code, area in areas.items() if area.kind == kind]


def _hours(draw: random.Random, checked_on: date) -> Hours | None:
    if draw.random() < 0.1:
        return None
    if draw.random() < 0.1:
        return Hours("24/7", checked_on)
    opens, closes = draw.randint(7, 11), draw.randint(15, 22)
    days, quarter, half = draw.choice(("Fr", "Sa", "Su")), draw.choice((0, 15, 30, 45)), draw.choice((0, 30))
    return Hours(f"Mo-{days} {opens:02}:{quarter:02}-{closes:02}:{half:02}; PH off", checked_on)


def questions(areas: Areas, count: int) -> Iterator[Query]:
    """So many questions, most of them about a council, at any moment of the day."""
    draw = random.Random(2)  # noqa: S311
    councils, every = _of_kind(areas, "council"), list(areas)
    for _ in range(count):
        yield Query(
            needs=(draw.choice(NEEDS),),
            area=draw.choice(councils if draw.random() < 0.8 else every),
            at=datetime(TODAY.year, TODAY.month, TODAY.day, draw.randint(0, 23), draw.randint(0, 59), tzinfo=LONDON),
            language=draw.choice((None, None, "pl")),
            contact=draw.choice((None, None, "text")),
            age=draw.choice((None, None, 17, 40)),
        )
