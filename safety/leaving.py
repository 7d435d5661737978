"""Typed words that mean "get me out": honoured only when they are the whole message.

A man whose door has just opened types what his thumb finds. Inside a longer message the same words are part
of what he says ("I want her to stop"), so they never count there. Danger in the same message is looked at
first, by the caller: "shes back with a knife" is more than leaving.
"""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from safety.normalising import folded


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.replace("\n", ",").split(",") if line.strip())


# "Can't talk" and "can't speak" are left out: a man who cannot talk aloud means something else by them.
_SHORT = _lines("x, xx, q, quit, stop, exit, leave, end, close, hide, bye, goodbye, gtg, g2g, gotta, ttyl, brb, panic")
_GOING = _lines(
    """
    leave now, leave chat, leave this, exit now, exit chat, stop now, stop it, stop this, stop chat, end chat
    close chat, close this, hide this, go away, quit now, bye bye, bye now, log out, logout, sign out, im off
    talk later, speak later, got to go, got 2 go, gotta go, have to go, need to go, must go, i must go, i have to go
    i need to go, i got to go, i gotta go, cant talk now, cant chat, cant chat now
    delete, delete all, delete chat, delete everything, erase, erase everything
    wipe, wipe this, wipe everything, clear, clear chat
    """
)
_WHO = _lines("she, he, they, wife, my wife, husband, my husband, partner, my partner, someone, somebody")
_WHERE = _lines("back, home, here, coming, awake, up, in, around, watching, looking, coming in")

# Welsh counts whatever language he picked: a man falls back on his own. A draft that nobody who works in Welsh has
# reviewed. Words for staying out of it or finishing ("gorffen") are left out, as "finished" is in English.
_WELSH = _lines(
    """
    gadael, gadael nawr, gadael rwan, gadael y sgwrs, gadewch, ymadael, allan, cau, caur sgwrs, cau hwn, cau nawr
    stopio, stopia, stopiwch, hwyl, hwyl fawr, da bo, ta ra, siarad wedyn, rhaid mynd, rhaid i fi fynd, rhaid i mi fynd
    maen rhaid i fi fynd, maen rhaid i mi fynd, gorfod mynd, dwin gorfod mynd, cuddio, cuddio hwn, dileu, dileu popeth
    dileur sgwrs, clirio, clirio popeth, cer o ma, dos o ma
    """
)
_WELSH_WHO = _lines("mae hi, mae o, mae e, maen nhw, mae rhywun, maer wraig, mae ngwraig i, maer gwr, mae ngwr i")
_WELSH_WHERE = _lines("n ol, nol, yn ol, gartref, adref, adre, yma, n dod, yn dod, wedi deffro, ar ddihun, ma")

_EXACT = frozenset(
    [
        *_SHORT,
        *_GOING,
        *(f"{who}{link} {where}" for who in _WHO for link in ("", "s", " is", "re", " are") for where in _WHERE),
        *_WELSH,
        *(f"{who}{'' if where.startswith('n ') else ' '}{where}" for who in _WELSH_WHO for where in _WELSH_WHERE),
    ]
)
# A slip of one key is forgiven only where five letters or more are meant, and never in words that lie one slip from
# an ordinary one ("close" and "chose", "shes in" and "shes on"): leaving cannot be taken back.
_FORGIVEN = (
    *_lines("leave, goodbye, delete, erase, panic, leave now, got to go, gotta go, have to go, need to go"),
    *_lines("cant talk now, delete everything"),
    *(f"{who} {where}" for who in ("shes", "hes", "theyre", "she is", "he is") for where in ("back", "home", "coming")),
)
_FEWEST_FORGIVEN_LETTERS = 5
_LONGEST = max(map(len, _EXACT)) + 2
_LOOKED_AT = 10 * _LONGEST
# A slip leaves a letter out, doubles one, swaps two, or hits a key beside the one that was meant. Any other letter in
# its place makes another word: Leake is a village, and "cant walk now" is no goodbye.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    key: {
        other
        for near in _ROWS[max(0, row - 1) : row + 2]
        for at, other in enumerate(near)
        # Each row of keys lies a little to the right of the one above.
        if abs(at - place + (0.4 if near in _ROWS[row + 1 :] else -0.4 if near in _ROWS[:row] else 0)) < 1.2
    }
    for row, keys in enumerate(_ROWS)
    for place, key in enumerate(keys)
}
# Words that are one slip from a panic word and mean something else when they stand alone.
_ORDINARY = frozenset(("leaves", "leaver", "leaved", "eras", "erases", "erased", "eraser", "deletes", "deleted"))
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_DRAWN_OUT = re.compile(r"([a-z])\1+$")


def is_leaving(text: str) -> bool:
    """Whether this whole message asks to leave: a panic word, its misspelling from five letters up, or "shes
    back"."""
    if sum(map(str.isalnum, text[:_LOOKED_AT])) > _LONGEST:
        return False  # a story, which need not be folded to be seen to be longer than any of these
    words = _NOT_WORDS.sub(" ", folded(text)).strip()
    if not words or len(words) > _LONGEST:
        return False
    if {words, _DRAWN_OUT.sub(r"\1", words), words.replace(" ", "")} & _EXACT:
        return True
    if sum(sign.isalpha() for sign in words) < _FEWEST_FORGIVEN_LETTERS or words in _ORDINARY:
        return False
    return any(_is_slip(words, meant) for meant in _FORGIVEN)


def _is_slip(typed: str, meant: str) -> bool:
    """Whether a thumb that meant one thing types the other by one slip."""
    if OSA.distance(typed, meant, score_cutoff=1) > 1:
        return False
    at = next((place for place, (hit, key) in enumerate(zip(typed, meant, strict=False)) if hit != key), len(meant))
    if len(typed) < len(meant):
        return True
    hit = typed[at]
    if len(typed) > len(meant):
        return any(hit in _BESIDE.get(key, ()) for key in (meant[at : at + 1], meant[max(0, at - 1) : at]))
    swapped = typed[at + 1 :] != meant[at + 1 :]
    return swapped or hit in _BESIDE.get(meant[at], ())
