"""Files of any kind that services come in, told apart and read. The only part of reading that opens files."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path, PurePosixPath

from service_directory.areas import Areas
from service_directory.importing import service_csv
from service_directory.importing.candidates import Reading, Rejection, Watch
from service_directory.importing.decoding import Unreadable, read_json
from service_directory.importing.tables import Package, resources, rows_of
from service_directory.open_referral import reading as open_referral
from service_directory.open_referral.finding import Found, find

#: What is read at most: a whole country's directory takes far less, and a packed bomb far more.
LARGEST_BYTES = 400_000_000
MOST_FILES = 5_000

_DESCRIPTOR = "datapackage.json"
_JSON = (".json", ".jsonl", ".ndjson")

# What unpacking raises: not a zip file or a wrong checksum; each way of packing with its own word for damage (deflate,
# LZMA, bzip2); an end too soon; a password, or a way of packing that the standard library cannot read (RuntimeErrors);
# a place in the file that lies before its beginning, or a name in no alphabet (ValueErrors).
_NOT_UNPACKED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, ValueError)


def load(path: Path) -> dict[str, bytes]:
    """The files at a path by name: one file, those of a folder, or those packed in a zip file.

    Raises Unreadable when there is nothing to read, or too much, and OSError when a file cannot be opened.
    """
    if path.is_dir():
        found = _folder(path)
    elif path.name == _DESCRIPTOR:
        found = _folder(path.parent)
    elif path.suffix.lower() == ".zip":
        found = _packed(path)
    else:
        _refuse_size(path.stat().st_size)
        found = {path.name: path.read_bytes()}
    if not found:
        raise Unreadable(f"{path.name} holds no .json or .csv file")
    return found


def read_files(
    files: Mapping[str, bytes], *, source: str, areas: Areas, today: date, watch: Watch | None = None
) -> Reading:
    """The services in some files. A file that cannot be read is a rejection, when there are others. Pure.

    Raises Unreadable when none can be read.
    """
    if len(files) == 1:
        name, data = next(iter(files.items()))
        if name.lower().endswith(".csv") and _is_simple(name, data):
            return service_csv.read(name, data, areas=areas, watch=watch)
    package = Package()
    found = Found()
    rejected: list[Rejection] = []
    read_any = False
    for name, table, data in _listed(files):
        try:
            if name.lower().endswith(".csv"):
                read_any |= package.add(name, data, table)
            else:
                inside = find(read_json(data), name)
                found.services += inside.services
                found.organizations |= inside.organizations
                read_any = True
        except Unreadable as error:
            message = str(error).removeprefix(f"{name} ")
            if len(files) == 1:
                raise Unreadable(f"{name} {message}") from None
            rejected.append(Rejection(name, "", message))
    services, organizations = package.services()
    found.services += services
    found.organizations |= organizations
    if not read_any:
        raise Unreadable(str(rejected[0]) if rejected else "none of the files is a table of services")
    reading = open_referral.read(found, source=source, areas=areas, today=today, watch=watch)
    return Reading(reading.candidates, (*rejected, *reading.rejected), reading.notes)


def _listed(files: Mapping[str, bytes]) -> list[tuple[str, str, bytes]]:
    """Each file with the name of its table, if a descriptor tells it: name, table, bytes."""
    descriptor = next((name for name in files if PurePosixPath(name).name == _DESCRIPTOR), None)
    if descriptor is None:
        return [(name, "", data) for name, data in sorted(files.items())]
    folder = PurePosixPath(descriptor).parent
    made: list[tuple[str, str, bytes]] = []
    for table, path in resources(files[descriptor]):
        name = (folder / path).as_posix()
        if name in files:
            made.append((name, table, files[name]))
    return made


def _is_simple(name: str, data: bytes) -> bool:
    rows = rows_of(name, data)
    return not rows or service_csv.is_simple(rows[0][1])


def _folder(path: Path) -> dict[str, bytes]:
    wanted = sorted(
        file for file in path.rglob("*") if file.suffix.lower() in (*_JSON, ".csv") and not file.name.startswith(".")
    )
    inside = [file for file in wanted if file.is_file() and file.resolve().is_relative_to(path.resolve())]
    if len(inside) > MOST_FILES:
        raise Unreadable(f"{path.name} holds more than {MOST_FILES} files")
    _refuse_size(sum(file.stat().st_size for file in inside))
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in inside}


def _packed(path: Path) -> dict[str, bytes]:
    _refuse_size(path.stat().st_size)
    data = path.read_bytes()  # first of all, so that a file that cannot be opened is not taken for a damaged one
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            members = [
                member
                for member in packed.infolist()
                if not member.is_dir() and PurePosixPath(member.filename).suffix.lower() in (*_JSON, ".csv")
            ]
            if len(members) > MOST_FILES:
                raise Unreadable(f"{path.name} holds more than {MOST_FILES} files")
            # The sizes in a zip file's list are held to when it is unpacked: a file that is longer is an error.
            _refuse_size(sum(member.file_size for member in members))
            return {member.filename: packed.read(member) for member in members}
    except Unreadable:
        raise
    except _NOT_UNPACKED:
        raise Unreadable(f"{path.name} is not a zip file that can be unpacked") from None


def _refuse_size(size: int) -> None:
    if size > LARGEST_BYTES:
        raise Unreadable(f"there are {size // 1_000_000} MB to read; at most {LARGEST_BYTES // 1_000_000} are")
