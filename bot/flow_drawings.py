"""`fingerpost flows draw`: which drawings are made, and where they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import click

from bot.explaining import explained
from bot.flow_knowledge import known
from dialogs import drawing
from dialogs.findings import did_you_mean
from dialogs.flow import Flow
from dialogs.loading import check_source
from dialogs.source import Source, SourceError
from safety.lifelines import Lifelines

Form = Literal["mermaid", "svg"]

_SUFFIXES: Mapping[Form, str] = {"mermaid": drawing.MERMAID_SUFFIX, "svg": drawing.SVG_SUFFIX}


def draw(path: Path | None, flow: str | None, form: Form | None, out: Path | None, *, marked: bool) -> str:
    """Draw flows, and say what was written; without `out` this is the drawing itself.

    A name without an ending, or a folder, takes a drawing of every flow and one of all together; anything else is
    the file for one drawing: of `flow`, of the only flow there is, or of all together.
    """
    try:
        source = Source.read(path)
    except SourceError as error:
        raise click.ClickException(f"{path}: {error}") from None
    flows = drawing.flows_of(source)
    if not flows:
        raise click.ClickException(f"{source.shown}: there is no flow that can be read. `flows check` says why.")
    if flow is not None and flow not in flows:
        raise click.BadParameter(f"There is no flow `{flow}`. {did_you_mean(flow, flows)}".strip(), param_hint="--flow")
    diagrams = _Diagrams(source, flows, marked)
    if out is None or (out.suffix and not out.is_dir()):
        form = form or ("svg" if out is not None and out.suffix == drawing.SVG_SUFFIX else "mermaid")
        text = _written(diagrams.one(flow), form)
        if out is None:
            return text.removesuffix("\n")
        return _into({out: text})
    wanted = diagrams.all() if flow is None else [diagrams.one(flow)]
    form = form or "svg"
    return _into({out / f"{diagram.name}{_SUFFIXES[form]}": _written(diagram, form) for diagram in wanted})


def _into(files: Mapping[Path, str]) -> str:
    """Write the files; their names, a line each."""
    try:
        for file, text in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{error.filename}: it cannot be written: {error.strerror}.") from None
    return "\n".join(map(str, files))


def _written(diagram: drawing.Diagram, form: Form) -> str:
    return drawing.svg(diagram) if form == "svg" else drawing.mermaid(diagram)


class _Diagrams:
    def __init__(self, source: Source, flows: Mapping[str, Flow], marked: bool) -> None:
        self._flows = flows
        self._marks: drawing.Marks = {}
        if marked:
            with explained():
                lifelines = Lifelines.load()
            self._marks = drawing.marks(source, check_source(source, known(lifelines)))

    def one(self, flow: str | None) -> drawing.Diagram:
        """The drawing of a flow; of the only one there is; or of all together."""
        if flow is None and len(self._flows) > 1:
            codes = {name: tuple(dict.fromkeys(sum(marks.values(), ()))) for name, marks in self._marks.items()}
            return drawing.of_book(self._flows, codes)
        name = flow or next(iter(self._flows))
        return drawing.of_flow(self._flows[name], self._flows, self._marks.get(name))

    def all(self) -> Iterator[drawing.Diagram]:
        """All together first, then every flow."""
        yield self.one(None)
        if len(self._flows) > 1:
            yield from (self.one(name) for name in self._flows)
