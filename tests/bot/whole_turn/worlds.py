"""Where the men of the model live: two processes over the same stores, and beside them a shadow for each man.

A shadow is a conversation of one man's own, over a session store of its own: it is never begun again, never meets
anybody else, never fails, and is handed each thing that he did once, in the order in which it was taken. What it says
is what he has to be told, and where it stands is where he has to stand.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from bot.arrival import Address
from bot.conversation import Conversation
from bot.departures import Eraser
from bot.rooms import Rooms, opened
from bot.sessions import Sessions
from bot.settings import Settings
from bot.versions import PublishedVersions
from service_directory.store import Directory, example_values
from tests.support.world import SUNDAY_NOON, Clock

PROCESSES = 2
_template: list[bytes] = []


class World:
    """The processes and the shadows. ``flows`` previews other conversations than those that are published; ``eraser``
    deletes messages in the chats of Telegram.
    """

    def __init__(self, clock: Clock, flows: Path | None, eraser: Eraser) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fingerpost-whole-turn-"))
        self.processes: list[Rooms] = []
        self._clock = clock
        self._flows = flows
        self._eraser = eraser
        self._open: dict[int, AsyncExitStack] = {}
        self._shadowed: dict[Address, tuple[Sessions, Conversation]] = {}

    async def open(self) -> None:
        """Begin all processes."""
        home = self.folder / "home"
        home.mkdir()
        (home / "directory.sqlite").write_bytes(await _directory_with_examples())
        self.processes = [await self._begin(number) for number in range(PROCESSES)]
        self.shadow = await self._begin(PROCESSES)

    async def begin_again(self, process: int) -> None:
        """A process ends and begins again."""
        await self._open.pop(process).aclose()
        self.processes[process] = await self._begin(process)

    async def _begin(self, number: int) -> Rooms:
        settings = Settings.read({"FINGERPOST_HOME": str(self.folder / "home")})
        self._open[number] = AsyncExitStack()
        rooms = await self._open[number].enter_async_context(
            opened(settings, clock=self._clock, examples=False, flows=self._flows)
        )
        rooms.conversation.erase_with("telegram", self._eraser)
        return rooms

    async def shadow_of(self, address: Address) -> tuple[Sessions, Conversation]:
        """His sessions and his conversation, of which nobody else knows."""
        if address not in self._shadowed:
            folder = self.folder / f"shadow-{address.chat[-4:]}"
            folder.mkdir()
            sessions = await Sessions.open(
                f"sqlite:///{folder}/sessions.sqlite",
                folder=folder,
                secret="another one",
                life=self.shadow.settings.session_life,
            )
            conversation = Conversation(versions=self.shadow.versions, sessions=sessions, clock=self._clock)
            self._shadowed[address] = sessions, conversation
        return self._shadowed[address]

    async def take_up(self) -> None:
        """Every process looks what is published."""
        for rooms in (*self.processes, self.shadow):
            assert isinstance(rooms.versions, PublishedVersions)
            await rooms.versions.take_up()

    async def close(self) -> None:
        """End all, and look at nothing more."""
        for sessions, _ in self._shadowed.values():
            await sessions.close()
        for stack in self._open.values():
            await stack.aclose()

    def remove(self) -> None:
        """Delete all files."""
        shutil.rmtree(self.folder)


async def _directory_with_examples() -> bytes:
    """The file of a directory that holds the examples, which takes a while to make."""
    if not _template:
        with tempfile.TemporaryDirectory() as folder:
            directory = await Directory.open(f"sqlite:///{folder}/directory.sqlite")
            await directory.load_document(example_values(), at=SUNDAY_NOON, who="a test", why="a test", apply=True)
            await directory.close()
            _template.append(await asyncio.to_thread((Path(folder) / "directory.sqlite").read_bytes))
    return _template[0]
