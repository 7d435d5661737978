"""YAML text to a tree of plain strings, each knowing its place in the file.

YAML would read `0777123` as the number 261715 and `no` as false; here every scalar is the string that was
written. What could surprise an author or tire the reader (anchors, tags, a second document, a key given
twice) is refused. The tree is built from parser events, which show a tag or an anchor as it was written and
need no recursion, so neither depth nor size can hurt before it is capped.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from typing import cast

import yaml

from dialogs import slips
from dialogs.findings import Findings
from dialogs.slips.trouble import FALSE_SPACES
from dialogs.spans import Span

LARGEST_FILE = 256 * 1024
LARGEST_CATALOGUE = 4 * LARGEST_FILE  # all flows and what surrounds them, in two languages
DEEPEST = 12
MOST_NODES = 20_000

_PART_IT = "Part the flow in two: one hands over to the other with `call`."
_SAVE_AS = "Save the file anew with the encoding UTF-8; most programs ask for it under Save as."

# Typed as `type`, because the C loader is absent where PyYAML was built without libyaml.
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text, as written. `plain`: it had neither quotes nor a block sign; `block`: it came after `|`."""

    value: str
    span: Span
    plain: bool = True
    block: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list. `bracketed`: written in `[ ]`, and not one item a line."""

    items: tuple[Node, ...]
    span: Span
    bracketed: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """Entries. `bracketed`: written in `{ }`, and not one a line."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span
    bracketed: bool = False


Node = Scalar | Sequence | Mapping


class _Refused(Exception):
    """The file is not worth reading on; the finding has been added."""


