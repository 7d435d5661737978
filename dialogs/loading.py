"""Bytes of flows in; a Book, or every mistake with its file, line, column and caret, out."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from dialogs import parsing, proof
from dialogs.book import Book
from dialogs.checks import check_flow, check_together
from dialogs.editorial import numbers, plain_words, reading_age, reviews
from dialogs.editorial.written import written
from dialogs.findings import Finding, Findings, FlowErrors
from dialogs.flow import FLOW_ENTRIES, LANGUAGE, Flow
from dialogs.known import Known
from dialogs.reading import Fields
from dialogs.source import MOST_FILES, SUFFIX, Source, SourceError
from dialogs.spans import Span
from dialogs.translation.tongues import tongues

_NOTHING_KNOWN = Known()
# What was read a moment ago is not read again: publishing, taking up and going back meet the same few versions.
_REMEMBERED = 8
# Without these a conversation could not be stepped; every other mistake leaves one that can.
_LEADS_NOWHERE = frozenset({"F130", "F131", "F149", "F151"})


def load_book(root: Path | Traversable | None = None, known: Known = _NOTHING_KNOWN, *, unreviewed: str = "") -> Book:
    """The flows of a folder, or of one file, ready for the engine. None: those that come with the program.

    `unreviewed` is a language to have in the book whether or not anybody has reviewed it: for a preview. Raises
    FlowErrors with every finding when any is an error.
    """
    findings = Findings()
    source = _read(root, findings)
    book = _load(source, known, findings, unreviewed, serving=True) if source is not None else None
    return _book_or_errors(book, findings)


def load_source(source: Source, known: Known = _NOTHING_KNOWN, *, unreviewed: str = "") -> Book:
    """The same from bytes that were read before. Raises FlowErrors with every finding when any is an error."""
    return _loaded(source, known, unreviewed)


@lru_cache(_REMEMBERED)
def _loaded(source: Source, known: Known, unreviewed: str) -> Book:
    findings = Findings()
    return _book_or_errors(_load(source, known, findings, unreviewed, serving=True), findings)


def load_published(source: Source, known: Known = _NOTHING_KNOWN) -> Book:
    """The book of a version that passed every check when it was published.

    What passed once is served, though a newer program may check more: only what cannot be read, or leads to
    nothing, stops it. Raises FlowErrors then; that is how an older program meets a newer language. `known` is for its
    translations: which of them are said in English is decided anew each time.
    """
    return _published(source, known)


@lru_cache(_REMEMBERED)
def _published(source: Source, known: Known) -> Book:
    findings = Findings()
    flows = _read_flows(source, _NOTHING_KNOWN, findings)
    if not findings.has_errors:
        checked = Findings(findings.lines)
        _check_flows(flows, source, _NOTHING_KNOWN, checked)
        findings.found += [finding for finding in checked.found if finding.code in _LEADS_NOWHERE]
    return _book_or_errors(None if findings.has_errors else _book(flows, source, known, None), findings)


def check(root: Path | Traversable | None = None, known: Known = _NOTHING_KNOWN) -> list[Finding]:
    """Every finding on a folder or one file, in the order of the files.

    When the flows can be loaded, the conversation is also walked (dialogs.proof), and read for how it reads.
    """
    findings = Findings()
    source = _read(root, findings)
    return list(findings.sorted()) if source is None else check_source(source, known)


def check_source(source: Source, known: Known = _NOTHING_KNOWN) -> list[Finding]:
    """The same for bytes that were read before."""
    return list(_checked(source, known))


@lru_cache(_REMEMBERED)
def _checked(source: Source, known: Known) -> tuple[Finding, ...]:
    findings = Findings()
    book = _load(source, known, findings)
    if book is not None:
        _prove(book, known, findings)
        items = tuple(written(book))
        reading_age.check(items, findings)
        plain_words.check(book, items, findings)
        numbers.check(items, findings)
        if known.today is not None:
            reviews.check(book, known.today, findings)
    return findings.sorted()


def _prove(book: Book, known: Known, findings: Findings) -> None:
    """What the proof finds. What only a translation breaks is a warning: it must not hold up a correction."""
    written_alone = replace(book, tongues=MappingProxyType({}))
    faults = proof.proved(written_alone, known).faults
    for fault in faults:
        findings.add(fault.code, fault.span, fault.message, hint=fault.hint, replay=fault.replay)
    if book.tongues:
        for fault in proof.proved(book, known).faults:
            if fault not in faults:
                findings.add("F261", fault.span, f"{fault.message} ({fault.code})", hint="Have the translation mended.")


def _book_or_errors(book: Book | None, findings: Findings) -> Book:
    if book is None:
        raise FlowErrors(findings.sorted())
    return book


def _read(root: Path | Traversable | None, findings: Findings) -> Source | None:
    try:
        return Source.read(root)
    except SourceError as error:
        hint = "Look whether the path is right and can be opened; a folder holds at most 200 flows."
        findings.add(error.code, Span.of_file(error.shown), str(error), hint=hint)
        return None


def _load(
    source: Source, known: Known, findings: Findings, unreviewed: str = "", *, serving: bool = False
) -> Book | None:
    """The book, or None when any finding is an error. ``serving``: what is told of translations is not wanted."""
    flows = _read_flows(source, known, findings)
    _check_flows(flows, source, known, findings)
    return None if findings.has_errors else _book(flows, source, known, None if serving else findings, unreviewed)


def _read_flows(source: Source, known: Known, findings: Findings) -> dict[str, Flow]:
    flows: dict[str, Flow] = {}
    for file, data in source.flows.items():
        flow, own = _read_flow_once(file, data, known)
        findings.lines.update(own.lines)
        findings.found += own.found
        if flow is not None:
            flows[flow.id] = flow
    if not source.flows:
        message, hint = f"There are no flows: no file ends in {SUFFIX}.", "Name the folder that the flows are in."
        findings.add("F124", Span.of_file(source.shown), message, hint=hint)
    return flows


def _check_flows(flows: dict[str, Flow], source: Source, known: Known, findings: Findings) -> None:
    complete = len(flows) == len(source.names)
    for flow in flows.values():
        # A flow whose file cannot be read is still there to be called: its own mistake is reported already.
        check_flow(flow, {**dict.fromkeys(source.names, flow), **flows}, findings, known)
    check_together(flows, findings, known, alone=source.alone or not complete)


def _book(
    flows: dict[str, Flow], source: Source, known: Known, findings: Findings | None, unreviewed: str = ""
) -> Book:
    first = next(iter(flows))
    start = first if source.alone else next((flow.id for flow in flows.values() if flow.starts), first)
    book = Book(
        flows=MappingProxyType(flows),
        start=start,
        digest=source.digest,
        interrupts=MappingProxyType({label.name: flow.id for flow in flows.values() for label in flow.interrupt}),
        asides=MappingProxyType({name: text.words for flow in flows.values() for name, text in flow.asides.items()}),
        around=MappingProxyType(dict(known.around)),
    )
    return replace(book, tongues=tongues(book, source, known, findings, unreviewed=unreviewed))


@lru_cache(MOST_FILES)
def _read_flow_once(file: str, data: bytes, known: Known) -> tuple[Flow | None, Findings]:
    """A flow, and what is found in it by itself: from one version to the next most files stay as they are."""
    findings = Findings()
    return _read_flow(file, data, findings, known), findings


def _read_flow(file: str, data: bytes, findings: Findings, known: Known) -> Flow | None:
    node = parsing.parse(file, data, findings)
    if node is None:
        return None
    if not isinstance(node, parsing.Mapping):
        hint = "Begin with `language: 1`, on the left edge; docs/flow-language.md shows a whole flow."
        findings.add("F111", node.span, "A flow is made of entries, `name: value`.", hint=hint)
        return None
    fields = Fields(node, findings, "the flow", known=known, entries=FLOW_ENTRIES)
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
