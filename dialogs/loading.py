"""Flow files in; a Book, or every mistake with its file, line, column and caret, out.

The only part of dialogs that reads files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from dialogs import parsing, proof
from dialogs.checks import check_flow, check_together
from dialogs.findings import Finding, Findings, FlowErrors
from dialogs.flow import LANGUAGE, Book, Flow
from dialogs.reading import Fields, Known
from dialogs.spans import Span

SUFFIX = ".yaml"
MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class _Files:
    """The files to read, by the name they are shown under. `alone`: one file was asked for."""

    read: Mapping[str, bytes]
    alone: bool
    shown: str


def shipped() -> Traversable:
    """The conversations that come with the program."""
    return resources.files("dialogs").joinpath("flows")


def load_book(
    root: Path | Traversable | None = None,
    *,
    lifelines: Collection[str] | None = None,
    labels: Collection[str] | None = None,
    asides: Collection[str] | None = None,
    bland: Callable[[str], bool] | None = None,
) -> Book:
    """The flows of a folder, or of one file, ready for the engine. None: those that come with the program.

    `lifelines` and `labels` are the lifelines and risk labels that flows can name, `asides` the occasions that
    need words, and `bland` says whether a first line gives nothing away; what is not given is not checked.
    Raises FlowErrors with every finding when any is an error.
    """
    book, findings = _load(root, Known(lifelines, labels, asides), bland)
    if book is None:
        raise FlowErrors(findings.sorted())
    return book


def check(
    root: Path | Traversable | None = None,
    *,
    lifelines: Collection[str] | None = None,
    labels: Collection[str] | None = None,
    asides: Collection[str] | None = None,
    bland: Callable[[str], bool] | None = None,
) -> list[Finding]:
    """Every finding on a folder or one file, in the order of the files.

    When the flows can be loaded, the conversation is also walked (dialogs.proof).
    """
    book, findings = _load(root, Known(lifelines, labels, asides), bland)
    if book is not None:
        for fault in proof.prove(book):
            findings.add(fault.code, fault.span, fault.message, hint=fault.hint, replay=fault.replay)
    return list(findings.sorted())


def _load(
    root: Path | Traversable | None, known: Known, bland: Callable[[str], bool] | None
) -> tuple[Book | None, Findings]:
    findings = Findings()
    files = _files(root if root is not None else shipped(), findings)
    flows: dict[str, Flow] = {}
    for file, data in files.read.items():
        flow = _read_flow(file, data, findings, known)
        if flow is not None:
            flows[flow.id] = flow
    names = {file.rsplit("/", 1)[-1].removesuffix(SUFFIX) for file in files.read}
    complete = len(flows) == len(names)
    if not files.read and not findings.found:
        findings.add("F124", Span.of_file(files.shown), f"There are no flows: no file ends in {SUFFIX}.")
    for flow in flows.values():
        # A flow whose file cannot be read is still there to be called: its own mistake is reported already.
        check_flow(flow, {**dict.fromkeys(names, flow), **flows}, findings, bland=bland)
    check_together(flows, findings, known, alone=files.alone or not complete)
    if findings.has_errors:
        return None, findings
    first = next(iter(flows))
    start = first if files.alone else next((flow.id for flow in flows.values() if flow.starts), first)
    interrupts = {label.name: flow.id for flow in flows.values() for label in flow.interrupt}
    said = {name: text.words for flow in flows.values() for name, text in flow.asides.items()}
    book = Book(
        flows=MappingProxyType(flows),
        start=start,
        digest=digest(files.read),
        interrupts=MappingProxyType(interrupts),
        asides=MappingProxyType(said),
    )
    return book, findings


def digest(files: Mapping[str, bytes]) -> str:
    """Twelve hexadecimal digits that name these files and no others."""
    whole = hashlib.sha256()
    named = {file.rsplit("/", 1)[-1]: data for file, data in files.items()}
    for name in sorted(named):
        # Lengths first, so that no two sets of files can run together into the same bytes.
        whole.update(f"{name}\0{len(named[name])}\0".encode() + named[name])
    return whole.hexdigest()[:12]


def _files(root: Path | Traversable, findings: Findings) -> _Files:
    shown = str(root) if isinstance(root, Path) else f"dialogs/{root.name}"
    try:
        if root.is_file():
            return _with_flows_beside(root, shown, findings)
        found = sorted((f for f in root.iterdir() if f.name.endswith(SUFFIX)), key=lambda f: f.name)
        if len(found) > MOST_FILES:
            findings.add("F102", Span.of_file(shown), f"There are {len(found)} flows; the most is {MOST_FILES}.")
            return _Files({}, False, shown)
        return _Files({f"{shown}/{file.name}": _bytes(file) for file in found}, False, shown)
    except OSError as error:
        findings.add("F101", Span.of_file(shown), f"It cannot be read: {error.strerror or 'no such file'}.")
        return _Files({}, False, shown)


def _with_flows_beside(root: Path | Traversable, shown: str, findings: Findings) -> _Files:
    """One file, and the flows beside it that it calls, so that it can be checked and tried by itself."""
    read = {shown: _bytes(root)}
    if not isinstance(root, Path):
        return _Files(read, True, shown)
    ahead = [(shown, root)]
    while ahead:
        file, path = ahead.pop()
        for name in _called(parsing.parse(file, read[file], Findings())):
            beside = path.with_name(name + SUFFIX)
            if str(beside) not in read and name.isidentifier() and beside.is_file():
                read[str(beside)] = _bytes(beside)
                ahead.append((str(beside), beside))
    return _Files(read, True, shown)


def _called(node: parsing.Node | None) -> list[str]:
    """The values of every `call: NAME` and `call: {flow: NAME}` in a file."""
    found: list[str] = []
    ahead = [node]
    while ahead:
        at = ahead.pop()
        if isinstance(at, parsing.Sequence):
            ahead.extend(at.items)
        elif isinstance(at, parsing.Mapping):
            ahead.extend(value for _, value in at.entries)
            for key, value in at.entries:
                if key.value in ("call", "flow") and isinstance(value, parsing.Scalar):
                    found.append(value.value)
    return found


def _bytes(file: Path | Traversable) -> bytes:
    """The file's bytes; of a file that is too big only enough to see that it is."""
    with file.open("rb") as opened:
        return opened.read(parsing.LARGEST_FILE + 1)


def _read_flow(file: str, data: bytes, findings: Findings, known: Known) -> Flow | None:
    node = parsing.parse(file, data, findings)
    if node is None:
        return None
    if not isinstance(node, parsing.Mapping):
        findings.add("F111", node.span, "A flow is made of entries, `name: value`.")
        return None
    fields = Fields(node, findings, "the flow", known=known)
    # What is missing from the whole flow is reported at its first line alone.
    fields.span = node.entries[0][0].span if node.entries else Span.of_file(file)
    language = fields.name("language")
    if language and language.name != LANGUAGE:
        findings.add(
            "F116",
            language.span,
            f"This flow is written in language `{language.name}`.",
            hint=f"Write `language: {LANGUAGE}`.",
        )
        return None
    return Flow.read(node, fields)
