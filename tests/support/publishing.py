"""Publishing in a test: over the rooms of the whole program, by an editor who answers for it."""

from __future__ import annotations

from collections.abc import Callable

from bot.flow_knowledge import known
from bot.publishing import Publishing, Report, Request
from bot.rooms import Rooms
from bot.versions import PublishedVersions
from dialogs.source import Source
from tests.support.editing import edited, trees_of
from tests.support.random_flows import Tree
from tests.support.world import Clock

SHIPPED = trees_of(Source.read())

Edit = Callable[[dict[str, Tree]], None]


def shipped_with(*edits: Edit) -> Source:
    """The shipped conversations after some edits."""
    return edited(SHIPPED, *edits)


def says(flow: str, step: str, text: str) -> Edit:
    """The edit that words a question or an end differently."""

    def reword(flows: dict[str, Tree]) -> None:
        ((_, body),) = flows[flow]["steps"][step].items()
        body["text"] = text

    return reword


def request(**more: object) -> Request:
    return Request(**{"by": "Ann Editor", "why": "a test", "moves": {}, **more})  # type: ignore[arg-type]


def publishing(rooms: Rooms, clock: Clock) -> Publishing:
    return Publishing(rooms.publications, rooms.sessions, rooms.shipped, known(rooms.lifelines), clock)


async def publish(rooms: Rooms, clock: Clock, source: Source, **more: object) -> Report:
    """Publish, and let this process take it up."""
    report = await publishing(rooms, clock).publish(source, request(**more))
    assert not report.refused, report.findings
    assert isinstance(rooms.versions, PublishedVersions)
    await rooms.versions.take_up()
    return report
