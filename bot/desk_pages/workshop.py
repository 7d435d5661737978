"""Where an editor's versions come from, and what is found out about them: read, checked, drawn, rehearsed.

A version is named by its digest once it was published. Two others can be looked at and published: what came with the
program, and what lies in the folder of conversations on the server. Nothing is uploaded: the YAML stays in files.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from bot.flow_knowledge import known
from bot.flow_rehearsals import FOLDER as REHEARSALS
from bot.flow_rehearsals import NOON, read_rehearsals, shipped_rehearsals
from bot.publishing import Publishing
from bot.rooms import Rooms
from bot.stepping import Stepping
from bot.switchboard import Fixed
from dialogs import drawing
from dialogs.book import Book
from dialogs.drawing import Diagram
from dialogs.findings import Finding
from dialogs.known import Known
from dialogs.loading import check_source, load_published
from dialogs.rehearsal import Rehearsed, rehearse
from dialogs.source import CATALOGUE_SUFFIX, LOCALE, Source, SourceError
from service_directory.standards import day_in_london

SHIPPED: Final = "shipped"
"""The name of what came with the program."""
FOLDER: Final = "folder"
"""The name of what lies in the folder of conversations."""

_DIGEST = re.compile(r"[0-9a-f]{12}")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Looked:
    """A version that somebody looks at: `name` is what stands in the address, `title` how it is called on a page."""

    name: str
    title: str
    source: Source

    @property
    def files(self) -> Mapping[str, bytes]:
        """Its files by their names, which say nothing of where they lie."""
        flows = {file.rsplit("/", 1)[-1]: data for file, data in sorted(self.source.flows.items())}
        catalogues = sorted(self.source.catalogues.items())
        return flows | {f"{LOCALE}/{language}{CATALOGUE_SUFFIX}": data for language, data in catalogues}


class Workshop:
    """The versions, over the rooms of a running program. What takes seconds is done beside the event loop, one thing
    at a time: a check walks the whole conversation, and people are being answered meanwhile.
    """

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self._busy = asyncio.Lock()

    @property
    def folder(self) -> Path:
        """Where the conversations lie that somebody works on."""
        return self.rooms.settings.home / "conversations"

    def known(self, at: datetime) -> Known:
        """What versions are checked against on a day."""
        return known(self.rooms.lifelines, today=day_in_london(at))

    def publishing(self, at: datetime) -> Publishing:
        """Publishing and rolling back, as it stands at a moment."""
        rooms = self.rooms
        return Publishing(rooms.publications, rooms.sessions, rooms.shipped, self.known(at), lambda: at)

    async def look(self, name: str) -> Looked | None:
        """The version of this name; None when there is none.

        Raises SourceError when the folder cannot be taken as it is, and DatabaseError.
        """
        if name == SHIPPED:
            return Looked(name, "what came with the program", self.rooms.shipped)
        if name == FOLDER:
            return await self._folder()
        if _DIGEST.fullmatch(name) is None:
            return None
        source = await self.rooms.publications.source(name)
        return None if source is None else Looked(name, f"version {name}", source)

    async def _folder(self) -> Looked | None:
        if not await asyncio.to_thread(self.folder.is_dir):
            return None
        source = await asyncio.to_thread(Source.read, self.folder)
        if not source.flows:
            raise SourceError("F101", "No file in it ends in .yaml.", str(self.folder))
        return Looked(FOLDER, "the folder on the server", source)

    async def check(self, looked: Looked, at: datetime) -> tuple[Finding, ...]:
        """Everything that the check finds."""
        return await self.beside(lambda: tuple(check_source(looked.source, self.known(at))))

    async def book(self, looked: Looked, at: datetime) -> Book:
        """The conversations, ready to be talked to. Raises FlowErrors when they cannot be."""
        return await self.beside(lambda: load_published(looked.source, self.known(at)))

    def stepping(self, book: Book) -> Stepping:
        """A version to talk to, with the lifelines and the directory as they are now, and nobody's session."""
        rooms = self.rooms
        lines = Fixed(rooms.switchboard.lifelines)
        return Stepping(book, lines, rooms.signposting, rooms.settings.session_life, about=rooms.about)

    async def diagram(self, looked: Looked, flow: str, findings: tuple[Finding, ...]) -> Diagram | None:
        """The drawing of a flow with its errors marked ("": of all together); None when there is no such flow."""
        return await self.beside(lambda: _drawn(looked.source, flow, findings))

    async def picture(self, diagram: Diagram) -> str:
        """The drawing as SVG, whose boxes lead to the drawings of other flows."""
        return await self.beside(lambda: drawing.svg(diagram))

    async def flows(self, looked: Looked) -> Mapping[str, str]:
        """The titles of the flows that can be read, by their names."""
        return await self.beside(lambda: {name: flow.title for name, flow in drawing.flows_of(looked.source).items()})

    async def rehearse(self, looked: Looked, at: datetime) -> Rehearsed:
        """Play the rehearsals: those of the folder where there are any, or those that came with the program.

        Raises FlowErrors when the conversations cannot be played.
        """
        own = self.folder / REHEARSALS
        root = own if looked.name != SHIPPED and await asyncio.to_thread(own.is_dir) else shipped_rehearsals()
        lines = self.rooms.lifelines.worded(NOON)

        def play() -> Rehearsed:
            return rehearse(load_published(looked.source, self.known(at)), read_rehearsals(root), lines)

        return await self.beside(play)

    async def beside(self, work: Callable[[], _Result]) -> _Result:
        """Do it in a thread, after what is in hand."""
        async with self._busy:
            return await asyncio.to_thread(work)


def _drawn(source: Source, flow: str, findings: tuple[Finding, ...]) -> Diagram | None:
    flows = drawing.flows_of(source)
    marks = drawing.marks(source, findings)
    if flow:
        return drawing.of_flow(flows[flow], flows, marks.get(flow)) if flow in flows else None
    codes = {name: tuple(dict.fromkeys(sum(steps.values(), ()))) for name, steps in marks.items()}
    return drawing.of_book(flows, codes) if flows else None
