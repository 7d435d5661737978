"""The file of a backup: a zip of a directory database, with what it holds and its digest beside it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

DATABASE = "directory.sqlite"
_ABOUT = "backup.json"
_FORMAT = 1


class BackupError(Exception):
    """A backup cannot be made or used, and nothing was changed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What is in a backup: when it was made, the SHA-256 of the database in it, and the rows of each table."""

    made_at: datetime
    digest: str
    rows: dict[str, int]


def look_into(file: Path) -> Backup:
    """What a backup holds, once it is sure that it is whole. Raises BackupError."""
    with readable(file), tempfile.TemporaryDirectory(prefix="fingerpost-restore-") as folder:
        return unpack(file, Path(folder) / DATABASE)


@contextlib.contextmanager
def readable(file: Path) -> Iterator[None]:
    """Tell what the system says of a file in plain words."""
    try:
        yield
    except OSError as error:
        raise BackupError(f"{file} cannot be used: {error.strerror or error}.") from None


@contextlib.contextmanager
def appearing(file: Path) -> Iterator[Path]:
    """A place for a draft, which becomes the file when all went well: nobody ever sees one that is half-written."""
    if file.exists():
        raise BackupError(f"{file} exists already. Name a new file: backups are never overwritten.")
    with readable(file), tempfile.TemporaryDirectory(prefix=".backup-", dir=file.absolute().parent) as folder:
        draft = Path(folder) / "draft.zip"
        yield draft
        os.replace(draft, file)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(copy: Path, made: Backup, draft: Path) -> None:
    """Write the file of a backup, and see that it reaches the disk."""
    about = {
        "fingerpost_backup": _FORMAT,
        "made_at": made.made_at.isoformat(),
        "sha256": made.digest,
        "rows": made.rows,
    }
    with draft.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_ABOUT, json.dumps(about, indent=2))
            archive.write(copy, DATABASE)
        file.flush()
        os.fsync(file.fileno())


def unpack(file: Path, copy: Path) -> Backup:
    """Take the database out of a backup and check it. Raises BackupError."""
    try:
        with zipfile.ZipFile(file) as archive:
            about = json.loads(archive.read(_ABOUT))
            if about["fingerpost_backup"] != _FORMAT:
                raise BackupError(f"{file} was made by a newer version of Fingerpost. Use that one, or a newer one.")
            found = Backup(datetime.fromisoformat(about["made_at"]), about["sha256"], about["rows"])
            with archive.open(DATABASE) as inside, copy.open("wb") as out:
                shutil.copyfileobj(inside, out)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError):
        raise BackupError(f"{file} is not a backup of a directory, or it is damaged. Use another one.") from None
    if digest_of(copy) != found.digest:
        raise BackupError(f"{file} is damaged: its digest is not the one that it was made with. Use another backup.")
    return found
