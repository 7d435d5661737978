"""The exact bytes that one version of the conversations consists of. The only part of dialogs that reads files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Self

from dialogs import parsing
from dialogs.findings import Findings

SUFFIX = ".yaml"
LOCALE = "locale"
CATALOGUE_SUFFIX = ".po"
MOST_FILES = 200


class SourceError(Exception):
    """The files cannot be taken as they are: `code` of the finding, what was to be read, and why not."""

    def __init__(self, code: str, message: str, shown: str) -> None:
        super().__init__(message)
        self.code = code
        self.shown = shown


@dataclass(frozen=True, slots=True)
class Source:
    """Flows and catalogues as they were read, once: what is checked is what is used, and what is published.

    `flows` has the bytes of each file by the name it is shown under; `catalogues` those of each language ("cy").
    `alone`: one file was asked for, and the flows beside it that it calls came with it. `shown` names the whole.
    Of a file that is too big only enough is kept to see that it is.
    """

    flows: Mapping[str, bytes]
    catalogues: Mapping[str, bytes]
    alone: bool
    shown: str

    @classmethod
    def read(cls, root: Path | Traversable | None = None) -> Self:
        """The flows of a folder with the catalogues in its `locale`, or of one file. None: the shipped ones.

        Raises SourceError when there is nothing to read or too much.
        """
        root = shipped() if root is None else root
        shown = str(root) if isinstance(root, Path) else f"dialogs/{root.name}"
        try:
            if root.is_file():
                return cls(MappingProxyType(_with_flows_beside(root, shown)), MappingProxyType({}), True, shown)
            found = sorted((f for f in root.iterdir() if f.name.endswith(SUFFIX)), key=lambda f: f.name)
            if len(found) > MOST_FILES:
                raise SourceError("F102", f"There are {len(found)} flows; the most is {MOST_FILES}.", shown)
            flows = {f"{shown}/{file.name}": _bytes(file) for file in found}
            return cls(MappingProxyType(flows), MappingProxyType(_catalogues(root)), False, shown)
        except OSError as error:
            raise SourceError("F101", f"It cannot be read: {error.strerror or 'no such file'}.", shown) from None

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def names(self) -> frozenset[str]:
        """The flows there are, by the names of their files."""
        return frozenset(_flow_name(file) for file in self.flows)

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that name these files and no others, wherever they lie."""
        whole = hashlib.sha256()
        named = {f"{_flow_name(file)}{SUFFIX}": data for file, data in self.flows.items()}
        named |= {f"{LOCALE}/{language}{CATALOGUE_SUFFIX}": data for language, data in self.catalogues.items()}
        for name in sorted(named):
            # Lengths first, so that no two sets of files can run together into the same bytes.
            whole.update(f"{name}\0{len(named[name])}\0".encode() + named[name])
        return whole.hexdigest()[:12]


def shipped() -> Traversable:
    """The conversations that come with the program."""
    return resources.files("dialogs").joinpath("flows")


def _flow_name(file: str) -> str:
    return file.rsplit("/", 1)[-1].removesuffix(SUFFIX)


def _catalogues(root: Path | Traversable) -> dict[str, bytes]:
    folder = root.joinpath(LOCALE)
    if not folder.is_dir():
        return {}
    found = sorted((f for f in folder.iterdir() if f.name.endswith(CATALOGUE_SUFFIX)), key=lambda f: f.name)
    return {file.name.removesuffix(CATALOGUE_SUFFIX): _bytes(file) for file in found}


def _with_flows_beside(root: Path | Traversable, shown: str) -> dict[str, bytes]:
    """One file, and the flows beside it that it calls, so that it can be checked and tried by itself."""
    read = {shown: _bytes(root)}
    if not isinstance(root, Path):
        return read
    ahead = [(shown, root)]
    while ahead:
        file, path = ahead.pop()
        for name in _called(parsing.parse(file, read[file], Findings())):
            beside = path.with_name(name + SUFFIX)
            if str(beside) not in read and name.isidentifier() and beside.is_file():
                read[str(beside)] = _bytes(beside)
                ahead.append((str(beside), beside))
    return read


def _called(node: parsing.Node | None) -> list[str]:
    """The values of every `call: NAME` and `call: {flow: NAME}` in a file."""
    found: list[str] = []
    ahead = [node]
    while ahead:
        at = ahead.pop()
        if isinstance(at, parsing.Sequence):
            ahead.extend(at.items)
        elif isinstance(at, parsing.Mapping):
            ahead.extend(value for _, value in at.entries)
            for key, value in at.entries:
                if key.value in ("call", "flow") and isinstance(value, parsing.Scalar):
                    found.append(value.value)
    return found


def _bytes(file: Path | Traversable) -> bytes:
    """The file's bytes; of a file that is too big only enough to see that it is."""
    with file.open("rb") as opened:
        return opened.read(parsing.LARGEST_CATALOGUE + 1)
