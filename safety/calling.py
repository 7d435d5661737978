"""Bare cries for help: a whole message that says no more than "help", "999" or "police".

They mean what the button for urgent help means. In a longer message the same words are part of what he tells ("the
police laughed at me"), and the lexicon hears those.
"""

from __future__ import annotations

import re
from itertools import islice

from safety.normalising import folded

_CALLS = frozenset(
    line.strip()
    for line in """
    999, 112, call 999, ring 999, dial 999, phone 999, sos, mayday, emergency, its an emergency, urgent, urgent help
    help, help me, help me now, help me please, please help, please help me, help help, danger, in danger, im in danger
    police, the police, call the police, ring the police, get the police, i need the police, need the police
    ambulance, an ambulance, call an ambulance, get an ambulance, i need an ambulance, need an ambulance
    """.replace("\n", ",").split(",")
    if line.strip()
)
_LONGEST = max(map(len, _CALLS))
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_LETTER = re.compile(r"[^\W_]")


def calls_for_help(text: str) -> bool:
    """Whether this whole message is a cry for help and nothing else."""
    if any(islice(_LETTER.finditer(text), _LONGEST, None)):
        return False  # a story, which need not be folded to be seen to be more than a cry
    return _NOT_WORDS.sub(" ", folded(text)).strip() in _CALLS
