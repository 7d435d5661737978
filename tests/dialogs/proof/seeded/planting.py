"""How a fault is planted into a copy of a sound conversation, and what has to be said about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from bot.flow_knowledge import known
from dialogs.findings import Finding
from dialogs.known import Known, LifelineFacts
from dialogs.loading import check_source
from dialogs.source import Source
from safety.lifelines import Lifelines
from tests.support.walking import LIFELINES

Folder = Literal["shipped", "small"]
_SMALL = Path(__file__).parents[2] / "book"


@dataclass(frozen=True, slots=True)
class Edit:
    """What an editor's hand did to one file. `times` is how often `old` stands there: all are replaced."""

    flow: str
    old: str
    new: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Told:
    """An error that must be reported: its code, its file, and what stands on the line it is reported at."""

    code: str
    flow: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One fault.

    `slip` is what the editor plausibly did wrong; `breaks` are the promises it breaks ("4.3/2" is the second
    invariant of engines.md, "DESIGN 2" of DESIGN.md). `also` are codes of further errors that follow from it.
    """

    slip: str
    breaks: tuple[str, ...]
    edits: tuple[Edit, ...]
    told: tuple[Told, ...]
    also: tuple[str, ...] = ()
    folder: Folder = "shipped"


@cache
def sound(folder: Folder) -> Source:
    """The conversation as it is before anything is planted."""
    return Source.read(None if folder == "shipped" else _SMALL)


@cache
def knowledge(folder: Folder) -> Known:
    if folder == "shipped":
        return known(Lifelines.load())
    emergency = LifelineFacts(always_open=True, emergency=True, longest=60)
    return Known(lifelines=dict.fromkeys(LIFELINES, emergency))


def planted(seed: Seed) -> Source:
    """The conversation with the fault in it. Raises AssertionError when the flows have changed under the seed."""
    flows = dict(sound(seed.folder).flows)
    for edit in seed.edits:
        file = file_of(seed.folder, edit.flow)
        text = flows[file].decode()
        assert text.count(edit.old) == edit.times, (
            f"`{edit.old}` stands {text.count(edit.old)} times in {edit.flow}.yaml, not {edit.times}: "
            "the flows have changed, so let this fault be planted another way"
        )
        flows[file] = text.replace(edit.old, edit.new).encode()
    return replace(sound(seed.folder), flows=flows)


def file_of(folder: Folder, flow: str) -> str:
    (file,) = (file for file in sound(folder).flows if file.endswith(f"/{flow}.yaml"))
    return file


def errors(seed: Seed) -> list[Finding]:
    """What is said about it, warnings left out."""
    found = check_source(planted(seed), knowledge(seed.folder))
    return [finding for finding in found if finding.severity == "error"]


def missing(seed: Seed, findings: list[Finding]) -> Iterator[Told]:
    """What should have been said and was not."""
    for told in seed.told:
        file = file_of(seed.folder, told.flow)
        if not any(f.code == told.code and f.file == file and told.on in f.source for f in findings):
            yield told
