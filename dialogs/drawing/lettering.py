"""How wide letters are, near enough: the drawing is made where no browser is, with a font nobody knows yet."""

from __future__ import annotations

# In ems, a little wider than the widest of the common system fonts, so that a text never leaves its box.
_NARROW, _HALF, _USUAL, _CAPITAL, _WIDE = 0.36, 0.44, 0.63, 0.75, 0.98
_WIDTHS = {
    **dict.fromkeys(" .,:;'|!ijl()[]", _NARROW),
    **dict.fromkeys('frtI-"`/\\*', _HALF),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ&", _CAPITAL),
    **dict.fromkeys("mwMW@%", _WIDE),
}
_BOLD = 1.08
_LATIN = 0x250

MORE = "…"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide this is set, in pixels, in letters of `size` pixels."""
    ems = sum(_WIDTHS.get(sign, _USUAL if ord(sign) < _LATIN else _WIDE) for sign in text)
    return ems * size * (_BOLD if bold else 1)


def wrap(text: str, size: float, room: float, lines: int) -> tuple[str, ...]:
    """The first words of a text on at most so many lines, each no wider than `room` pixels."""
    wrapped: list[str] = []
    words = text.split()
    while words and len(wrapped) < lines:
        line = _cut(words.pop(0), size, room)
        while words and width(f"{line} {words[0]}", size) <= room:
            line = f"{line} {words.pop(0)}"
        wrapped.append(line)
    if words and wrapped:
        wrapped[-1] = _cut(wrapped[-1] + f" {words[0]}" * 2, size, room)
    return tuple(wrapped)


def _cut(text: str, size: float, room: float) -> str:
    """A text as it is, or as much of it as there is room for."""
    if width(text, size) <= room:
        return text
    while text and width(text + MORE, size) > room:
        # Whole words, unless it is a single one.
        shorter = text.rpartition(" ")[0]
        text = shorter if shorter else text[:-1]
    return text.rstrip(" ,.;:") + MORE
