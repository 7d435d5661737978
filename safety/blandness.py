"""First lines that give nothing away.

A phone shows the first forty or so characters of a message to whoever looks at it: on the lock screen, on a
watch, in the list of chats. So every message opens with a line that could be from anyone about anything. A
flow may word its own; `is_bland` is the test that it must pass.
"""

from __future__ import annotations

import re
from functools import lru_cache
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
_ORDINARY_SIGNS = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿŴŵŶŷ0-9 ,.!?'’:;()–—-]+")
_NUMBERLIKE = re.compile(r"\d[\d \-]{1,}\d")


@lru_cache(maxsize=1024)  # the lines of flows; nobody's own words come here
def is_bland(line: str, language: str = "") -> bool:
    """Whether a line may be the first of a message: one line of 40 to 70 ordinary characters, no long number,
    and no word that tells what the conversation is about.

    `language` is the code of a further language whose telling words count beside the English ones, one of JUDGED. In
    any other, only what would be telling in English can be told.
    """
    if not SHORTEST <= len(line) <= LONGEST or line != line.strip():
        return False
    if not _ORDINARY_SIGNS.fullmatch(line) or _NUMBERLIKE.search(line):
        return False
    return bool(_WORD.search(folded(line))) and telling_word(line, language) is None


def telling_word(line: str, language: str = "") -> str | None:
    """The first word of a line that tells what the conversation is about, as it is written; None where none does.

    What is only a word once its letters are brought together ("H U R T") is named as it is read. `language` as for
    `is_bland`.
    """
    words: list[str] = _WORD.findall(folded(line))
    telling = next((word for word in words if _tells(word, language)), None)
    if telling is None:
        return None
    written: list[str] = _WORD.findall(line)
    return next((word for word in written if folded(word) == telling), telling)


def _tells(word: str, language: str) -> bool:
    if word in _TELLING_WORDS or word.startswith(_TELLING_STEMS):
        return True
    telling, stems = _FURTHER.get(language, (frozenset(), ()))
    return word in telling or word.startswith(stems)


# --- Welsh -----------------------------------------------------------------------------------------------------
# A draft, like the Welsh catalogue: nobody who works in Welsh has reviewed it. Words are folded (no accents). What is
# an everyday word as well is left out, such as "unig" (lonely, or only) and "cyn" (ex, or before).

_WELSH_WORDS = """
    dyn dynion gwr gwyr gwraig gwragedd partner partneriaid cariad priod cyngariad taro curo cicio clais cleisiau
    gwaed arf arfau cyllell lladd marw gadael gadewch dianc ffoi cuddio lloches llys llysoedd drin llinell help elusen
    cymorth cyngor argyfwng ofn ofnus poeni rheoli risg stelcian brys gwaharddeb ysgariad tagu
"""
_WELSH_STEMS = """
    trais treis camdrin heddlu diogel perygl niwed niweid anaf brifo trosedd cyfreith rhywiol trawma cywilydd cefnog
    helpu hunanladd bygwth bygyth dioddef goroes cyfrinach preifat dienw cenfigen cyfrin
"""
# How the beginning of a Welsh word changes by what stands before it: "trais", "drais", "nhrais", "thrais".
_MUTATIONS = {
    "ll": ("l",),
    "rh": ("r",),
    "p": ("b", "mh", "ph"),
    "t": ("d", "nh", "th"),
    "c": ("g", "ngh", "ch"),
    "b": ("f", "m"),
    "d": ("dd", "n"),
    "g": ("", "ng"),
    "m": ("f",),
}


def _mutated(words: str) -> frozenset[str]:
    """Every word as it is written and as it can begin after other words."""
    forms = set(words.split())
    for word in words.split():
        beginning = next((letters for letters in _MUTATIONS if word.startswith(letters)), None)
        # "ch", "dd", "th" and so on are letters of their own, which do not change.
        if beginning is not None and not word.startswith(("ch", "dd", "ff", "ng", "ph", "th")):
            forms.update(changed + word.removeprefix(beginning) for changed in _MUTATIONS[beginning])
    return frozenset(forms)


_FURTHER: Final = {"cy": (_mutated(_WELSH_WORDS), tuple(_mutated(_WELSH_STEMS)))}
JUDGED: Final = frozenset(_FURTHER)
"""The languages besides English in which a first line can be judged."""
