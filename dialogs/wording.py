"""Single texts of a flow: what kind of node they are in, their names, braces, slots and length."""

from __future__ import annotations

import re
from collections.abc import Collection

from dialogs import parsing
from dialogs.entries import NAME, RETURN
from dialogs.findings import Findings, did_you_mean, listed
from dialogs.known import Known
from dialogs.spans import Span
from dialogs.texts import ABOUT, HELPLINE, LIFELINE, SILENCE, Text, split

LONGEST_TEXT = 3_500
# The taps that every question understands; never an option's own name.
RESERVED = ("_skip", "_back", "_why", "_restart", RETURN, "_done", "_none")
RESERVED_HINT = "Choose another name; docs/flow-errors.md lists those that are taken."

_NAME = re.compile(NAME)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Unicode's control characters, but for the end of a line and the tabulator."""
_CURLY = re.compile("[\u201c\u201d\u201e\u2018\u2019\u201a\u00ab].*[\u201c\u201d\u2018\u2019\u00bb]", re.DOTALL)


def sentence(what: str) -> str:
    """`what` as the beginning of a sentence (str.capitalize would lower the names in it)."""
    return what[:1].upper() + what[1:]


def scalar(node: parsing.Node, findings: Findings, what: str) -> parsing.Scalar | None:
    """The node as a text that is not empty; anything else is reported."""
    if not isinstance(node, parsing.Scalar):
        _not_text(node, findings, what)
        return None
    if not node.value.strip():
        below = " A text below a `|` is indented under it." if node.block else ""
        hint = f"Write something there, or delete the entry if it is not required.{below}"
        findings.add("F114", node.span, f"{sentence(what)} is empty.", hint=hint)
        return None
    unseen = _UNSEEN.search(node.value)
    if unseen:
        message = f"{sentence(what)} has an invisible sign in it (U+{ord(unseen[0]):04X})."
        hint = "Take out the backslash and the code after it."
        findings.add("F163", node.span, message, hint=hint)
        return None
    if node.plain and _CURLY.fullmatch(node.value.strip()):
        findings.add(
            "F160",
            node.span,
            f"These quotes are curly, and so they are part of the text: {node.value.strip()}",
            hint='Type straight quotes, "like this"; or leave them out, if the text needs none.',
        )
    return node


def _not_text(node: parsing.Sequence | parsing.Mapping, findings: Findings, what: str) -> None:
    kind = "a list" if isinstance(node, parsing.Sequence) else "entries"
    if node.bracketed:
        sign = "[" if isinstance(node, parsing.Sequence) else "{"
        message = f"{sentence(what)} is a text, but what begins with `{sign}` is read as {kind}."
        hint = "Put the text in double quotes, or after `|` on a line of its own."
    else:
        message = f"{sentence(what)} is a text, but what stands below it is read as {kind}."
        name = what.strip("`") if what.startswith("`") else "name"
        hint = f"If it is the text itself, write `{name}: |` above it. If not, look at the spaces before the lines."
    findings.add("F111", node.span, message, hint=hint)


def good_name(node: parsing.Scalar, findings: Findings, what: str) -> str:
    """The name, or an empty string when it cannot be one."""
    name = node.value
    if name in RESERVED:
        findings.add("F119", node.span, f"`{name}` cannot be the name of {what}.", hint=RESERVED_HINT)
        return ""
    if not _NAME.fullmatch(name):
        likely = _likely_name(name)
        hint = f"Write `{likely}`, for example." if likely else "Begin with a letter; then letters, digits and `_`."
        findings.add("F118", node.span, f"`{name}` cannot be the name of {what}.", hint=hint)
        return ""
    return name


def _likely_name(name: str) -> str:
    """A name like the one written that would do, or an empty string."""
    likely = re.sub(r"\W+", "_", name).strip("_").lstrip("0123456789_")[:24].rstrip("_")
    return likely if _NAME.fullmatch(likely) else ""