def parse(file: str, data: bytes, findings: Findings) -> Node | None:
    """The tree of one file, or None when it cannot be read at all (the findings say why)."""
    whole = Span.of_file(file)
    if len(data) > LARGEST_FILE:
        findings.add(
            "F102", whole, f"This file is {len(data):,} bytes long; the most is {LARGEST_FILE:,}.", hint=_PART_IT
        )
        return None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        findings.add("F101", whole, "This file was saved as UTF-16.", hint=_SAVE_AS)
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.lines[file] = data.decode(errors="replace").splitlines()
        before = data[: error.start].decode().splitlines() or [""]
        line, column = len(before), len(before[-1]) + 1
        findings.add("F101", Span(file, line, column, line, column + 1), "This sign is not UTF-8.", hint=_SAVE_AS)
        return None
    lines = findings.lines[file] = text.splitlines()
    early = slips.look_first(lines)
    if early is not None:
        at = Span(file, early.line, early.column, early.line, early.column + early.width)
        findings.add("F103", at, early.message, hint=early.hint)
        return None
    try:
        return _Builder(file, findings).build(text)
    except _Refused:
        return None
    except yaml.MarkedYAMLError as error:
        _report(error, text, file, findings)
    except yaml.reader.ReaderError as error:
        sign = chr(error.character) if isinstance(error.character, int) else error.character
        line, column = _place(text, sign)
        at = Span(file, line, column, line, column + 1)
        findings.add("F103", at, f"There is an invisible sign in this line (U+{ord(sign):04X}).", hint="Delete it.")
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
        open_: list[tuple[list[Node], yaml.CollectionStartEvent, bool]] = []
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    hint = "Delete the `---`, or move what stands below it into a file of its own."
                    self.findings.add("F106", self.span(event), "A second document begins here.", hint=hint)
                    raise _Refused
            elif isinstance(event, yaml.NodeEvent):
                self.refuse_cleverness(event)
            node: Node
            if isinstance(event, yaml.ScalarEvent):
                node = Scalar(event.value, self.span(event), not event.style, event.style in ("|", ">"))
            elif isinstance(event, yaml.CollectionStartEvent):
                if len(open_) == DEEPEST:
                    hint = "Look for a bracket that is not closed where it should be."
                    self.findings.add("F104", self.span(event), f"This is nested more than {DEEPEST} deep.", hint=hint)
                    raise _Refused
                open_.append(([], event, isinstance(event, yaml.MappingStartEvent)))
                continue
            elif isinstance(event, yaml.CollectionEndEvent):
                children, start, is_mapping = open_.pop()
                span = self.span(start, end=event)
                bracketed = bool(start.flow_style)
                node = (
                    self.mapping(children, span, bracketed)
                    if is_mapping
                    else Sequence(tuple(children), span, bracketed)
                )
            else:
                continue
            self.nodes += 1
            if self.nodes > MOST_NODES:
                message = f"This file has more than {MOST_NODES:,} parts."
                self.findings.add("F104", node.span, message, hint=_PART_IT)
                raise _Refused
            if open_:
                open_[-1][0].append(node)
            else:
                root = node
        if root is None or (isinstance(root, Scalar) and not root.value):
            hint = "Write the flow, or delete the file."
            self.findings.add("F105", Span.of_file(self.file), "This file is empty.", hint=hint)
            return None
        return root

    def refuse_cleverness(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            sign, called = ("*", "an alias") if isinstance(event, yaml.AliasEvent) else ("&", "an anchor")
            self.findings.add(
                "F107",
                self.span(event, token=f"{sign}{event.anchor}"),
                f"`{sign}{event.anchor}` is an instruction to YAML and no text ({called}).",
                hint="If it is text, put it after `|` or in quotes. If not, write out again what it stands for.",
            )
            raise _Refused
        tag = getattr(event, "tag", None)
        if tag is not None:
            token = str(tag).replace("tag:yaml.org,2002:", "!!")
            self.findings.add(
                "F108",
                self.span(event, token=token),
                f"`{token}` is an instruction to YAML and no text (a tag).",
                hint="If it is text, put it after `|` or in quotes. If not, leave it out.",
            )
            raise _Refused

    def mapping(self, children: list[Node], span: Span, bracketed: bool) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if isinstance(key, Scalar):
                key = self.without_false_spaces(key)
            if not isinstance(key, Scalar):
                hint = "Write a name before the colon. If this is a text, put it in quotes or after `|`."
                self.findings.add("F110", key.span, "A name is expected here, not a list or entries.", hint=hint)
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
        return Mapping(tuple(entries.values()), span, bracketed)

    def without_false_spaces(self, key: Scalar) -> Scalar:
        """The name as it was meant. A space that is none to YAML would make another name of it, unseen."""
        meant = key.value.strip(FALSE_SPACES)
        if meant == key.value:
            return key
        code = next(ord(sign) for sign in key.value if sign in FALSE_SPACES)
        self.findings.add(
            "F103",
            key.span,
            f"A space beside `{meant}` is a false one (U+{code:04X}).",
            hint="Delete it and type it anew. Such spaces come in by copying from a web page or a word processor.",
        )
        return replace(key, value=meant)

    def span(self, event: yaml.Event, *, end: yaml.Event | None = None, token: str = "") -> Span:
        # The parser's own events always carry marks; only hand-made ones may not.
        start, stop = cast(yaml.Mark, event.start_mark), cast(yaml.Mark, (end or event).end_mark)
        span = Span(self.file, start.line + 1, start.column + 1, stop.line + 1, stop.column + 1)
        if token:
            return Span(self.file, span.line, span.column, span.line, span.column + len(token))
        return span


def _report(error: yaml.MarkedYAMLError, text: str, file: str, findings: Findings) -> None:
    """Say what the slip most likely is: the parser's own words are for programmers."""
    try:
        # The parser written in Python tells more exactly where it stopped, and over what.
        for _ in yaml.parse(text, Loader=yaml.SafeLoader):
            pass
    except yaml.MarkedYAMLError as told:
        error = told
    slip = slips.explain(error, findings.lines[file])
    at = Span(file, slip.line, slip.column, slip.line, slip.column + slip.width)
    beside = []
    if slip.because is not None:
        line, column, why = slip.because
        beside.append((Span(file, line, column, line, column + 1), why))
    findings.add("F103", at, slip.message, hint=slip.hint, related=beside)


def _place(text: str, sign: str) -> tuple[int, int]:
    """The line and column of a sign's first place."""
    before = text[: text.index(sign)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")
