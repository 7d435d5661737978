"""The desk with the editors' pages, over the rooms of the whole program, in a folder of its own."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bot.desk_pages import TEMPLATES, desk_pages
from bot.rooms import Rooms
from dialogs.source import Source
from service_directory.desk.collected import COLLECTIONS
from tests.support.desk import Clock as DeskClock
from tests.support.desk import DeskWorld, desk_world
from tests.support.world import Clock, world


@dataclass
class EditorsDesk:
    """The rooms, and the desk that is served over them. One clock turns both."""

    rooms: Rooms
    world: DeskWorld
    clock: Clock

    @property
    def folder(self) -> Path:
        """Where an editor's conversations lie on the server."""
        return self.rooms.settings.home / "conversations"

    def lay(self, source: Source) -> None:
        """Put conversations into the folder."""
        self.folder.mkdir(exist_ok=True)
        for file, data in source.flows.items():
            (self.folder / file.rsplit("/", 1)[-1]).write_bytes(data)


@contextlib.asynccontextmanager
async def editors_desk(folder: Path) -> AsyncIterator[EditorsDesk]:
    """A desk over throw-away stores, where nothing was ever published."""
    clock = Clock()
    async with (
        world(folder, clock) as rooms,
        desk_world(
            folder,
            (*COLLECTIONS, *desk_pages(rooms)),
            url=rooms.settings.directory_url,
            templates=[TEMPLATES],
            clock=DeskClock(clock.now),
            helpline_name=rooms.settings.helpline_name,
            helpline=rooms.settings.helpline,
        ) as desk,
    ):
        yield EditorsDesk(rooms, desk, clock)
