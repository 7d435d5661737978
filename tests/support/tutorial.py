"""A page that teaches by doing: its files are written, its changes made and its commands run, in order.

    ```console        commands after `$ `, and what they print; a line `...` stands for any lines
    ```yaml FILE      the file is written
    ```diff FILE      the file is changed; with `saved while talking`, while somebody talks to the flow
    ```sh             shown, not run

A command with nothing under it and an image after it is shown by that picture.
"""

from __future__ import annotations

import io
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner

from bot.cli import main

_FENCE = re.compile(r"^```(\w+)(?: (\S+))?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_IMAGE = re.compile(r"\s*!\[[^\]]+\]\(([^)]+)\)")
_DIGEST = re.compile(r"\b[0-9a-f]{12}\b")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced part of the page. `picture` is the image that stands right after it."""

    kind: str
    file: str
    note: str
    body: str
    picture: str


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, and what the page says that it prints (empty: a picture shows it)."""

    command: str
    said: str
    promised: str
    picture: str

    @property
    def agrees(self) -> bool:
        """Whether it printed what the page says; names of versions are any."""
        said = "\n".join(line.rstrip() for line in _DIGEST.sub("0" * 12, self.said).splitlines())
        promised = re.split(r"^\.\.\.$", _DIGEST.sub("0" * 12, self.promised), flags=re.MULTILINE)
        pattern = ".*".join(re.escape(part.strip("\n")) for part in promised)
        return re.fullmatch(pattern, said.strip("\n"), re.DOTALL) is not None


def blocks(page: str) -> Iterator[Block]:
    """The fenced parts of a page, from top to bottom."""
    for found in _FENCE.finditer(page):
        image = _IMAGE.match(page, found.end())
        yield Block(found[1], found[2] or "", found[3].strip(), found[4], image[1] if image else "")


@dataclass
class Tutorial:
    """Somebody who does what the page says, in the present folder."""

    ran: list[Ran] = field(default_factory=list)

    def follow(self, page: str) -> None:
        """Do all of it. Raises what goes wrong with a file or a change."""
        for block in blocks(page):
            match block.kind:
                case "yaml" if block.file:
                    Path(block.file).write_text(block.body, encoding="utf-8")
                case "diff" if block.note:
                    self._change_while_talking(block)
                case "diff":
                    change(Path(block.file), block.body)
                case "console":
                    self._type(block)

    def _type(self, block: Block) -> None:
        commands = re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]
        for number, command in enumerate(commands, 1):
            line, _, promised = command.partition("\n")
            picture = block.picture if number == len(commands) else ""
            self.ran.append(Ran(line, run(line), promised, picture))

    def _change_while_talking(self, block: Block) -> None:
        """Somebody stands at the first step of the flow that is changed; the file is saved, and he presses Enter."""
        file = Path(block.file)
        (first,) = re.findall(r"^first_step: (\w+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
        command = f"fingerpost chat --flow {file.parent} --at-step {file.stem}/{first}"
        typed = _Typed([lambda: change(Path(block.file), block.body), "", "x"])
        result = CliRunner().invoke(main, shlex.split(command)[1:], input=io.BufferedReader(typed))
        _, _, said = result.output.partition("(Saved.")
        self.ran.append(Ran(command, f"(Saved.{said.partition('> ')[0]}", "", block.picture))


def run(line: str) -> str:
    """What a command prints. Only what the page needs can be run: `cp -r`, and `fingerpost` with `>`."""
    words = shlex.split(line)
    if words[:2] == ["cp", "-r"]:
        source, target = map(Path, words[2:])
        shutil.copytree(source, target / source.name if target.exists() else target)
        return ""
    assert words[0] == "fingerpost", line
    if ">" in words:
        Path(words[-1]).write_text(CliRunner().invoke(main, words[1:-2]).output, encoding="utf-8")
        return ""
    return CliRunner().invoke(main, words[1:]).output


def change(file: Path, diff: str) -> None:
    """Make the change that a diff shows. Its lines must be in the file, together, and once."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{file} does not have these lines once:\n{before}"
    file.write_text(text.replace(before, after), encoding="utf-8")


class _Typed(io.RawIOBase):
    """Lines that are typed one at a time, with something done before the next is read."""

    def __init__(self, turns: list[str | Callable[[], None]]) -> None:
        self._turns = turns

    def readable(self) -> bool:
        return True

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]
        while self._turns:
            turn = self._turns.pop(0)
            if isinstance(turn, str):
                line = f"{turn}\n".encode()
                into[: len(line)] = line
                return len(line)
            turn()
        return 0
