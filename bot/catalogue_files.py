"""`fingerpost flows extract`: the files for translators, written so that a failure leaves the old ones."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.flow_knowledge import known
from dialogs.loading import load_source
from dialogs.source import CATALOGUE_SUFFIX, LOCALE, Source, SourceError
from dialogs.translation.catalogues import Catalogue, CatalogueError
from dialogs.translation.extraction import extract
from safety.lifelines import Lifelines

_LONDON = ZoneInfo("Europe/London")


class CannotExtract(Exception):
    """Nothing was written; the text says to the editor why."""


def extract_to(path: Path | None, languages: Iterable[str], out: Path | None) -> Iterator[str]:
    """Write the template and the catalogues of the conversations in `path` (None: the shipped ones).

    Every catalogue that is there already is brought up to date, and one is begun for each further language. They go to
    `out`, else to `locale` beside the flows, else to `locale` in the present folder. Yields what was written. Raises
    CannotExtract, and FlowErrors when the conversations have mistakes.
    """
    try:
        source = Source.read(path)
    except SourceError as error:
        raise CannotExtract(str(error)) from None
    book = load_source(source, known(Lifelines.load()))
    folder = out or _beside(path)
    catalogues = {**dict.fromkeys(languages, b""), **source.catalogues, **_catalogues(folder)}
    try:
        files = extract(book, catalogues)
    except CatalogueError as error:
        raise CannotExtract(f"A catalogue cannot be read, so nothing was written: {error}") from None
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        yield f"{_write(folder / name, data)}: {folder / name}"


def unreviewed_note(path: Path | None, language: str, at: datetime) -> str:
    """What whoever previews this language has to know: that nobody has reviewed it; "" once somebody has."""
    data = Source.read(path).catalogues[language]
    catalogue = Catalogue.read(language, data, language)
    if catalogue.reviewed(at.astimezone(_LONDON).date()):
        return ""
    return f"Nobody has reviewed {catalogue.name} yet: it is a draft, and no man is offered it."


def _beside(path: Path | None) -> Path:
    if path is None:
        return Path(LOCALE)
    return (path if path.is_dir() else path.parent) / LOCALE


def _catalogues(folder: Path) -> dict[str, bytes]:
    found = sorted(folder.glob(f"*{CATALOGUE_SUFFIX}"))
    return {file.name.removesuffix(CATALOGUE_SUFFIX): file.read_bytes() for file in found}


def _write(file: Path, data: bytes) -> str:
    if file.exists() and file.read_bytes() == data:
        return "as it was"
    new = file.with_name(f".{file.name}.new")
    new.write_bytes(data)
    os.replace(new, file)
    return "written"
