"""Words that point to one person: names with a cue, addresses, full postcodes, email addresses and handles.

Every pattern is bounded, so that each takes time linear in the text.
"""

from __future__ import annotations

import re
from typing import Final

_EMAIL = re.compile(r"[\w.+'-]{1,64} ?(?:@|\(at\)|\[at\]) ?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_EMAIL_SAID = re.compile(
    r"\b[\w.+-]{2,64} at (?:g ?mail|hotmail|outlook|yahoo|icloud|live|btinternet|aol|sky)"
    r"(?: dot |\.)(?:com?|net|co\.?uk)\b",
    re.I,
)


def has_email(text: str) -> bool:
    """An email address, also with "(at)" or spelled "dave at gmail dot com"."""
    return bool(_EMAIL.search(text) or _EMAIL_SAID.search(text))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A name stands after a cue that only a name follows, or with a capital after a cue that much else can follow:
# "I'm Dave", but not "I'm Scottish" and not "I'm at home".
_NAME = r"[A-Z][a-zà-öø-ÿ]+(?:['-][A-Z]?[a-zà-öø-ÿ]+){0,3}"
_CUED = re.compile(
    r"\b(?:(?:my|his|her|their) (?:full |first |last |sur|real |proper )?name(?:'s| is|s| was| =|:)|the name'?s|"
    r"(?:i am|i'm|im|she is|she's|shes|he is|he's|hes) (?:called|named)|call me|known as|"
    r"(?:son|daughter|wife|husband|partner|ex|girlfriend|boyfriend|brother|sister|kid|boy|girl|baby)"
    r"(?:'s|s|,)? (?:is )?(?:called|named)|signed,|yours,|regards,?|surname(?: is|:)?|name:)"
    r" ?(?P<name>[^\W\d_][\w'-]+)",
    re.I,
)
_CUED_WITH_CAPITAL = re.compile(
    r"\b(?:[Ii] am|[Ii]'m|[Ii]m|I'M|IM|[Tt]his is|[Ii]t'?s|Mr|Mrs|Ms|Miss|Dr|PC|DC|Sgt|"
    r"[Mm]y (?:wife|husband|partner|ex|son|daughter|brother|sister|girlfriend|boyfriend|mate|boss))\.? "
    rf"(?P<name>{_NAME})"
)
_NO_NAMES: Final = _words(
    """
    not a an the in on at so very just really too also from being going feeling trying looking writing asking here
    there home ok okay fine good bad scared afraid tired sad angry lost done sorry sure unsure worried gay bi
    straight trans single married divorced british english scottish welsh irish polish indian pakistani bangladeshi
    african caribbean asian muslim christian hindu sikh jewish catholic protestant deaf disabled autistic northern
    european romanian nigerian american german french italian spanish chinese turkish kurdish arab iranian albanian
    ukrainian russian portuguese monday tuesday wednesday thursday friday saturday sunday january february march
    april may june july august september october november december christmas easter england scotland wales ireland
    britain london manchester leeds glasgow edinburgh cardiff belfast birmingham liverpool bristol sheffield
    newcastle nottingham leicester swansea samaritans shout calm galop mankind refuge shelter childline police
    facebook whatsapp telegram google instagram private anonymous secret no none nobody unknown confidential
    important kept needed it names useless stupid worthless and but or my your his her their me you him them what
    that this i we they he she am is are was were
    """
)


def has_name(text: str) -> bool:
    """A name with a cue: "my name is", "call me", "Mrs Patel", "I'm Dave Jones"."""
    found = (match["name"].casefold() for cue in (_CUED, _CUED_WITH_CAPITAL) for match in cue.finditer(text))
    return any(name not in _NO_NAMES for name in found)


_STREET = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|close|drive|dr|way|court|ct|crescent|cres|terrace|place|pl|gardens|gdns|"
    r"grove|square|sq|hill|row|mews|park|walk|view|rise|green|parade|wynd|vennel|brae|loan|quay|gate|heights|villas|"
    r"house|tower|flats)"
)
_ADDRESSES: Final = (
    re.compile(rf"\b\d{{1,4}}[a-z]?,? (?:[a-z][a-z'-]{{0,30}},? ){{1,3}}{_STREET}\b", re.I),
    re.compile(rf"\b(?:flat|apartment|apt) (?:\d{{1,4}}[a-z]?|[a-z]\d{{0,2}}),? (?:\d|[a-z]+ {_STREET}\b)", re.I),
    re.compile(r"\b(?:live|living|stay|staying|address is|address:) (?:(?:at|on|in) )?\d{1,4}[a-z]? [a-z]{3,}", re.I),
)
# A number of something: "3 times in the street", "in 1 bedroom".
_QUANTITY = re.compile(
    r"\D*\d{1,4} (?:(?:year|yr|month|week|day|hour|min|minute|mile|kid|time|bed|bedroom|pound)s?|child|children|people|"
    r"of|or|and|in|to|a|am|pm|quid|more|different|other)\b",
    re.I,
)


def has_address(text: str) -> bool:
    """A number and a street, a flat and a number or house, or a number after "I live at"."""
    return any(not _QUANTITY.match(match[0]) for pattern in _ADDRESSES for match in pattern.finditer(text))


POSTCODE: Final = re.compile(
    r"(?<![A-Za-z0-9])"
    r"(?P<outward>[A-PR-UWYZ][A-HK-Y]?[0-9][0-9]?|[A-PR-UWYZ][A-HK-Y]?[0-9][A-HJKMNPR-Y]|GIR ?0AA)"
    r"[ \n,-]{0,2}(?P<inward>[0-9][ABD-HJLNP-UW-Z]{2})(?![A-Za-z0-9])",
    re.I,
)
"""The whole of a postcode, spaced in any way, with only those letters that postcodes use in each place."""


def has_postcode(text: str) -> bool:
    """A full postcode. The first half alone is no detail: it is what he is asked for."""
    return POSTCODE.search(text) is not None


_HANDLE = re.compile(r"(?<![\w@.])@[A-Za-z][\w.]{2,31}")
_HANDLE_CUED = re.compile(
    r"\b(?:insta(?:gram)?|ig|snap(?:chat)?|telegram|twitter|facebook|fb|discord|tiktok|user ?name|handle)"
    r"(?: (?:name|user|username|handle|id))?(?: is|'s|:| =) ?@?(?=[\w.]{0,31}[\d_.])[\w.]{3,32}",
    re.I,
)


def has_handle(text: str) -> bool:
    """An @handle, or a name with digits, dots or underlines after the name of a network."""
    return bool(_HANDLE.search(text) or _HANDLE_CUED.search(text))
