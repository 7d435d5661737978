"""Names of people, by what stands around them.

A name counts when he says that it is one ("my name is", "call me", "his name is"), when he puts it where people put
their names ("Gary here", "- Mark" at the end), when a title or a family name makes it one person's ("Mrs Patel",
"Karen Holt"), and after "I'm" when it is a known first name or can hardly be anything else. The first name of
somebody else alone ("Lisa hit me") does not count: it points to nobody.
"""

from __future__ import annotations

import re
from typing import Final

from safety.identity.addresses import STREETS
from safety.identity.bearers import is_name_of_nobody, is_no_person
from safety.identity.reading import WORD, Reading, listed
from safety.identity.vocabulary import (
    bare,
    has_capital,
    is_family,
    is_given,
    is_given_after_im,
    is_nobody,
    is_ordinary,
    is_said_of_oneself,
    is_unknown,
)

_WORD = re.compile(WORD)
_NEXT = re.compile(rf" ({WORD})")

# After these only a name can come, unless it is a word that we know.
_WHOSE = (
    r"(?:my|me|mi|ma|mah|our|oor|his|her|hers|their|wife'?s|husband'?s|partner'?s|exe?'?s|son'?s|daughter'?s|"
    r"boss'?s?|neighbour'?s)"
)
_WHO = (
    r"(?:i am|i'm|im|she is|she's|shes|he is|he's|hes|is|was|wife|husband|partner|ex|son|daughter|mum|dad|"
    r"brother|sister|"
    r"girlfriend|boyfriend|boss|bloke|lad|man|guy|woman|girl|boy|someone|somebody|kid|baby)"
)
_IS_A_NAME = re.compile(
    rf"(?:{_WHOSE} ?(?:(?:full|first|last|sur|real|actual|legal|proper|middle|given|christian|maiden|nick|"
    rf"user) ?)?names?"
    r"(?:'?s| ?is| was| be| =|:| -|,)? (?:is )?(?:called )?|"
    r"(?:the|full|first|last|sur|real|nick) ?name(?:'?s| is|:| =| -)? |"
    rf"{_WHO} ?(?:called|named) |"
    r"fy enw (?:i )?(?:yw|ydy|ydi|ydyw)? ?|enw: ?|me llamo |mi nombre es |je m'appelle |mein name ist |mam na imi[eę] |"
    r"nazywam si[eę] |ma numesc |numele meu este |mera naam |naam |ismi |mi chiamo |meu nome [eé] |chamo-me )"
    r"(?=[^\W\d_])",
    re.I,
)
_NAME_WORDS: Final = listed(
    """
    myname mynames myname's mynameis hisname hername hisnames hernames hisnameis hernameis imcalled
    my me mi ma mah our oor his her hers their wife's wifes husband's husbands partner's partners ex's exes son's sons
    daughter's daughters boss's neighbour's neighbours the full first last sur surname real nick nickname name
    name's names i i'm im she she's shes he he's hes is was wife husband partner ex son daughter mum dad brother
    sister girlfriend boyfriend boss bloke lad man guy woman girl boy someone somebody kid baby fy enw je mein mam
    nazywam ma numele mera naam ismi meu chamo-me
    """
)
# After these a name can come, and much else.
_CALLS = re.compile(
    r"(?:call me|(?:they|people|everyone|everybody|mates|friends|all) (?:all )?calls? me|know me as|"
    r"known (?:as|to (?:everyone|friends|mates) as)|(?:go|goes|going) by|ask for|answer to|signed|reply to|"
    r"yours(?: (?:truly|faithfully|sincerely))?|(?:fore|sur)?name(?:'?s|s? ?:|s? is| of| ?=| ?-)?)[,:]? (?=[^\W\d_])",
    re.I,
)
_BY_OTHERS = re.compile(r"\b(?:they|people|everyone|everybody|mates|friends|all) (?:all )?calls? me,? $", re.I)
_CALL_WORDS: Final = listed(
    "call they people everyone everybody mates friends all know known go goes going ask answer signed yours reply name "
    "names "
    "name's forename surname"
)
_IS = re.compile(r"(?:ah'?m|a'm|i am|i'm|im|ime|i m|this is|iam|am) (?=[^\W\d_])", re.I)
_IS_WORDS: Final = listed("ah'm ahm a'm i i'm im ime this iam am")
_IT_IS = re.compile(r"(?:it'?s|it is|tis) (?:me,? )?(?=[^\W\d_])", re.I)
_IT_WORDS: Final = listed("it's its it tis")
_FILLER = re.compile(r"(?:just|still|only|also|actually|really|called|again|simply|big|wee|old|little|young),? ", re.I)
_IN_A_HANDLE = re.compile(r"[\d_#@]|\.[^\W\d_]")
_SHORTEST_UNKNOWN = 3
_GREETED = re.compile(r"\b(?:hi|hello|hey|hiya|morning|evening|afternoon)\b", re.I)
_MORE = re.compile(r",? (?:from|and i\b|and i'?m|i'?m|i am|and my|and this|and she|i\b|\d\d\b)", re.I)
_TITLE = re.compile(
    r"(?P<title>mr|mrs|ms|miss|mx|dr|doctor|pc|dc|ds|sgt|sergeant|prof|professor|rev|reverend|sir|constable|wpc|pcso)"
    r"\.? (?:\d{2,6} )?(?=[^\W\d_])",
    re.I,
)
_TITLES: Final = listed(
    """
    mr mrs ms miss mx dr doctor pc dc ds sgt sergeant prof professor rev reverend sir constable wpc pcso
    """
)
_NEED_CAPITALS: Final = listed("miss sir doctor ms ds dc")
_BEFORE_NO_TITLE: Final = listed(
    """
    my the our her his your ur i you we they to really do still will ll gonna does dont don't would d and a an this
    that i'll i'd
    """
)
_GREETING = (
    r"(?:(?:hi++|hello|hey|hiya|helo|shwmae|alright|alreet|all right|ey ?up|ay ?up|yo|(?:good )?(?:morning|"
    r"evening|afternoon)|"
    r"dear (?:sir|all)|how do|'?ow ?do|oi|ok|so)(?: (?:there|all|mate|pal|everyone|everybody|guys|lads|"
    r"again|bud|folks))?"
    r"[ ,.!\-]{1,3})?"
)
# "Gary here", "Darren, 43": at the start.
_AT_THE_START = re.compile(
    rf"{_GREETING}(?:it'?s |its |me |mr )?(?P<first>{WORD})(?: (?P<last>{WORD}))??"
    r"(?: here\b(?! is| was| at| in| with| to| for)|"
    r"[,.]? ?(?P<age>[1-9]\d)(?: ?m\b| ?male\b| ?years| ?yrs| ?yo\b|,|\.|$| from))",
    re.I,
)
# "- Mark", "regards, Peter", and a first name that is all of the last sentence: at the end.
_SIGNED = re.compile(
    r"(?:(?P<closing>\b(?:(?:regards|sincerely|faithfully|truly|yours|best|wishes|cheers|thanks|thanx|thx|"
    r"ta|thank you|diolch|"
    r"love|from|signed|again|x)[ ,.!\n\-]{0,3}[,\n\-.!] ?|"
    r"(?:regards|sincerely|faithfully|signed|wishes|yours|truly) ))|"
    rf"(?:^from |(?:^|[\s.!?])[-–—~]{{1,2}} ?)|"
    rf"(?P<new>\n|[.!?]{{1,3}} ))(?:[A-Z]\. ?){{0,2}}(?P<first>{WORD})(?: (?P<last>{WORD}))?[ .x!]{{0,6}}$",
    re.I,
)
_LONGEST_SIGNATURE = 80
_MOST_LINES = 20
_NAME_BEFORE: Final = frozenset(("name", "ydw", "dw", "enw"))
_NO_SURNAME: Final = listed(
    """
    street road avenue lane hospital station school centre center college university bridge line arms infirmary
    church court house hall park square place town city island way drive close law surgery clinic cottage tower
    stadium wharf
    """
)
_AFTER_IT_IS: Final = listed("here again from speaking and btw by the way x xx aged age im i'm i")


