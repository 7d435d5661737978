"""Email addresses and the names that people go by on networks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from safety.identity.reading import Reading, listed
from safety.identity.vocabulary import is_ordinary, is_service

# --- email -----------------------------------------------------------------------------------------------------------

_PROVIDERS = (
    "g ?mail|google ?mail|hot ?mail|outlook|yahoo|y ?mail|i ?cloud|live|msn|me|btinternet|btopenworld|"
    "talk ?talk|aol|sky|"
    "virginmedia|ntlworld|proton ?mail|proton|pm|mail|gmx|tutanota|duck|wp|o2|onet|interia|fastmail|zoho"
)
_ENDINGS = (
    "com|net|org|info|biz|co|uk|gov|ac|nhs|ltd|me|io|eu|ie|scot|wales|cymru|london|pl|ro|lt|lv|pt|es|fr|de|it|nl|be|in|"
    "pk|bd|ng|gh|za|ru|ua|tr|us|ca|au|nz|email|mail|online|app|dev|xyz|club|live"
)
_DOT = r"(?: ?\. ?| ?[\[({] ?(?:dot|\.) ?[\])}] ?| dot )"
_AT = re.compile(r"(?<=[\w.+'\-])(?: ?[\[({] ?(?:at|@) ?[\])}] ?| ?@ ?| at )(?=\w)", re.I)
_BEFORE = re.compile(r"(?<![\w.+'\-])[\w.+'\-]++$")
# What stands before the @ of an address whose ending is missing: no word, as in "her@work".
_LOCAL_PART = re.compile(r"[a-z][\w\-]{0,62}[._\d][\w\-]{0,62}$", re.I)
_LONGEST_LOCAL_PART = 64
_DOMAIN = re.compile(rf"[\w\-]{{1,63}}(?:{_DOT}[\w\-]{{1,63}}){{0,3}}{_DOT}(?P<ending>[a-z]{{2,12}})(?![\w@])", re.I)
_PROVIDER = re.compile(
    rf"(?:{_PROVIDERS})(?:{_DOT}| )(?:{_ENDINGS})\b|(?:g ?mail|hot ?mail|outlook|yahoo|i ?cloud)\b", re.I
)
_KNOWN_ENDING = re.compile(rf"(?:{_ENDINGS})$", re.I)
_DOT_WITHIN = re.compile(_DOT)
_SAID_DOT = re.compile(r" dot |[\[({]", re.I)


def has_email(reading: Reading) -> bool:
    """An email address, also spaced, with "(at)", or spelled out: "dave at gmail dot com"."""
    if "@" not in reading.text and "at" not in reading.vocabulary:
        return False
    return any(_is_email(reading.text, at) for at in _AT.finditer(reading.text))


def _is_email(text: str, at: re.Match[str]) -> bool:
    sign = at[0].strip().casefold()
    provider = _PROVIDER.match(text, at.end())
    domain = _DOMAIN.match(text, at.end())
    if sign == "at":
        # "Look at shelter.org.uk", "on my laptop at yahoo": a word before it, and nothing spelled out after it.
        spelled = domain is not None and _SAID_DOT.search(domain[0]) and _KNOWN_ENDING.match(domain["ending"])
        if provider is not None and _DOT_WITHIN.search(provider[0]):
            return True
        if not spelled:
            return False
        before = _BEFORE.search(text[max(0, at.start() - _LONGEST_LOCAL_PART) : at.start()])
        return before is not None and not is_ordinary(before[0])
    if provider is not None:
        return True
    if domain is None:
        return (
            at[0] == "@" and _LOCAL_PART.search(text, max(0, at.start() - _LONGEST_LOCAL_PART), at.start()) is not None
        )
    return at[0] == "@" or _KNOWN_ENDING.match(domain["ending"]) is not None


# --- handles ---------------------------------------------------------------------------------------------------------

_HANDLE = re.compile(r"(?<![\w@.])@(?P<name>[A-Za-z_][\w.]{2,31})")
_NETWORK = (
    r"(?:insta(?:gram)?|ig|snap(?:chat)?|telegram|tg|twitter|facebook|face ?book|fb|messenger|discord|tik ?tok|reddit|"
    r"signal|kik|skype|you ?tube|twitch|steam|psn|ps[45n]|xbox(?: live)?|gamer ?tag|linked ?in|threads|"
    r"blue ?sky|grindr|"
    r"tinder|hinge|bumble|whats ?app|vinted|ebay|paypal|monzo)"
)
_NAMED = r"(?:user ?name|user|name|handle|id|tag|account|acc|profile|at|@)"
_NETWORKS: Final = listed(
    """
    insta instagram ig snap snapchat telegram tg twitter facebook face fb messenger discord tik tiktok reddit signal
    kik skype you youtube twitch steam psn ps xbox gamer gamertag linked linkedin threads blue bluesky grindr tinder
    hinge bumble whats whatsapp vinted ebay paypal monzo
    """
)
_AFTER_NETWORK = re.compile(
    rf"{_NETWORK}\b(?P<owned>(?: {_NAMED}){{0,2}}(?: me)?"
    rf"(?: is| as| under| at|'s|s)?(?:,? (?:it'?s|it is|that'?s|i'?m|i am|called|as|by))? ?[:=\-]? ?)"
    rf"(?P<sign>@? ?)(?P<name>[\w.\-#]{{3,36}})",
    re.I,
)
_NAMED_WORDS: Final = listed("user username handle gamer gamertag screen screenname my")
_AFTER_NAMED = re.compile(
    r"(?:user ?name|handle|gamer ?tag|screen ?name|my @)(?: (?:is|was)|'s|:| =)? ?@?(?P<name>[\w.\-#]{3,36})", re.I
)
# "Daz the plasterer 03, no spaces": how it is written is said of nothing but a name on a network.
_HOW_IT_IS_WRITTEN = re.compile(
    rf"{_NETWORK}\b[^\n]{{1,60}}?(?:\bunder ?score\b|\b(?:no|without(?: any)?) (?:spaces?|gaps?)\b|\ball one word\b)",
    re.I,
)
_WRITING: Final = listed("underscore score space spaces gap gaps word")
_ON_REDDIT = re.compile(r"u/(?!turn)(?P<name>[\w\-]{3,30})", re.I)
_BEFORE_NETWORK = re.compile(r"(?<![\w.])(?P<name>[\w.\-#]{3,36}) on (?:my |the )?$")
_OWNED = re.compile(r"\b(?:my|his|her|their|shes?|hes?) (?:own |other |new |old )?$", re.I)
_STRANGE = re.compile(r"[a-z]\d|[a-z]_|_[a-z]|\w\.\w|\w[#\-]\d|[a-z][A-Z]")


_PROFILE = re.compile(
    r"(?<![\w.])(?:www\.)?(?:twitter|x|facebook|fb|instagram|tiktok|t|snapchat|linkedin|youtube|reddit)\.(?:com|me)/"
    r"(?:(?:in|u|user|add|channel)/)?@?[\w.\-]{3,40}",
    re.I,
)


def has_handle(reading: Reading) -> bool:
    """An @handle, or after the name of a network what can be no word: "my insta is lee_1992"."""
    text = reading.text
    if "@" in text and any(_is_handle(match["name"]) for match in _HANDLE.finditer(text)):
        return True
    if "/" in text and _PROFILE.search(text):
        return True
    if "/" in text and any(not is_ordinary(match["name"]) for match in reading.found(_ON_REDDIT, ("u",))):
        return True
    if not reading.vocabulary.isdisjoint(_WRITING) and any(reading.found(_HOW_IT_IS_WRITTEN, _NETWORKS)):
        return True
    if any(_is_strange(match["name"]) for match in reading.found(_AFTER_NAMED, _NAMED_WORDS)):
        return True
    if any(_is_strange(match["name"]) for start in reading.starts(_NETWORKS) for match in _named_before(text, start)):
        return True
    return any(_is_name_on(text, match) for match in reading.found(_AFTER_NETWORK, _NETWORKS))


def _named_before(text: str, network: int) -> Iterator[re.Match[str]]:
    """ "lee_1992 on insta"."""
    return _BEFORE_NETWORK.finditer(text, max(0, network - 40), network)


def _is_handle(name: str) -> bool:
    """After an @, anything but a place ("@work") and those whom everybody may name."""
    name = name.rstrip("._").casefold()
    return not (is_ordinary(name) or is_service(name) or name.endswith("bot"))


def _is_strange(name: str) -> bool:
    """Is it written as no word is: with digits, underlines, dots or capitals within?"""
    name = name.rstrip(".-_#")
    return _STRANGE.search(name) is not None and not _KNOWN_ENDING.fullmatch(
        name.rpartition(".")[2] if "." in name else ""
    )


def _is_name_on(text: str, match: re.Match[str]) -> bool:
    if _is_strange(match["name"]):
        return True
    says_which = bool(match["owned"].strip(" ")) and match["owned"].strip() not in ("s", "'s", "-")
    owned = _OWNED.search(text[max(0, match.start() - 16) : match.start()])
    name = match["name"].rstrip(".-_#")
    if is_ordinary(name) or not owned:
        return False
    return "@" in match["sign"] or (says_which and len(name) > 3)
