"""What bears a name and is nobody to be pointed to: people met at work by their first name, animals, pubs, songs.

A name after "is called" or "name is" is that of somebody he lives with more often than not. It is not when it is the
first name of a nurse, or a dog's; and a full name is nobody's when it is a pub's or is on the radio.
"""

from __future__ import annotations

import re
from typing import Final

from safety.identity.reading import listed

_BEARERS: Final = listed(
    """
    worker caseworker officer copper policeman policewoman cop sergeant nurse doctor doc gp consultant surgeon midwife
    paramedic solicitor lawyer barrister judge magistrate teacher headteacher counsellor counselor therapist
    psychologist psychiatrist adviser advisor advocate idva mediator operator handler receptionist volunteer visitor
    clerk agent pharmacist dentist vet
    dog cat puppy pup kitten rabbit hamster horse pony parrot budgie tortoise fish pet pub restaurant cafe shop boat
    ship hotel band song tune album film movie book novel show programme series episode podcast game charity company
    firm app website street town village storm
    """
)
_REACH = 48
_AFTER_BEARERS = re.compile(r",? (?:there|here|now|on the phone|i (?:spoke to|saw|have|had)),? $", re.I)
_LAST_WORD = re.compile(r"[^\W\d_]{1,14}(?:'s)?,? $")
_OF_A_STRANGER = re.compile(
    r"\b(?:woman|man|girl|lad|bloke|guy|someone|somebody|her|his|their) (?:called|named|name)\b", re.I
)
_OF_A_SERVICE = re.compile(
    r" (?:at|from) (?:the |my |our |your )?(?:\w{1,12} )?(?:council|police|police station|hospital|refuge|bank|"
    r"job ?centre|surgery|doctors|gp|charity|citizens advice|social (?:services|work)|housing|helpline|court|dwp|nhs|"
    r"samaritans|mankind|women'?s aid|a&e|clinic|cafcass|shelter)\b",
    re.I,
)
_SHOWN = re.compile(
    r" (?:(?:was|is|came|comes|were) on (?:and\b(?! off)|(?:the )?(?:telly|tv|box|radio|netflix|itv|bbc|iplayer)\b)|"
    r"on (?:the )?(?:telly|tv|radio|netflix|iplayer|spotify|youtube)\b)",
    re.I,
)
_WORK = re.compile(
    r" (?:film|movie|album|song|gig|concert|tour|ticket|documentary|podcast|biography|novel|sitcom|fan)s?\b", re.I
)
_THE = re.compile(r"\b(?:the|th'|t') ?$", re.I)
_HEARD = re.compile(
    r"\b(?i:heard|hear|hearing|watch(?:ed|ing)?|listen(?:ed|ing)? to|sang|sing|singing|play(?:ed|ing|s)?|saw|seen|song|"
    r"film|tune|episode of|repeats? of) (?:[A-Z][\w']{0,12},? ){0,4}$"
)
_HEARD_OF_ANYBODY = re.compile(r"\b(?:heard|hear|watch(?:ed|ing)?|saw|seen|film) I, $", re.I)


def is_name_of_nobody(text: str, cue: re.Match[str], end: int) -> bool:
    """Is the first name that ends here, after "is called" or "name is", of somebody or something that he only meets?"""
    before = text[max(0, cue.start() - _REACH) : cue.start()]
    if _is_bearer(before) or _SHOWN.match(text, end) or _HEARD.search(before):
        return True
    stranger = _OF_A_STRANGER.search(text, max(0, cue.start() - len("somebody ")), cue.end())
    return stranger is not None and _OF_A_SERVICE.match(text, end) is not None


def _is_bearer(before: str) -> bool:
    """Does it end with whom he meets or what is no person: "the nurse", "my dog's", "the policeman there"?"""
    aside = _AFTER_BEARERS.search(before)
    last = _LAST_WORD.search(f"{before[: aside.start()]} " if aside else before)
    word = last[0].rstrip(", ").casefold().removesuffix("'s") if last else ""
    return word in _BEARERS or word.removesuffix("s") in _BEARERS


def is_no_person(text: str, start: int, end: int) -> bool:
    """Is the full name from here to there a pub's ("the Prince Albert") or that of whom everybody hears?"""
    before = text[max(0, start - _REACH) : start]
    if _THE.search(before) or _HEARD_OF_ANYBODY.search(before):
        return True
    return (_SHOWN.match(text, end) or _WORK.match(text, end)) is not None
