"""Slips with lines: names without colons, texts without `|`, and lines that begin in the wrong column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogs.slips.trouble import AFTER_BAR, ENTRY, FALSE_SPACES, KEY, Slip, Trouble, indent, spaces

_KEY_WITHOUT_SPACE = re.compile(rf"[ \t]*(?:- +|.*[{{,] *)?([A-Za-z_]\w*):(?!//)([^\s\]}},:].*|[{FALSE_SPACES}].*)$")
_ITEM_WITHOUT_SPACE = re.compile(rf" *-(?:[^\s-]|[{FALSE_SPACES}])")
# On the left edge nothing but the name of an entry can stand.
_PLUS_OF_A_DIFF = re.compile(r"\+(?:[ \t]|[a-z_]+:(?:\s|$)|$)")
_NAME_WITHOUT_COLON = re.compile(r" *(?:- +)?([a-z_]+)(?: *[=;] *| +|$)(.*)$")


# --- lines from elsewhere ------------------------------------------------------------------------------------------


def copied_from_a_diff(text: Sequence[str]) -> Slip | None:
    """A line with the `+` before it by which a comparison of two versions shows what is new."""
    number = next((n for n, line in enumerate(text) if _PLUS_OF_A_DIFF.match(line)), None)
    if number is None:
        return None
    return Slip(
        number + 1,
        1,
        1,
        "This line begins with a `+`, as lines do that are copied out of a comparison of two versions.",
        "Take away the `+`, here and before every other line that has one.",
    )


# --- texts, names and colons ---------------------------------------------------------------------------------------


def text_not_under_bar(trouble: Trouble) -> Slip | None:
    """A line of a text after `|` that does not stand under it."""
    if "could not find expected ':'" in trouble.problem:
        number = trouble.began
    elif "mapping values" in trouble.problem and not ENTRY.match(trouble.line):
        number = trouble.number
    else:
        return None
    bar = trouble.block_above(number)
    if bar is None or indent(trouble.lines[number]) > indent(trouble.lines[bar]):
        return None
    return trouble.whole(
        number,
        "This line belongs to the text after a `|`, and is not indented under it.",
        f"Begin every line of that text with at least {spaces(indent(trouble.lines[bar]) + 2)}.",
        (bar + 1, trouble.lines[bar].rindex("|" if "|" in trouble.lines[bar] else ">") + 1, "the text begins here"),
    )


def short_of_its_text(trouble: Trouble) -> Slip | None:
    """A line of a text after `|` that stands under it, and yet further left than the text's first line."""
    number = trouble.began if "expected ':'" in trouble.problem else trouble.number
    bar, mine = trouble.block_above(number), indent(trouble.lines[number])
    if bar is None or ENTRY.match(trouble.lines[number]) or mine <= indent(trouble.lines[bar]):
        return None
    first = next(n for n in range(bar + 1, number + 1) if trouble.lines[n].strip())
    others = indent(trouble.lines[first])
    if mine >= others:
        return None
    return trouble.whole(
        number,
        f"This line begins after {spaces(mine)}, and the text that it belongs to after {spaces(others)}.",
        f"Begin it after {spaces(others)} too.",
        (first + 1, others + 1, "the text begins here"),
    )


def no_bar(trouble: Trouble) -> Slip | None:
    """A text on the lines below its name, with something in it that is more than text to YAML."""
    if not any(part in trouble.problem for part in ("mapping values", "expected ':'", "<block end>")):
        return None
    number = trouble.number
    while (above := trouble.above(number)) is not None:
        line = trouble.lines[above]
        if re.fullmatch(r" *[a-z_]+:\s*", line):
            first = next(n for n in range(above + 1, trouble.number + 1) if trouble.lines[n].strip())
            text = trouble.lines[first]
            is_text = " " in text.strip() and not ENTRY.match(text) and not text.lstrip().startswith("-")
            if not is_text or indent(text) <= indent(line):
                return None
            name = line.strip().removesuffix(":")
            return trouble.whole(
                above,
                f"The text of `{name}` stands on the lines below it, without a `|`.",
                f"Write `{name}: |`. Then colons, `#` and quotes in the text are just signs.",
                (trouble.number + 1, trouble.column + 1, "this is read as more than text"),
            )
        if ENTRY.match(line):
            return None
        number = above
    return None


