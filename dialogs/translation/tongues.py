"""The languages of a book that men may be offered, and what is to be said about the others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dialogs.book import Book
from dialogs.findings import Findings
from dialogs.known import Known
from dialogs.languages import NAMES, SOURCE_LANGUAGE
from dialogs.source import CATALOGUE_SUFFIX, LOCALE, Source
from dialogs.spans import Span
from dialogs.translation.catalogues import REVIEWED_BY, REVIEWED_ON, Catalogue, CatalogueError
from dialogs.translation.messages import Message
from dialogs.translation.translating import Translation, translate
from dialogs.understanding import normalise

MOST_NAMED = 5
"""So many outdated texts of a language are named one by one; the rest is counted."""
OF_A_LANGUAGE = frozenset({"F250", "F251", "F260"})
"""The warnings that are about a language as a whole; the others are about texts."""
_IN_ENGLISH = "Until then the English is said."


def tongues(
    book: Book, source: Source, known: Known, findings: Findings | None, *, unreviewed: str = ""
) -> Mapping[str, Book]:
    """The book in each language that men may be offered, by its code; what keeps others back is a warning.

    `unreviewed` is one language that is wanted whether or not somebody has reviewed it: for a preview. Without
    `findings` nobody wants to be told of the others, and they are not translated: that takes longer than all else.
    """
    telling = findings is not None
    findings = Findings() if findings is None else findings
    offered: dict[str, Book] = {}
    for language, data in source.catalogues.items():
        file = f"{source.shown}/{LOCALE}/{language}{CATALOGUE_SUFFIX}"
        findings.lines.setdefault(file, data.decode(errors="replace").splitlines())
        try:
            catalogue = Catalogue.read(language, data, file)
        except CatalogueError as error:
            findings.add("F250", _line(file, error.line), str(error), hint=_IN_ENGLISH)
            continue
        if _name_taken(catalogue, offered, known):
            sentence = f"`{catalogue.name}` cannot stand on a button: it leaves, or is the name of another language."
            findings.add("F250", _line(file, 1), sentence, hint=_IN_ENGLISH)
            continue
        wanted = catalogue.reviewed(known.today) or language == unreviewed
        if not wanted and not telling:
            continue
        translation = translate(book, catalogue, known)
        _report_review(catalogue, known, findings)
        _report_texts(translation, catalogue, findings)
        if wanted:
            offered[language] = translation.book
    return MappingProxyType(offered)


def _name_taken(catalogue: Catalogue, offered: Mapping[str, Book], known: Known) -> bool:
    names = {normalise(tongue.name) for tongue in offered.values()} | {normalise(NAMES[SOURCE_LANGUAGE])}
    return normalise(catalogue.name) in names or (known.leaves is not None and known.leaves(catalogue.name))


def _report_review(catalogue: Catalogue, known: Known, findings: Findings) -> None:
    at = _line(catalogue.file, 1)
    hint = f"Fill in {REVIEWED_BY} and {REVIEWED_ON} (2027-01-31) in its header once somebody has read all of it."
    if not catalogue.reviewed():
        findings.add("F251", at, f"Nobody has reviewed {catalogue.name} yet, so no man is offered it.", hint=hint)
    elif not catalogue.reviewed(known.today):
        findings.add("F251", at, f"{catalogue.name} will be reviewed on {catalogue.reviewed_on}, it says.", hint=hint)
    elif catalogue.changed_since_review:
        findings.add(
            "F260",
            at,
            f"{catalogue.name} was reviewed on {catalogue.reviewed_on} and changed on {catalogue.changed_on}.",
        )


def _report_texts(translation: Translation, catalogue: Catalogue, findings: Findings) -> None:
    whole = _line(catalogue.file, 1)
    for fault in translation.faults:
        there = _line(catalogue.file, fault.line)
        related = [(there, "the translation")] if fault.span else []
        sentence = f"{catalogue.name}: {fault.unfit.message}"
        findings.add(fault.unfit.code, fault.span or there, sentence, hint=_IN_ENGLISH, related=related)
    named = [message for message in translation.outdated if message.span is not None][:MOST_NAMED]
    for message in named:
        findings.add(
            "F252",
            message.span or whole,
            f"This was changed since it was translated into {catalogue.name}, or a translator was not sure.",
            hint=f"`fingerpost flows extract` marks it for translators. {_IN_ENGLISH}",
        )
    outdated, missing = len(translation.outdated) - len(named), len(translation.missing)
    if outdated or missing:
        findings.add(
            "F252", whole, _summary(catalogue, translation, outdated, missing), hint=_first(translation.missing)
        )


def _summary(catalogue: Catalogue, translation: Translation, outdated: int, missing: int) -> str:
    parts = [f"{missing} not translated"] if missing else []
    parts += [f"{outdated} more out of date"] if outdated else []
    return f"{catalogue.name}: {' and '.join(parts)}, of {translation.of} texts. The English is said."


def _first(missing: tuple[Message, ...]) -> str:
    at = next((message.span for message in missing if message.span is not None), None)
    return f"The first that is not translated: {at.file}:{at.line}." if at is not None else ""


def _line(file: str, line: int) -> Span:
    return Span(file, line, 1, line, 2)
