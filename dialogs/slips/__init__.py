"""Which slip of the hand most likely made a line unreadable.

YAML's own messages are for programmers ("expected <block end>, but found '<scalar>'"). The slips of people who
write texts are few: each is recognised here, by what the parser stumbled over and by the look of the line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import yaml

from dialogs.slips import lines, signs
from dialogs.slips.trouble import Slip, Trouble

# The first that recognises its slip explains it, so the surer ones stand first.
_RULES: tuple[Callable[[Trouble], Slip | None], ...] = (
    signs.tab,
    signs.false_space,
    signs.backslash,
    signs.open_quote,
    signs.after_quote,
    signs.after_block_sign,
    signs.list_beside_name,
    signs.sign_at_start,
    signs.note_in_brackets,
    signs.bracket_at_end,
    signs.bracket,
    signs.stray_bracket,
    lines.short_of_its_text,
    lines.text_not_under_bar,
    lines.no_bar,
    lines.colon_without_space,
    lines.item_without_space,
    lines.no_colon,
    lines.colon_in_text,
    lines.indentation,
    lines.ended,
)


def look_first(text: Sequence[str]) -> Slip | None:
    """What is plain to see in the lines of a file, before it is read: a merge that was not settled, and a line that was
    copied out of a comparison of two versions.
    """
    return _unsettled(text) or lines.copied_from_a_diff(text)


def _unsettled(text: Sequence[str]) -> Slip | None:
    begun = next((n for n, line in enumerate(text) if line.startswith("<<<<<<< ")), None)
    if begun is None:
        return None
    return Slip(
        begun + 1,
        1,
        len(text[begun]),
        "Two versions of this file were merged and not settled.",
        "Choose one of the two versions, and delete the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`.",
    )


def explain(error: yaml.MarkedYAMLError, text: Sequence[str]) -> Slip:
    """The slip behind an error of the parser, in the lines of a file."""
    trouble = Trouble.of(error, text)
    found = (rule(trouble) for rule in _RULES)
    return next(filter(None, found), None) or trouble.here(
        "This cannot be read from here on.",
        "If this is part of a text, put the text after `|` on a line of its own. Else compare it with the lines above.",
    )


__all__ = ["Slip", "explain", "look_first"]
