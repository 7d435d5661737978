"""`fingerpost flows rehearse`: which rehearsals are played, and how it is told what came of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.flow_knowledge import known
from dialogs.findings import Finding, Findings, as_github, as_json, render_text
from dialogs.loading import load_book
from dialogs.parsing import LARGEST_FILE
from dialogs.rehearsal import Part, Rehearsed, rehearse
from dialogs.source import SUFFIX
from dialogs.spans import Span
from safety.lifelines import Lifelines

FOLDER = "rehearsals"
NEVER = "F318"
# A Wednesday noon: lifelines are worded by the hour, and a rehearsal has to end the same way whenever it is played.
NOON = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Europe/London"))


@dataclass(frozen=True, slots=True)
class Report:
    """What is to be printed, and whether anything is wrong."""

    text: str
    failed: bool


def shipped_rehearsals() -> Traversable:
    """The rehearsals of the conversations that come with the program."""
    return resources.files("dialogs").joinpath(FOLDER)


def play_all(
    path: Path | None, flows: Path | None, form: str, *, update: bool = False, at_least: int | None = None
) -> Report:
    """Play the rehearsals of `path` on the flows of `flows`. None: those that come with the program; rehearsals of
    one's own flows lie in the folder `rehearsals` inside theirs.

    Raises FlowErrors when the flows cannot be used. `update` rewrites what does not agree in the files of `path`.
    """
    root = path or (flows / FOLDER if flows is not None else shipped_rehearsals())
    files = read_rehearsals(root)
    if not files:
        findings = Findings()
        findings.add("F304", Span.of_file(_shown(root)), f"There are no rehearsals: no file ends in {SUFFIX}.")
        return Report(_FORMS[form](Rehearsed(0, findings.sorted(), (), {}), ()), True)
    lifelines = Lifelines.load()
    book = load_book(flows, known(lifelines))
    lines = lifelines.worded(NOON)
    came = rehearse(book, files, lines, at_least=at_least)
    written: Sequence[str] = ()
    if update and isinstance(root, Path):
        for file, data in came.updated.items():
            _write(Path(file), data)
        written = tuple(came.updated)
        came = rehearse(book, read_rehearsals(root), lines, at_least=at_least)
    return Report(_FORMS[form](came, written), came.failed)


def read_rehearsals(root: Path | Traversable) -> Mapping[str, bytes]:
    """The bytes of one rehearsal, or of all in a folder, by the names they are shown under."""
    if root.is_file():
        return {_shown(root): _bytes(root)}
    if not root.is_dir():
        return {}
    found = sorted((file for file in root.iterdir() if file.name.endswith(SUFFIX)), key=lambda file: file.name)
    return {f"{_shown(root)}/{file.name}": _bytes(file) for file in found}


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"{file}: it cannot be written: {error.strerror}.") from None


def _bytes(file: Path | Traversable) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST_FILE + 1)


def _shown(root: Path | Traversable) -> str:
    return str(root) if isinstance(root, Path) else f"dialogs/{root.name}"


# --- Telling ----------------------------------------------------------------------------------------------


def _as_text(came: Rehearsed, written: Sequence[str]) -> str:
    """What went another way in full; what is never rehearsed in a line each."""
    wrong = [finding for finding in came.findings if finding.code != NEVER]
    never = [finding for finding in came.findings if finding.code == NEVER]
    lines = [render_text(wrong)] if wrong else []
    lines += [f"Rewritten: {file}" for file in written]
    if never:
        lines += ["Never rehearsed:", *(f"  {f.file}:{f.line}: {_what(f)}" for f in never), ""]
    lines += _table(came.parts)
    count = f"{came.played} rehearsal{'' if came.played == 1 else 's'}"
    lines.append(f"{count} played; {'something is wrong.' if came.failed else 'all went as written.'}")
    return "\n".join(lines)


def _what(finding: Finding) -> str:
    return finding.message.removesuffix(" is never rehearsed.")


def _table(parts: Sequence[Part]) -> list[str]:
    widest = max((len(part.flow) for part in parts), default=0)
    return [
        f"{part.flow:<{widest}}  {part.percent:>3} %  {part.items - len(part.missing)} of {part.items}"
        for part in parts
    ]


def _as_json(came: Rehearsed, written: Sequence[str]) -> str:
    """One object a line: the findings, then how much of each flow was met."""
    flows = [
        {"flow": part.flow, "percent": part.percent, "items": part.items, "met": part.items - len(part.missing)}
        for part in came.parts
    ]
    return "\n".join([*filter(None, [as_json(came.findings)]), *(json.dumps(flow) for flow in flows)])


def _as_github(came: Rehearsed, written: Sequence[str]) -> str:
    return as_github(came.findings)


_FORMS: Mapping[str, Callable[[Rehearsed, Sequence[str]], str]] = {
    "text": _as_text,
    "json": _as_json,
    "github": _as_github,
}