def colon_without_space(trouble: Trouble) -> Slip | None:
    """`go:where`: on the line itself, or on the one above that runs on into it."""
    above = trouble.above(trouble.number)
    for number in (trouble.began, trouble.number, trouble.number if above is None else above):
        match = _KEY_WITHOUT_SPACE.match(trouble.lines[number])
        if match is None or KEY.match(trouble.lines[number]) or trouble.block_above(number) is not None:
            continue
        name, value = match.group(1), match.group(2).strip()
        if re.match(f"[{FALSE_SPACES}]", match.group(2)):
            message = f"The space after `{name}:` is a false one (U+{ord(match.group(2)[0]):04X})."
            hint = "Delete it and type a space. Such spaces come in by copying from a web page or a word processor."
        else:
            message, hint = f"There is no space after `{name}:`.", f"Write `{name}: {value}`."
        return trouble.at(number, match.start(1), message, hint)
    return None


def item_without_space(trouble: Trouble) -> Slip | None:
    for number in (trouble.began, trouble.number):
        if _ITEM_WITHOUT_SPACE.match(trouble.lines[number]):
            return trouble.at(
                number,
                indent(trouble.lines[number]),
                "There is no space after this `-`.",
                "Write `- `, a space, and then the item.",
                width=1,
            )
    return None


def no_colon(trouble: Trouble) -> Slip | None:
    """A line that should be `name: value`, or `name:` with more below it, and has no colon."""
    if "expected ':'" in trouble.problem:
        number: int | None = trouble.began
    elif "mapping values" in trouble.problem:
        number = trouble.above(trouble.number)
    else:
        return None
    if number is None or KEY.match(trouble.lines[number]) or trouble.lines[number].lstrip().startswith("- "):
        return None
    named = _NAME_WITHOUT_COLON.match(trouble.lines[number])
    if named is not None and trouble.block_above(number) is None:
        name, value = named.group(1), named.group(2)
        return trouble.whole(number, f"There is no colon after `{name}`.", f"Write `{name}: {value}".rstrip() + "`.")
    if "mapping values" in trouble.problem:
        return None
    return trouble.whole(
        number,
        "This line has no `name:`.",
        "Write `name: value`. If it belongs to the text above, put that text after `|`, all its lines indented.",
    )


def colon_in_text(trouble: Trouble) -> Slip | None:
    if "mapping values" not in trouble.problem:
        return None
    before = trouble.line[: trouble.column]
    if not KEY.match(before) and ENTRY.match(trouble.line):
        return None
    return trouble.here("This text has a `: ` in it, which is read as the end of a name.", AFTER_BAR)


# --- indentation ---------------------------------------------------------------------------------------------------


def indentation(trouble: Trouble) -> Slip | None:
    """A line that begins too far left or right for the lines above it."""
    if "block" not in trouble.context and "mapping values" not in trouble.problem:
        return None
    is_item = trouble.line.lstrip().startswith("- ")
    mine = indent(trouble.line)
    levels = _levels_above(trouble, is_item)
    if not levels or mine in levels:
        return None
    near = (max((n for n in levels if n < mine), default=None), min((n for n in levels if n > mine), default=None))
    places = [
        f"after {spaces(n)} to stand beside {levels[n][1]} on line {levels[n][0] + 1}" for n in near if n is not None
    ]
    return trouble.whole(
        trouble.number,
        f"This line begins after {spaces(mine)}, and so belongs to none of the lines above it.",
        f"Begin it {', or '.join(places)}.",
    )


def _levels_above(trouble: Trouble, is_item: bool) -> dict[int, tuple[int, str]]:
    """Where a line could begin to stand beside one above it: the spaces, and that line with its name."""
    levels: dict[int, tuple[int, str]] = {}
    lowest = len(trouble.line) + 1_000
    for number in range(trouble.number - 1, -1, -1):
        line = trouble.lines[number]
        key, item = KEY.match(line), re.match(r" *- +", line)
        if (key is None and item is None) or indent(line) >= lowest:
            continue
        lowest = indent(line)
        if item is not None and is_item:
            levels.setdefault(lowest, (number, "the item"))
        elif key is not None and not is_item:
            levels.setdefault(item.end() if item else lowest, (number, f"`{key.group(1)}`"))
    return levels


def ended(trouble: Trouble) -> Slip | None:
    if "<document start>" not in trouble.problem:
        return None
    return trouble.here(
        "The flow is taken to have ended above this line.",
        "Delete what ends it above: a line `...`, or a bracket that closes what was never opened.",
    )
