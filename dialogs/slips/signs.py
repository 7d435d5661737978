"""Slips with signs: tabs, false spaces, quotes, brackets, and signs that mean something to YAML."""

from __future__ import annotations

import re
from typing import cast

import yaml

from dialogs.slips.trouble import AFTER_BAR, FALSE_SPACES, OR_AFTER_BAR, Slip, Trouble

_FALSE_INDENT = re.compile(f" *[{FALSE_SPACES}]")
# `label: Fine go: done`: the last word before the colon is an entry's name, and something stands before it.
_ENTRY_WITHOUT_COMMA = re.compile(r"[^\s,{\[:]\s+([a-z_]+)$")
_QUOTED = re.compile(r"""(?<=[\s{\[,:])(?:"[^"]*"|'[^']*')""")
_NOTE_WITH_BRACKET = re.compile(r"""(?<=\s)(#)[^}\]]*[}\]]""")


# --- signs and quotes ----------------------------------------------------------------------------------------------


def tab(trouble: Trouble) -> Slip | None:
    for number in (trouble.number, trouble.began):
        match = re.match(r" *\t", trouble.lines[number])
        if match:
            return trouble.at(
                number,
                match.end() - 1,
                "This line is indented with a tab.",
                "Use spaces instead: two for each level.",
                width=1,
            )
    return None


def false_space(trouble: Trouble) -> Slip | None:
    for number in range(trouble.number, -1, -1):
        match = _FALSE_INDENT.match(trouble.lines[number])
        if match:
            return trouble.at(
                number,
                match.end() - 1,
                f"This line is indented with a false space (U+{ord(match.group()[-1]):04X}).",
                "Delete the spaces before the line and type them anew. Such spaces come in by copying from a web page"
                " or a word processor.",
                width=1,
            )
    return None


def backslash(trouble: Trouble) -> Slip | None:
    if "unknown escape" not in trouble.problem and "escape sequence" not in trouble.problem:
        return None
    column = trouble.line.rfind("\\", 0, trouble.column + 1)
    return trouble.at(
        trouble.number,
        max(column, 0),
        "Between double quotes a backslash begins a code, and this is none.",
        "Put the text after `|`, where a backslash is just a backslash.",
        width=2,
    )


def open_quote(trouble: Trouble) -> Slip | None:
    """A quote that runs on to the end of the file, or to the next quote some lines down."""
    hint = "Close the quote on its line; or put the text after `|`, without quotes."
    if "quoted scalar" in trouble.context:
        return trouble.at(trouble.began, trouble.began_column, "This quote is never closed.", hint)
    quoted = _last_quoted(trouble)
    if quoted is None:
        return None
    start, end = cast(yaml.Mark, quoted.start_mark), cast(yaml.Mark, quoted.end_mark)
    if start.line == end.line or end.line != trouble.number:
        return None
    because = (end.line + 1, end.column, "so this one is read as its end")
    return trouble.at(start.line, start.column, "This quote is not closed on its line.", hint, because=because)


def _last_quoted(trouble: Trouble) -> yaml.ScalarToken | None:
    """The last text in quotes before the trouble."""
    last = None
    try:
        for token in yaml.scan("\n".join(trouble.lines), Loader=yaml.SafeLoader):
            if cast(yaml.Mark, token.start_mark).line > trouble.number:
                break
            if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
                last = token
    except yaml.YAMLError:
        # It stops where the parser stopped; what stands before is all that is wanted.
        pass
    return last


def after_quote(trouble: Trouble) -> Slip | None:
    """`'It's fine'` and `"Yes" please`: the text goes on after the quote that ends it."""
    before = trouble.line[: trouble.column].rstrip()
    if trouble.found not in ("<scalar>", "<") or not before.endswith(("'", '"')):
        return None
    if before.endswith("'") and trouble.column == len(before):
        message = "This apostrophe ends the text, because the text is in single quotes."
        hint = 'Put the text in double quotes instead, "like this"; or after `|`, without quotes.'
    else:
        message = "This quote ends the text, and yet the line goes on."
        hint = "Put the whole text after `|` on a line of its own, where quotes are just signs."
    return trouble.at(trouble.number, len(before) - 1, message, hint, width=1)


def after_block_sign(trouble: Trouble) -> Slip | None:
    if "block scalar" not in trouble.context:
        return None
    return trouble.here(
        "The text begins on the same line as its `|`.",
        "Begin it on the next line, with two more spaces than the name before the `|` has.",
    )


