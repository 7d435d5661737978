"""The desk with the editors' pages, over the rooms of the whole program, in a folder of its own."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bot.desk_pages import TEMPLATES, desk_pages
from bot.rooms import Rooms
from dialogs.source import SUFFIX, Source
from service_directory.desk.collected import COLLECTIONS
from tests.support.desk import Clock as DeskClock
from tests.support.desk import DeskWorld, desk_world
from tests.support.world import Clock, world

_MAIN = """\
language: 1
flow: main
title: A small talk
starts: yes
review: {by: Rea Der, on: 2026-11-01, due: 2027-02-22}
sources:
  - {fact: "None.", url: "https://example.org", seen: 2026-11-22, confidence: A}
answers:
  wants: [listen, money]
asides:
  disclosure: Thanks for saying it.
  edited: I saw that you changed it.
  identifiers: No need to say who you are.
  note: I read that.
  trouble: That went wrong at our end.
  unreadable: I can only read words.
first_step: what
steps:
  what:
    ask:
      first: Hello there. Thanks for getting in touch.
      text: QUESTION
      save: wants
      options:
        - {id: listen, label: To talk}
        - {id: money, label: Some money}
      why: So that this can lead you on.
      go: after
      skip: after
  after:
    ask:
      first: Thanks for that. Here is where you can go.
      text: |
        You can ring this line.

        {lifeline.any_hour}
      answerless: yes
      counts: no
      options:
        - {id: done, label: That is all, go: bye}
  bye:
    end:
      first: Thanks for that. Take good care of yourself.
      text: Come back when you like.
"""
_URGENT = """\
language: 1
flow: urgent
title: Danger now
interrupt: [immediate_danger, suicide, child_risk, sexual_violence, strangulation, perpetrator_self_disclosure, privacy]
review: {by: Rea Der, on: 2026-11-01, due: 2027-02-22}
sources:
  - {fact: "None.", url: "https://example.org", seen: 2026-11-22, confidence: A}
first_step: now
steps:
  now:
    ask:
      first: OK. Here is the first thing you can do now.
      text: |
        {lifeline.emergency}

        {lifeline.samaritans}
      answerless: yes
      counts: no
      options:
        - {id: on, label: Carry on, go: _return}
"""


def small(question: str = "What would help?", *, step: str = "what") -> Source:
    """Conversations of two flows that pass the check in no time. `step` is the name of the step that asks."""
    main = _MAIN.replace("QUESTION", question).replace("what:", f"{step}:").replace("step: what", f"step: {step}")
    flows = {"main": main, "urgent": _URGENT}
    files = {f"small/{name}{SUFFIX}": text.encode() for name, text in flows.items()}
    return Source(MappingProxyType(files), MappingProxyType({}), False, "small")


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
        """Put conversations into the folder, in place of what lies there."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
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
