"""Reads the entries of one part of a flow, and reports what is missing, unknown or of the wrong kind.

A reader never stops at a mistake: it reports it, hands back something empty, and goes on, so that an author
sees all mistakes at once. Empty things are passed over by later checks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from dialogs import parsing
from dialogs.entries import NAME, RETURN, Entries
from dialogs.findings import Findings, did_you_mean, listed
from dialogs.known import Known
from dialogs.spans import Ref, Span
from dialogs.texts import HELPLINE, LIFELINE, SILENCE, Text, split

LONGEST_TEXT = 3_500
# The taps that every question understands; never an option's own name.
RESERVED = ("_skip", "_back", "_why", "_restart", RETURN, "_done", "_none")

RESERVED_HINT = "Choose another name; docs/flow-errors.md lists those that are taken."
_NAME = re.compile(NAME)
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


class Fields:
    """The entries of one mapping. Call `close` when all have been asked for.

    `entries` is their table, from which a missing one is explained. `shared` are the options under the flow's
    `choices`, for questions to name.
    """

    def __init__(
        self,
        node: parsing.Node,
        findings: Findings,
        what: str,
        *,
        known: Known,
        entries: Entries | None = None,
        shared: dict[str, parsing.Node] | None = None,
    ) -> None:
        self.span = node.span
        self.findings = findings
        self.what = what
        self.known = known
        self.entries = {} if entries is None else entries
        self.shared = {} if shared is None else shared
        self._entries: dict[str, tuple[parsing.Scalar, parsing.Node]] = {}
        self._asked: list[str] = []
        if isinstance(node, parsing.Mapping):
            self._entries = {key.value: (key, value) for key, value in node.entries}
            self.readable = True
        else:
            self.readable = False
            findings.add("F111", node.span, f"{sentence(what)} is made of entries, `name: value`.")

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def key_span(self, name: str) -> Span:
        return self._entries[name][0].span if name in self._entries else self.span

    def names(self) -> Iterator[tuple[str, Span]]:
        return ((name, key.span) for name, (key, _) in self._entries.items())

    def node(self, name: str, *, required: bool) -> parsing.Node | None:
        self._asked.append(name)
        if name in self._entries:
            return self._entries[name][1]
        if required and self.readable:
            hint = f"Add `{name}: ...`. {self.entries[name].meaning}" if name in self.entries else f"Add `{name}: ...`."
            self.findings.add("F113", self.span, f"{sentence(self.what)} has no `{name}`.", hint=hint)
        return None

    def ignore(self, *names: str) -> None:
        """Entries that have been reported on elsewhere."""
        self._asked.extend(names)

    def close(self) -> None:
        """Report every entry that nothing asked for."""
        free = [name for name in self._asked if name not in self._entries]
        for name, (key, _) in self._entries.items():
            if name not in self._asked:
                hint = did_you_mean(name, free) or (f"Still free here: {listed(free)}." if free else "")
                self.findings.add("F112", key.span, f"{sentence(self.what)} has no entry `{name}`.", hint=hint)

    def scalar(self, name: str, *, required: bool = True) -> parsing.Scalar | None:
        """Plain text that is not empty."""
        node = self.node(name, required=required)
        if node is None:
            return None
        return scalar(node, self.findings, f"`{name}`")

    def words(self, name: str, *, required: bool = True) -> str:
        """Text without slots, for people to read."""
        node = self.scalar(name, required=required)
        if node is None:
            return ""
        warn_of_comment(node, self.findings)
        return " ".join(node.value.split())

    def text(self, name: str, *, required: bool = True, slots: Collection[str] = (), shared: bool = True) -> Text:
        """Text with slots. `slots` are allowed here beside those every text has (unless not `shared`)."""
        node = self.scalar(name, required=required)
        if node is None:
            return Text((), self.span)
        return read_text(node, self.findings, self.known, slots=slots, shared=shared)

    def name(self, name: str, *, required: bool = True) -> Ref:
        """A reference to something by its name."""
        node = self.scalar(name, required=required)
        return Ref(node.value, node.span) if node else Ref("", self.span)

    def switch(self, name: str, *, default: bool) -> bool:
        node = self.scalar(name, required=False)
        if node is None:
            return default
        if node.value not in _YES_NO:
            self.findings.add("F121", node.span, f"`{name}` is `{node.value}`.", hint="Write `yes` or `no`.")
            return default
        return _YES_NO[node.value]

    def items(self, name: str, *, required: bool = True) -> tuple[parsing.Node, ...]:
        """The items of a list."""
        node = self.node(name, required=required)
        if node is None:
            return ()
        if not isinstance(node, parsing.Sequence):
            self.findings.add("F111", node.span, f"`{name}` is a list: `[one, two]`, or a line `- ` for each.")
            return ()
        return node.items

    def scalars(self, name: str, *, required: bool = True) -> tuple[parsing.Scalar, ...]:
        """A list of plain texts."""
        read = (scalar(n, self.findings, f"an item of `{name}`") for n in self.items(name, required=required))
        return tuple(node for node in read if node)

    def inside(self, name: str, what: str, *, required: bool = True, entries: Entries | None = None) -> Fields | None:
        """The entries of a part within this one."""
        node = self.node(name, required=required)
        return self.part(node, what, entries=entries) if node is not None else None

    def part(self, node: parsing.Node, what: str, *, entries: Entries | None = None) -> Fields:
        """The entries of a node within this one."""
        return Fields(node, self.findings, what, known=self.known, entries=entries, shared=self.shared)


def sentence(what: str) -> str:
    """`what` as the beginning of a sentence (str.capitalize would lower the names in it)."""
    return what[:1].upper() + what[1:]


def scalar(node: parsing.Node, findings: Findings, what: str) -> parsing.Scalar | None:
    if not isinstance(node, parsing.Scalar):
        kind = "a list" if isinstance(node, parsing.Sequence) else "entries"
        findings.add("F111", node.span, f"{sentence(what)} is text, not {kind}.")
        return None
    if not node.value.strip():
        findings.add("F114", node.span, f"{sentence(what)} is empty.")
        return None
    return node


def good_name(node: parsing.Scalar, findings: Findings, what: str) -> str:
    """The name, or an empty string when it cannot be one."""
    name = node.value
    if name in RESERVED:
        findings.add("F119", node.span, f"`{name}` cannot be the name of {what}.")
        return ""
    if not _NAME.fullmatch(name):
        findings.add("F118", node.span, f"`{name}` cannot be the name of {what}.")
        return ""
    return name


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
    parts, bad = split(node.value.strip())
    text = Text(parts, node.span)
    for brace in bad:
        at = _find(brace.written, node, findings, before=brace.before)
        findings.add("F142", at, f"`{brace.written}` is not a slot.", hint="Double the brace if it is meant.")
    for slot in dict.fromkeys(text.slots):
        if slot in slots or (shared and _shared_slot(slot, known)):
            continue
        at = _find("{" + slot + "}", node, findings)
        if shared and slot.startswith(LIFELINE):
            keys = known.lifelines or ()
            hint = did_you_mean(slot.removeprefix(LIFELINE), keys)
            findings.add("F143", at, f"There is no lifeline `{slot.removeprefix(LIFELINE)}`.", hint=hint)
            continue
        valid = [*slots, *((HELPLINE,) if shared else ())]
        hint = did_you_mean(slot, valid) or "No slot can be used here."
        findings.add("F141", at, f"`{{{slot}}}` cannot be filled here.", hint=hint)
    if len(text.words) > LONGEST_TEXT:
        findings.add("F146", node.span, f"This text has {len(text.words):,} characters; the most is {LONGEST_TEXT:,}.")
    return text


def _shared_slot(slot: str, known: Known) -> bool:
    if slot in (HELPLINE, SILENCE):
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
        at = Span(
            node.span.file,
            node.span.end_line,
            node.span.end_column + len(rest) - len(rest.lstrip()),
            node.span.end_line,
            node.span.end_column + len(rest),
        )
        findings.add(
            "F115",
            at,
            f"This is sent as `{node.value}`; what follows `#` is left out.",
            hint="Put the text in quotes if the rest belongs to it, or the note on a line of its own.",
        )


__all__ = [
    "LONGEST_TEXT",
    "RESERVED_HINT",
    "RETURN",
    "Fields",
    "good_name",
    "read_text",
    "scalar",
    "sentence",
    "warn_of_comment",
]
