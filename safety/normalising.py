"""One reading of typed words for everything that matches on them.

People in a hurry type with their thumbs, in capitals, with stray apostrophes, in "fancy" letters, with zeros
for o's and with spaces between letters; and text copied from elsewhere carries invisible marks. Two readings
are made:

`plain` keeps what was typed but for invisible marks and look-alike forms: for what looks at digits and
punctuation. `folded` is lower case, without accents, apostrophes, repeated letters or spaced letters: for
what looks at words.

Neither is ever shown or kept. Both take time linear in the message and read the whole of it: the words that
matter may be the last ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from string import ascii_lowercase

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼʹ′`´＇‛"), "'")
# Marks that draw nothing although Unicode counts them as letters or marks; format characters (Cf) go by
# category.
_BLANKS = frozenset([0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10)])


def _lookalikes() -> dict[int, str]:
    """Letters of other alphabets that are drawn like a Latin one, by the Latin one they are drawn like."""
    pairs = (
        "аaвbсcеeһhіiјjкkмmнhоoрpѕsтtуyхxԁdԛqԝwѵvүyӏl"  # Cyrillic
        "αaβbεeηnιiκkνvοoρpτtυuχxγyωw"  # Greek
        "ɑaɡgıiøołlđdħhŧtᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz"  # Latin, but not from the keyboard
    )
    table = {ord(strange): latin for strange, latin in zip(pairs[::2], pairs[1::2], strict=True)}
    for start in (
        0x1F130,
        0x1F150,
        0x1F170,
        0x1F1E6,
    ):  # letters in squares and circles, and the letters of flags
        table.update({start + offset: chr(ord("a") + offset) for offset in range(26)})
    return table


_LOOKALIKES = _lookalikes()
_WHITE = re.compile(r"[^\S\n]+")
_ODD_WHITE = re.compile(r"[^\S\n ]")
_LINES = re.compile(r"\s*\n\s*")
# Three or more single letters with one space, dot, dash, star or underline between each: "k i l l",
# "s.t.o.p".
_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .\-_*·][^\W\d_]){2,}(?![^\W_])")
_SPACED_END = re.compile(r"[ .\-_*·][^\W\d_][ .\-_*·][^\W\d_](?![^\W_])")
"""How every run of spaced letters ends: quicker to look for, and most messages have none."""
_SPACES_BETWEEN = re.compile(r"[ .\-_*·]")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_LONG = 100
_THRICE = tuple(3 * letter for letter in ascii_lowercase)


def plain(text: str) -> str:
    """The text as it is read by eye: compatibility forms made ordinary, invisible and direction marks gone,
    quotes straightened, runs of white space made one. Capitals, digits and punctuation stay."""
    if text.isascii():
        text = text.replace("`", "'")
    else:
        # Apostrophes first: compatibility makes of some of them a space and an accent.
        text = _exchanged(text, lambda sign: _APOSTROPHES.get(sign) or _unseen(sign))
        if not unicodedata.is_normalized("NFKC", text):
            text = _exchanged(unicodedata.normalize("NFKC", text), _APOSTROPHES.get)
    if "  " in text or _ODD_WHITE.search(text):
        text = _WHITE.sub(" ", text)
    return (_LINES.sub("\n", text) if "\n" in text else text).strip()


def folded(text: str) -> str:
    """The text as it is matched on: `plain`, then lower case, accents and apostrophes dropped, look-alike
    letters made Latin, spaced letters joined ("s t o p" is "stop"), a letter typed three times or more made
    two."""
    text = plain(text).casefold()
    if not text.isascii():
        text = _exchanged(text, _LOOKALIKES.get)
        if not text.isascii():
            text = _exchanged(unicodedata.normalize("NFKD", text), _accent)
    return joined(text)


def joined(text: str) -> str:
    """The last step of `folded`, for a text that has gone through the others: apostrophes dropped, spaced letters
    joined, stretched words made short."""
    text = text.replace("'", "")
    if _SPACED_END.search(text):
        text = _SPACED.sub(lambda run: _SPACES_BETWEEN.sub("", run[0]), text)
    return squeezed(text)


def _exchanged(text: str, meant: Callable[[int], str | None]) -> str:
    """A text with some of its signs exchanged; `meant` says for which another stands, or none, by its code point. Each
    distinct sign is asked about once: a long message is made of few."""
    table = {sign: instead for sign in map(ord, set(text)) if (instead := meant(sign)) is not None}
    return text.translate(table) if table else text


def _unseen(sign: int) -> str | None:
    """Nothing, for a mark that draws nothing."""
    return "" if sign in _BLANKS or unicodedata.category(chr(sign)) in {"Cf", "Cs"} else None


def _accent(sign: int) -> str | None:
    """Nothing, for an accent."""
    return "" if unicodedata.combining(chr(sign)) else None


def squeezed(text: str) -> str:
    """A text with a letter that is typed three times or more made two."""
    if len(text) > _LONG and text.isascii() and text.islower() and not any(thrice in text for thrice in _THRICE):
        return text  # quicker to see in a long text than to change nothing
    return _STRETCHED.sub(r"\1\1", text)
