"""YAML text to a tree of plain strings, each knowing its place in the file.

YAML would read `0777123` as the number 261715 and `no` as false; here every scalar is the string that was
written. What could surprise an author or tire the reader (anchors, tags, a second document, a key given
twice) is refused. The tree is built from parser events, which show a tag or an anchor as it was written and
need no recursion, so neither depth nor size can hurt before it is capped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

import yaml

from dialogs.findings import Findings
from dialogs.spans import Span

LARGEST_FILE = 256 * 1024
DEEPEST = 12
MOST_NODES = 20_000

# Typed as `type`, because the C loader is absent where PyYAML was built without libyaml.
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text, as written. `plain` says that it had neither quotes nor a block sign."""

    value: str
    span: Span
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: tuple[tuple[Scalar, Node], ...]
    span: Span


Node = Scalar | Sequence | Mapping


class _Refused(Exception):
    """The file is not worth reading on; the finding has been added."""


def parse(file: str, data: bytes, findings: Findings) -> Node | None:
    """The tree of one file, or None when it cannot be read at all (the findings say why)."""
    whole = Span.of_file(file)
    if len(data) > LARGEST_FILE:
        findings.add("F102", whole, f"This file is {len(data):,} bytes long; the most is {LARGEST_FILE:,}.")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        findings.lines[file] = data.decode(errors="replace").splitlines()
        at = Span(file, line, 1, line, 2)
        findings.add("F101", at, "This line is not UTF-8 text.", hint="Save the file as UTF-8.")
        return None
    findings.lines[file] = text.splitlines()
    try:
        return _Builder(file, findings).build(text)
    except _Refused:
        return None
    except yaml.MarkedYAMLError as error:
        _report(error, file, findings)
    except yaml.reader.ReaderError as error:
        sign = chr(error.character) if isinstance(error.character, int) else error.character
        line, column = _place(text, sign)
        at = Span(file, line, column, line, column + 1)
        findings.add("F103", at, f"YAML does not allow the invisible character U+{ord(sign):04X}.", hint="Delete it.")
    return None


class _Builder:
    """Builds the tree from events with a stack of its own."""

    def __init__(self, file: str, findings: Findings) -> None:
        self.file = file
        self.findings = findings
        self.nodes = 0

    def build(self, text: str) -> Node | None:
        root: Node | None = None
        documents = 0
        # Each open collection: its children so far, where it began, and whether it is a mapping.
        open_: list[tuple[list[Node], yaml.Event, bool]] = []
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.findings.add("F106", self.span(event), "A second document begins here.")
                    raise _Refused
            elif isinstance(event, yaml.NodeEvent):
                self.refuse_cleverness(event)
            node: Node
            if isinstance(event, yaml.ScalarEvent):
                plain = not event.style
                node = Scalar(event.value, self.span(event), plain)
            elif isinstance(event, yaml.CollectionStartEvent):
                if len(open_) == DEEPEST:
                    self.findings.add("F104", self.span(event), f"This is nested more than {DEEPEST} deep.")
                    raise _Refused
                open_.append(([], event, isinstance(event, yaml.MappingStartEvent)))
                continue
            elif isinstance(event, yaml.CollectionEndEvent):
                children, start, is_mapping = open_.pop()
                span = self.span(start, end=event)
                node = self.mapping(children, span) if is_mapping else Sequence(tuple(children), span)
            else:
                continue
            self.nodes += 1
            if self.nodes > MOST_NODES:
                self.findings.add("F104", node.span, f"This file has more than {MOST_NODES:,} parts.")
                raise _Refused
            if open_:
                open_[-1][0].append(node)
            else:
                root = node
        if root is None or (isinstance(root, Scalar) and not root.value):
            self.findings.add("F105", Span.of_file(self.file), "This file is empty.")
            return None
        return root

    def refuse_cleverness(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            self.findings.add(
                "F107",
                self.span(event, token=f"{sign}{event.anchor}"),
                f"`{sign}{event.anchor}` is a YAML {'alias' if sign == '*' else 'anchor'}.",
                hint="Write the part out again; or, if it is text, put it in quotes or after `|`.",
            )
            raise _Refused
        tag = getattr(event, "tag", None)
        if tag is not None:
            token = str(tag).replace("tag:yaml.org,2002:", "!!")
            self.findings.add(
                "F108",
                self.span(event, token=token),
                f"`{token}` is a YAML tag.",
                hint="Leave it out; or, if it is text, put it in quotes or after `|`.",
            )
            raise _Refused

    def mapping(self, children: list[Node], span: Span) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.findings.add("F110", key.span, "A name is expected here, not a list or entries.")
            elif key.value in entries:
                self.findings.add(
                    "F109",
                    key.span,
                    f"`{key.value}` is given twice.",
                    hint="Keep one of the two.",
                    related=[(entries[key.value][0].span, "first given here")],
                )
            else:
                entries[key.value] = (key, value)
        return Mapping(tuple(entries.values()), span)

    def span(self, event: yaml.Event, *, end: yaml.Event | None = None, token: str = "") -> Span:
        # The parser's own events always carry marks; only hand-made ones may not.
        start, stop = cast(yaml.Mark, event.start_mark), cast(yaml.Mark, (end or event).end_mark)
        span = Span(self.file, start.line + 1, start.column + 1, stop.line + 1, stop.column + 1)
        if token:
            return Span(self.file, span.line, span.column, span.line, span.column + len(token))
        return span


def _report(error: yaml.MarkedYAMLError, file: str, findings: Findings) -> None:
    """Say what the slip most likely is, from the raw line: the parser's own words are for programmers."""
    mark = error.problem_mark or error.context_mark
    lines = findings.lines[file]
    quote_left_open = "quoted scalar" in (error.context or "") and error.context_mark is not None
    if quote_left_open:
        mark = error.context_mark
    number = min(mark.line, max(len(lines) - 1, 0)) if mark else 0
    line = lines[number] if lines else ""
    column = mark.column if mark and mark.line == number else 0
    conflict = next((n for n, text in enumerate(lines) if re.match(r"(<{7}|={7}|>{7})(\s|$)", text)), None)
    if conflict is not None:
        number, line, column = conflict, lines[conflict], 0
        message, hint = (
            "Two versions of this file were merged and not settled.",
            ("Choose one of the two versions and delete the lines of `<`, `=` and `>`."),
        )
    elif re.match(r" *\t", line):
        column = line.index("\t")
        message, hint = "This line is indented with a tab.", "Use spaces: two for each level."
    elif quote_left_open:
        message, hint = "This quote is never closed.", "Close the quote; or put the text after `|`."
    elif re.search(r":\s+[@`%{*&!]", line):
        message, hint = (
            "YAML cannot read this line: a text begins with a sign that means something to YAML.",
            "Put the text in quotes, or after `|` on a line of its own.",
        )
    elif re.match(r"\s*(- )?[\w ]+: .*: ", line) or re.search(r": .*:$", line):
        message, hint = (
            "YAML cannot read this line: it has `: ` inside a text.",
            "Put the text in quotes, or after `|` on a line of its own.",
        )
    elif "block" in (error.context or ""):
        message, hint = (
            "This line does not fit under the lines above it.",
            "Look at the spaces before it: lines of one level begin at the same column.",
        )
    else:
        message, hint = f"YAML cannot read this line: {error.problem}.", "Put texts after `|`."
    at = Span(file, number + 1, column + 1, number + 1, column + 2)
    findings.add("F103", at, message, hint=hint)


def _place(text: str, sign: str) -> tuple[int, int]:
    """The line and column of a sign's first place."""
    before = text[: text.index(sign)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")
