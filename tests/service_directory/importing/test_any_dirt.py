"""Whatever stands in a source, reading it ends, raises nothing, and lets nothing in that could do harm."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import phonenumbers
from hypothesis import given, settings
from hypothesis import strategies as st

from service_directory.areas import Areas
from service_directory.hidden_places import looks_like_address
from service_directory.importing.candidates import Reading
from service_directory.importing.making import LONGEST_HELPS, LONGEST_NAME, shown_texts
from service_directory.open_referral.finding import find
from service_directory.open_referral.reading import read
from tests.support.feeds import old_service, service
from tests.support.services import TODAY

AREAS = Areas.load()

_WORDS = st.sampled_from(
    [
        "",
        "null",
        "14 Mill Lane, LS1 6BY",
        "refuge",
        "<b>a</b>",
        "&nbsp;",
        "0113 222 4444",
        "09098790000",
        "2026-99-99",
        "https://",
        "a@b",
        "\u200b",
        "-1",
        "1e999",
        "MO,XX",
        "Ã©",
        "accredited.",
        "x" * 3_000,
    ]
)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | _WORDS | st.text(max_size=20)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "name", "number", "amount", "location", "uri"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        found += paths(inner, (*path, key))
    return found


def spoilt(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    made = copy.deepcopy(value)
    at = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = by
    return made


def reading_of(value: Any) -> Reading:
    return read(find(value, "feed"), source="feed", areas=AREAS, today=TODAY)


def harmless(reading: Reading) -> None:
    for candidate in reading.candidates:
        json.dumps(candidate.as_values())
        assert 0 < len(candidate.name) <= LONGEST_NAME
        assert len(candidate.description) <= LONGEST_HELPS
        assert all(code in AREAS for code in candidate.service_areas)
        for phone in candidate.phones:
            if phone.number.startswith("+"):
                assert phonenumbers.is_valid_number(phonenumbers.parse(phone.number))
        if candidate.staying:
            assert not any(looks_like_address(text) for _, text in shown_texts(candidate))


def _dirt(make: Callable[[], dict[str, Any]]) -> st.SearchStrategy[Any]:
    return st.builds(lambda path, by: spoilt(make(), path, by), st.sampled_from(paths(make())), _VALUES)


@settings(max_examples=120)
@given(_dirt(service) | _dirt(old_service))
def test_a_service_with_any_field_spoilt_is_read_or_rejected(value: Any) -> None:
    reading = reading_of([value])
    harmless(reading)
    assert len(reading.candidates) + len(reading.rejected) == 1


@settings(max_examples=60)
@given(_VALUES)
def test_any_json_at_all_is_read_to_its_end(value: Any) -> None:
    harmless(reading_of(value))
