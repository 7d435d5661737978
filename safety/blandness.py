"""First lines that give nothing away.

A phone shows the first forty or so characters of a message to whoever looks at it: on the lock screen, on a
watch, in the list of chats. So every message opens with a line that could be from anyone about anything. A
flow may word its own; `is_bland` is the test that it must pass.
"""

from __future__ import annotations

import re
from typing import Final

from safety.normalising import folded

SHORTEST: Final = 40
"""A lock screen shows about forty characters: a shorter line would leave room for what comes after it."""
LONGEST: Final = 70

OPENING: Final = "Thanks for your message. The reply is below."
CARD: Final = "Here is one of the results from your search."
CONTINUED: Final = "This carries on from the message just above."
WAITING: Final = "Sorry about the wait. Tap below to carry on."
RETURNING: Final = "Welcome back. Tap below when you are ready."


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Whole words, folded. A word is here when a partner who reads it over his shoulder would ask what it is
# about.
_TELLING_WORDS = _words(
    """
    men mens man mans male males wife wifes husband partner partners ex exs girlfriend boyfriend gf bf missus
    spouse hit hits hitting beat beaten beating kick punch slap bruise bruised injury injured wound wounded blood
    weapon knife kill killed killing die died dying dead death stop exit quit leave leaves leaving left flee
    escape escaping hide hiding refuge refuges shelter shelters cop cops court courts crime crimes report reported
    solicitor solicitors lawyer lawyers injunction divorce custody rape raped sex sexual fear fears afraid scary
    frightened worry worried alone lonely ashamed shame trauma helpline helplines help helps helped helping
    hotline lifeline lifelines support supports supported counselling counsellor charity advice adviser crisis
    emergency emergencies risk risks harm harmed harms control controls controlled controlling stalk stalked
    stalking stalker jealous cheating affair mankind samaritans shout calm galop dyn safelives safeline hourglass
    childline nspcc nexus amis respect secret secrets private privacy anonymous confidential
    """
)
# Beginnings of words: "abuse", "abusive", "abuser" ...
_TELLING_STEMS = (
    "abus",
    "assault",
    "bully",
    "bullie",
    "coerc",
    "danger",
    "disclos",
    "domestic",
    "helplin",
    "hurt",
    "perpetrat",
    "police",
    "safe",
    "safeguard",
    "scare",
    "strang",
    "suicid",
    "surviv",
    "threat",
    "unsafe",
    "urgent",
    "victim",
    "violen",
    "vulnerab",
)
_WORD = re.compile(r"[^\W_]+")
_ORDINARY_SIGNS = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ0-9 ,.!?'’:;()–—-]+")
_NUMBERLIKE = re.compile(r"\d[\d \-]{1,}\d")


def is_bland(line: str) -> bool:
    """Whether a line may be the first of a message: one line of 40 to 70 ordinary characters, no long number,
    and no word that tells what the conversation is about."""
    if not SHORTEST <= len(line) <= LONGEST or line != line.strip():
        return False
    if not _ORDINARY_SIGNS.fullmatch(line) or _NUMBERLIKE.search(line):
        return False
    words = _WORD.findall(folded(line))
    return bool(words) and not any(word in _TELLING_WORDS or word.startswith(_TELLING_STEMS) for word in words)