def has_name(reading: Reading) -> bool:
    """A name that he gives as one, or the full name of anybody."""
    text = reading.text
    return (
        any(_is_said_to_be(text, cue) for cue in reading.found(_IS_A_NAME, _NAME_WORDS))
        or any(_is_called(text, cue) for cue in reading.found(_CALLS, _CALL_WORDS))
        or any(_is_himself(text, cue.end()) for cue in reading.found(_IS, _IS_WORDS))
        or any(_is_it(text, cue.end()) for cue in reading.found(_IT_IS, _IT_WORDS))
        or any(_is_titled(reading, index) for index in reading.places(_TITLES))
        or any(_is_said_before(reading, index) for index in reading.places(_NAME_BEFORE))
        or _opens(text)
        or _closes(text)
        or any(_is_full_name(reading, index) for index in range(len(reading.words)))
    )


def _word_at(text: str, place: int) -> str:
    found = _WORD.match(text, place)
    return found[0] if found else ""


def _after(text: str, place: int) -> str:
    """The word after the one that ends here, when only a space is between."""
    found = _NEXT.match(text, place)
    return found[1] if found else ""


def _is_named(text: str, place: int, *, sure: bool) -> bool:
    """After a cue for names. When `sure`, any word will do that is not one of everyday talk."""
    filler = _FILLER.match(text, place)
    place = filler.end() if filler else place
    word = _word_at(text, place)
    if not word or word.casefold().endswith(("'ll", "'re", "'ve")) or _IN_A_HANDLE.match(text, place + len(word)):
        return False
    if is_given_after_im(word):
        return not (is_ordinary(word) and not has_capital(word))
    if not is_unknown(word):
        return sure and has_capital(word) and not is_ordinary(word)
    if sure and len(word) > 2:
        return has_capital(word) or text[:place].rstrip().casefold().endswith(("is", "s", ":", "called", "named", "="))
    return has_capital(word)


