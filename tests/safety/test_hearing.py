"""Of the phrases found, those count that no idiom covers and no "not" turns round."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safety.hearing import Meaning, heard_among
from safety.phrases import BOUNDARY, Hit

DANGER = Meaning("immediate_danger", "interrupt", False, ("danger",))
QUESTION = Meaning("suicide", "ask", False, ("question",))
WHOLE = Meaning("suicide", "ask", False, ("whole",), alone=True)
IDIOM = Meaning(None, "except", False)
IDIOM_OF_DANGER = Meaning("immediate_danger", "except", False)
LONG_AGO = Meaning(None, "softens", False, ("long ago",))
NOTS, BETWEEN = {"not"}, {"i", "want"}

words = st.lists(st.sampled_from(["not", "i", "want", "knife", "cake", BOUNDARY]), min_size=1, max_size=12)


@st.composite
def found(draw: st.DrawFn) -> tuple[list[str], list[Hit[Meaning]]]:
    said = draw(words)
    places = st.tuples(st.integers(0, len(said) - 1), st.integers(1, 3))
    meanings = st.sampled_from([DANGER, QUESTION, WHOLE, IDIOM, IDIOM_OF_DANGER, LONG_AGO])
    drawn = draw(st.lists(st.tuples(places, meanings), max_size=8))
    hits = [Hit(start, min(start + length, len(said)), meaning) for (start, length), meaning in drawn]
    return said, sorted(hits, key=lambda hit: hit.end)


@given(found())
def test_what_is_heard_is_what_the_rules_say_word_by_word(case: tuple[list[str], list[Hit[Meaning]]]) -> None:
    said, hits = case

    assert heard_among(hits, said, nots=NOTS, between=BETWEEN) == [
        softened(hit, hits, said)
        for hit in hits
        if hit.payload.met != "except"
        and not (hit.payload.alone and (hit.start, hit.end) != (0, len(whole(said))))
        and not any(covers(other, hit) for other in hits)
        and not denied(hit, said)
    ]


def whole(said: list[str]) -> list[str]:
    return said[: -1 if said[-1] == BOUNDARY else None]


def covers(cover: Hit[Meaning], hit: Hit[Meaning]) -> bool:
    of_its_kind = cover.payload.label in (None, hit.payload.label)
    shared = set(range(cover.start, cover.end)) & set(range(hit.start, hit.end))
    return cover.payload.met == "except" and of_its_kind and bool(shared)


def denied(hit: Hit[Meaning], said: list[str]) -> bool:
    before = said[: hit.start]
    while before and before[-1] in BETWEEN:
        before.pop()
    return bool(before) and before[-1] in NOTS


def softened(hit: Hit[Meaning], hits: list[Hit[Meaning]], said: list[str]) -> Hit[Meaning]:
    softeners = [other for other in hits if other.payload.met == "softens"]
    near = any(
        BOUNDARY not in said[other.end : hit.start]
        if other.end <= hit.end
        else said[hit.end : other.start].count(BOUNDARY) <= 1
        for other in softeners
    )
    return hit._replace(payload=DANGER._replace(met="ask")) if near and hit.payload == DANGER else hit


def test_where_nothing_was_found_nothing_is_heard() -> None:
    assert heard_among([], [], nots=NOTS, between=BETWEEN) == []
