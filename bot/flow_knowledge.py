"""What the flows may name and must not say: the one place where the rooms tell dialogs about each other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial

from bot import turns
from bot.page_words import PAGE
from dialogs.known import Known, LifelineFacts
from safety.blandness import JUDGED, is_bland, telling_word
from safety.leaving import is_leaving
from safety.lifelines import Lifeline, Lifelines
from safety.speech import ENGLISH, filled

_EMERGENCY_NUMBERS = frozenset({"999", "112"})
# What calls for each answer, as replays of faults have it: a button's label, or words that are screened as this danger.
_WAYS_IN = {
    turns.URGENT_LABEL: ENGLISH.urgent,
    turns.PRIVACY_LABEL: "/privacy",
    "suicide": "I want to end my life",
    "child_risk": "she hits my kids",
    "sexual_violence": "she raped me",
    "strangulation": "She strangled me",
    "perpetrator_self_disclosure": "I hurt my partner",
    "immediate_danger_asked": "I'm too scared to go home",
    "strangulation_asked": "I couldn't breathe when he was on me",
    "suicide_asked": "What's the point anymore",
    "child_risk_asked": "My child is being hurt",
    "sexual_violence_asked": "Sexual assault",
    "perpetrator_self_disclosure_asked": "I hit her",
}
# Made once, so that what is known is equal each time that it is asked for.
_BLAND_IN = {language: partial(is_bland, language=language) for language in JUDGED}
# Lines are worded by the hour and the day of the week; one week shows every wording.
_A_WEEK = [datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hour) for hour in range(7 * 24)]


@lru_cache(20_000)
def _leaves(words: str) -> bool:
    # It may be remembered, for only what editors wrote is asked here, most of it again in every version.
    return is_leaving(words)


@lru_cache(1_000)
def _longest(line: Lifeline) -> int:
    return max(len(line.line(at)) for at in _A_WEEK)


def known(lifelines: Lifelines, *, today: date | None = None) -> Known:
    """What flows are checked against. Without `today` nothing is judged by the calendar."""
    longest = {line.key: _longest(line) for line in lifelines.lines()}
    # A line that is closed for now is told by its name, and one that answers at any hour in its place.
    instead = "x" * max(longest[line.key] for line in lifelines.lines() if line.any_hour)
    for line in lifelines.can_be_closed():
        told = filled(ENGLISH.closed, name=line.name, instead=instead)
        longest[line.key] = max(longest[line.key], len(told))
    facts = {
        line.key: LifelineFacts(line.any_hour, line.number in _EMERGENCY_NUMBERS, longest[line.key])
        for line in lifelines.lines()
    }
    any_hour = LifelineFacts(
        always_open=True, emergency=False, longest=max(longest[key] for key, fact in facts.items() if fact.always_open)
    )
    return Known(
        lifelines={**facts, "any_hour": any_hour},
        labels=turns.LABELS,
        asides=turns.ASIDES,
        bland=is_bland,
        telling=telling_word,
        leaves=_leaves,
        urgent=turns.URGENT_LABEL,
        today=today,
        bland_in=_BLAND_IN,
        around={**ENGLISH.named(), **lifelines.own_words(), **PAGE},
        commands=(turns.PRIVACY_LABEL,),
        ways_in=_WAYS_IN,
        read_elsewhere=(turns.KEEPS,),
    )