def _is_said_to_be(text: str, cue: re.Match[str]) -> bool:
    """After "my name is", "she is called": not a nurse's first name alone, nor a dog's."""
    return _is_named(text, cue.end(), sure=True) and not _is_name_of_nobody(text, cue)


def _is_name_of_nobody(text: str, cue: re.Match[str]) -> bool:
    return is_name_of_nobody(text, cue, cue.end() + len(_word_at(text, cue.end())))


def _is_called(text: str, cue: re.Match[str]) -> bool:
    """What others call him is a name only when it is known as one."""
    filler = _FILLER.match(text, cue.end())
    word = _word_at(text, filler.end() if filler else cue.end())
    if _BY_OTHERS.search(text, max(0, cue.start() - 16), cue.end()) and not is_given_after_im(word):
        return False
    return _is_named(text, cue.end(), sure=False) and not _is_name_of_nobody(text, cue)


def _is_himself(text: str, place: int) -> bool:
    """After "I'm" or "this is"."""
    filler = _FILLER.match(text, place)
    place = filler.end() if filler else place
    word = _word_at(text, place)
    if not word or word.casefold().endswith("'s") or _IN_A_HANDLE.match(text, place + len(word)):
        return False
    following = _after(text, place + len(word))
    if is_given_after_im(word) and not is_said_of_oneself(word):
        return not is_nobody(word, following)
    if not has_capital(word):
        return False
    if is_given(word):
        return has_capital(following) and is_family(following)
    # A name that we do not know: with a family name, after a greeting, or with more about him after it.
    if not is_unknown(word) or len(word) < _SHORTEST_UNKNOWN:
        return False
    if has_capital(following):
        return is_unknown(following)
    return (
        _GREETED.search(text, max(0, place - 24), place) is not None or _MORE.match(text, place + len(word)) is not None
    )