def list_beside_name(trouble: Trouble) -> Slip | None:
    if "sequence entries are not allowed" not in trouble.problem:
        return None
    return trouble.here(
        "This `- ` begins a list on the same line as its name.",
        "Begin the list on the next line, one `- ` for each item." + OR_AFTER_BAR,
    )


def sign_at_start(trouble: Trouble) -> Slip | None:
    column = _leading_sign(trouble)
    if column is None:
        return None
    sign = trouble.line[column]
    shown = "a backtick" if sign == "`" else f"`{sign}`"
    message = f"A text cannot begin with {shown} like this."
    return trouble.at(trouble.number, column, message, AFTER_BAR, width=1)


def _leading_sign(trouble: Trouble) -> int | None:
    if trouble.column < len(trouble.line) and (
        "cannot start any token" in trouble.problem or "mapping keys are not allowed" in trouble.problem
    ):
        return trouble.column
    clever = any(part in trouble.context for part in ("alias", "anchor", "tag", "directive"))
    if clever and trouble.began == trouble.number:
        return trouble.began_column
    # `text: {helpline} is open` and `text: [sic] is Latin`.
    bracket = re.search(r":\s+([{\[])", trouble.line[: trouble.column])
    if bracket and trouble.found in ("<scalar>", "<"):
        return bracket.start(1)
    return None


# --- brackets ------------------------------------------------------------------------------------------------------


def note_in_brackets(trouble: Trouble) -> Slip | None:
    """`{id: ok, label: Carry on # ok, go: x}`: the ` #` begins a note, and the bracket that closes stands within it."""
    if not any(part in trouble.context for part in ("flow mapping", "flow sequence", "flow node")):
        return None
    began, column = trouble.began, trouble.began_column
    if "flow node" in trouble.context:
        # What was being read began behind the bracket: at a line below it, or at the end of the file.
        began, column = next(n for n in range(began, -1, -1) if re.search(r"[\[{]", trouble.lines[n])), 0
    for number in range(began, trouble.number + 1):
        line = _QUOTED.sub(lambda quoted: "x" * len(quoted[0]), trouble.lines[number])
        note = _NOTE_WITH_BRACKET.search(line, column if number == began else 0)
        if note is not None:
            return trouble.at(
                number,
                note.start(1),
                "This ` #` begins a note, and so what closes the bracket is part of the note.",
                "If it is part of a text, put that text in double quotes; else write the note on a line of its own.",
                width=1,
            )
    return None


def bracket_at_end(trouble: Trouble) -> Slip | None:
    """The file ends where a list or entries have just been opened."""
    if "flow node" not in trouble.context or trouble.found not in ("<stream end>", "<document end>"):
        return None
    number = trouble.number
    while not re.search(r"[\[{]", trouble.lines[number]):
        number -= 1
    column = max(trouble.lines[number].rfind(sign) for sign in "[{")
    message = f"This `{trouble.lines[number][column]}` is never closed."
    return trouble.at(number, column, message, "Write what it opens, and close it.", width=1)


def bracket(trouble: Trouble) -> Slip | None:
    if "flow mapping" not in trouble.context and "flow sequence" not in trouble.context:
        return None
    sign, other = ("{", "}") if "flow mapping" in trouble.context else ("[", "]")
    goes_on = trouble.number == trouble.began and trouble.column < len(trouble.line.rstrip())
    if trouble.found in ("}", "]") or not goes_on:
        return trouble.at(
            trouble.began,
            trouble.began_column,
            f"This `{sign}` is never closed.",
            f"Write `{other}` where what it opens ends.",
            width=1,
        )
    in_quotes = f"Between `{sign}` and `{other}` a text with a colon, a comma or a bracket in it goes in double quotes."
    if trouble.found == ":":
        entry = _ENTRY_WITHOUT_COMMA.search(trouble.line[: trouble.column])
        if entry is None:
            return trouble.here("A text has a `: ` in it, which is read as the end of a name.", in_quotes)
        message = f"A comma is missing before `{entry.group(1)}`."
        return trouble.at(trouble.number, entry.start(1), message, in_quotes, width=len(entry.group(1)))
    return trouble.here("A comma is missing before this.", in_quotes)


def stray_bracket(trouble: Trouble) -> Slip | None:
    if trouble.found not in ("}", "]", ","):
        return None
    if trouble.found == ",":
        return trouble.here("There is nothing before this comma.", "Delete it, or write what should stand before it.")
    return trouble.here(
        f"This `{trouble.found}` closes nothing.",
        "Delete it, or write the bracket that should open it." + OR_AFTER_BAR,
    )