def read_text(
    node: parsing.Scalar,
    findings: Findings,
    known: Known,
    *,
    slots: Collection[str] = (),
    shared: bool = True,
) -> Text:
    """The text of a node: its braces, slots and length are checked."""
    warn_of_comment(node, findings)
    if node.plain and node.span.end_line > node.span.line:
        findings.add(
            "F161",
            node.span,
            "This text goes over several lines without a `|` above it.",
            hint="Write `|` after the name, and the text below it, indented. One paragraph is one line.",
        )
    parts, bad = split(node.value.strip())
    text = Text(parts, node.span)
    for brace in bad:
        at = _find(brace.written, node, findings, before=brace.before)
        hint = "A slot is a name in braces, such as `{helpline}`. If the brace is meant as a sign, double it."
        findings.add("F142", at, f"`{brace.written}` is not a slot.", hint=hint)
    for slot in dict.fromkeys(text.slots):
        if slot in slots or (shared and _shared_slot(slot, known)):
            continue
        at = _find("{" + slot + "}", node, findings)
        if shared and slot.startswith(LIFELINE):
            key = slot.removeprefix(LIFELINE)
            hint = did_you_mean(key, known.lifelines or ()) or "safety/lifelines.yaml lists those there are."
            findings.add("F143", at, f"There is no lifeline `{key}`.", hint=hint)
        else:
            findings.add("F141", at, f"`{{{slot}}}` cannot be filled here.", hint=_slots_here(slot, slots, shared))
    if len(text.words) > LONGEST_TEXT:
        findings.add(
            "F146",
            node.span,
            f"This text has {len(text.words):,} characters; the most is {LONGEST_TEXT:,}.",
            hint="Say less, or part it into two steps.",
        )
    return text


def _slots_here(slot: str, slots: Collection[str], shared: bool) -> str:
    """Which slots a text can have, and which was likely meant."""
    valid = [*slots, *((HELPLINE, SILENCE) if shared else ())]
    if not valid:
        return "No slot can be used here."
    likely = did_you_mean(slot, [*valid, *(ABOUT if shared else ())])
    if likely.startswith("Did"):
        return likely.replace("`", "`{", 1).replace("`?", "}`?")
    return "Here you can use " + listed([*(f"{{{s}}}" for s in valid), *(("{lifeline.NAME}",) if shared else ())]) + "."


def _shared_slot(slot: str, known: Known) -> bool:
    if slot in (HELPLINE, SILENCE, *ABOUT):
        return True
    return slot.startswith(LIFELINE) and (known.lifelines is None or slot.removeprefix(LIFELINE) in known.lifelines)


def _find(token: str, node: parsing.Scalar, findings: Findings, *, before: int = 0) -> Span:
    """Where `token` stands in the lines of a text, passing over the first `before` times."""
    lines = findings.lines.get(node.span.file, ())
    for number in range(node.span.line, min(node.span.end_line, len(lines)) + 1):
        column = node.span.column - 2 if number == node.span.line else -1
        while (column := lines[number - 1].find(token, column + 1)) >= 0:
            if not before:
                return Span(node.span.file, number, column + 1, number, column + 1 + len(token))
            before -= 1
    return node.span


def warn_of_comment(node: parsing.Scalar, findings: Findings) -> None:
    """`Call us # 5` is sent as `Call us`: no YAML reader says so, so this one does."""
    if not node.plain:
        return
    lines = findings.lines.get(node.span.file, ())
    rest = lines[node.span.end_line - 1][node.span.end_column - 1 :] if node.span.end_line <= len(lines) else ""
    if re.match(r"\s+#", rest):
        start = node.span.end_column + len(rest) - len(rest.lstrip())
        end = node.span.end_column + len(rest)
        findings.add(
            "F115",
            Span(node.span.file, node.span.end_line, start, node.span.end_line, end),
            f"This is read as `{node.value}`; what follows `#` is left out.",
            hint="Put the text in quotes if the rest belongs to it, or the note on a line of its own.",
        )