def _is_it(text: str, place: int) -> bool:
    """After "it's": his own name ("it's Gary", "its dave again"), not what somebody else did."""
    filler = _FILLER.match(text, place)
    place = filler.end() if filler else place
    word = _word_at(text, place)
    end = place + len(word)
    following = _after(text, end)
    if not word or word.casefold().endswith("'s") or is_said_of_oneself(word) or _IN_A_HANDLE.match(text, end):
        return False
    if not (is_given(word) or (following.casefold() in _AFTER_IT_IS and is_given_after_im(word))):
        return False
    if following.casefold() in _AFTER_IT_IS or (not following and not text[end : end + 2].startswith("-")):
        return True
    return is_family(following) and not is_nobody(word, following)


def _is_titled(reading: Reading, index: int) -> bool:
    """After "Mrs" or "PC"; in lower case only before what is known as a family name."""
    title, before = reading.words[index], reading.at(index - 1)
    cue = _TITLE.match(reading.text, title.start)
    word = _word_at(reading.text, cue.end()) if cue else ""
    if (
        len(word) < 2
        or is_nobody(title.lower, word)
        or (before and before.lower in _BEFORE_NO_TITLE)
        or bare(word) == "who"
    ):
        return False
    if has_capital(word) and title.typed[0].isupper():
        return is_family(word)
    return title.lower not in _NEED_CAPITALS and is_family(word) and not is_ordinary(word)


def _is_said_before(reading: Reading, index: int) -> bool:
    """ "Dave is my name", and the Welsh ways: "Rhodri ydw i", "Rhodri yw fy enw"."""
    back = {"name": 3, "enw": 3}.get(reading.words[index].lower, 1)
    said = [word for step in range(1, 4) if (word := reading.at(index - step)) is not None]
    if back == 3 and (
        len(said) < 3 or said[0].lower not in {"my", "me", "the", "fy"} or said[1].lower not in {"is", "yw", "ydy"}
    ):
        return False
    return any(is_given(word.typed) for word in said[back - 1 : back + 1])


def _opens(text: str) -> bool:
    """ "Gary here", "hi, Dean Whittaker here", "darren, 43": at the start of the text or of one of its first lines."""
    place = 0
    for _ in range(_MOST_LINES):
        start = _AT_THE_START.match(text, place)
        if start and _is_opening(start):
            return True
        place = text.find("\n", place) + 1
        if not place:
            break
    return False


def _is_opening(start: re.Match[str]) -> bool:
    first, last = start["first"], start["last"] or ""
    if start["age"] and last:
        return False
    if is_given(first) and not is_said_of_oneself(first) and not is_ordinary(first):
        return not last or is_family(last)
    return bool(last) and all(has_capital(word) and is_unknown(word) for word in (first, last))


def _closes(text: str) -> bool:
    """A signature at the end: "- Mark", "regards, Peter", or a first name that is all of the last sentence."""
    signed = _SIGNED.search(text, max(0, len(text) - _LONGEST_SIGNATURE))
    if signed is None:
        return False
    first, last = signed["first"], signed["last"] or ""
    if last and (not is_family(last) or is_nobody(first, last)):
        return False
    if is_given(first):
        return has_capital(first) or not (is_ordinary(first) or is_said_of_oneself(first))
    return not signed["new"] and has_capital(first) and is_unknown(first) and len(first) > 2


def _is_full_name(reading: Reading, index: int) -> bool:
    """A first name with a family name after it, whoever's it is."""
    first, last = reading.words[index], reading.at(index + 1)
    if last is None or not is_given(first.typed) or is_ordinary(first.typed):
        return False
    between = reading.text[first.end : last.start]
    following = reading.at(index + 2)
    if len(last.typed) == 1 and last.typed.isupper() and following is not None:
        between, last = " ", following  # an initial in the middle
    if between != " " or bare(last.typed) in _NO_SURNAME or last.lower in STREETS or is_nobody(first.typed, last.typed):
        return False
    if first.lower.endswith("'s") or not is_family(last.typed) or is_no_person(reading.text, first.start, last.end):
        return False
    return has_capital(first.typed) or not has_capital(last.typed)
