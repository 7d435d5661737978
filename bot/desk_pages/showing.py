"""What every page about a version has in common: which version it is, and what is found in it, errors first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from bot.desk_pages.workshop import FOLDER, SHIPPED, Looked, Workshop
from dialogs.findings import Finding
from dialogs.source import SourceError
from service_directory.desk.web.pages import Call


@dataclass(frozen=True, slots=True)
class Version:
    """A version as pages show it. `current`: it is the one that strangers begin in."""

    looked: Looked
    current: bool

    @property
    def name(self) -> str:
        return self.looked.name

    @property
    def title(self) -> str:
        return self.looked.title

    @property
    def heading(self) -> str:
        """The title as it begins a line."""
        return self.title[0].upper() + self.title[1:]

    @property
    def digest(self) -> str:
        return self.looked.source.digest

    @property
    def path(self) -> str:
        """The path of its page at the desk."""
        return f"/conversations/{self.name}"

    @property
    def published(self) -> bool:
        """Is it looked at as a version of the history?"""
        return self.name not in (FOLDER, SHIPPED)


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as a page shows it: the name of its file, where that can be read, and its replay as an address."""

    finding: Finding
    file: str

    @property
    def where(self) -> str:
        """The name of the file and the line, for people."""
        return f"{self.file or self.finding.file.rsplit('/', 1)[-1]}, line {self.finding.line}"

    @property
    def caret(self) -> str:
        """A line that points at the place in the line above it."""
        found = self.finding
        return " " * max(0, found.column - 1) + "^" * max(1, min(found.width, len(found.source) - found.column + 2))

    @property
    def replay(self) -> str:
        """The conversation that shows it, for an address; "" when there is none."""
        turns = self.finding.replay or ()
        return quote("; ".join(turn.replace(";", r"\;") for turn in turns), safe="")


async def of(workshop: Workshop, call: Call) -> Version:
    """The version that the path names. Not found when there is none, or it cannot be read."""
    try:
        looked = await workshop.look(str(call.path["version"]))
    except SourceError:
        call.not_found()
    if looked is None:
        call.not_found()
    return Version(looked, looked.source.digest == workshop.rooms.versions.current.book.digest)


def shown(version: Version, findings: Iterable[Finding]) -> list[Shown]:
    """The findings, errors first, each with the name of its file within the version."""
    files = version.looked.files
    made = [Shown(finding, _name(finding.file, files)) for finding in findings]
    return sorted(made, key=lambda one: one.finding.severity != "error")


def _name(file: str, files: Iterable[str]) -> str:
    """The name of a file that a finding names by where it lay; "" when it is not one of the version's."""
    return next((name for name in files if file == name or file.endswith(f"/{name}")), "")
