"""Whatever bytes a file, a package or a zip file is made of, it is read or refused in plain words."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_directory.areas import Areas
from service_directory.importing.decoding import Unreadable
from service_directory.importing.files import load, read_files
from service_directory.importing.tables import resources
from tests.service_directory.importing.test_files import PACKAGE, PLAIN_TABLES
from tests.support.feeds import page, service
from tests.support.longer import examples
from tests.support.services import TODAY

AREAS = Areas.load()
SIMPLE = {"services.csv": b"name,phone,area,needs,opens\nTalking in Leeds,0113 222 4444,Leeds,talk,Mo-Fr 9-17\n"}
SOURCES: tuple[Mapping[str, bytes], ...] = (
    SIMPLE,
    PACKAGE,
    PLAIN_TABLES,
    {"feed.json": json.dumps(page(service())).encode()},
    {"feed.ndjson": b"\n".join([json.dumps(service()).encode()] * 2)},
)
JUNK = (
    *(b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b'"', b"'", b"\n", b"\r", b",", b";", b"\t", b"\\"),
    *(b"{", b"}", b"[", b"]" * 50, b"[" * 2_000, b"9" * 5_000, b"1e999", b"NaN", b"null", b'"\\ud800"', b"x" * 200_000),
)


def _spoilt(draw: st.DrawFn, data: bytes) -> bytes:
    """The bytes with up to three cuts filled with something else."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.sampled_from((start, start + 1, start + 7, len(data))))
        data = data[:start] + draw(st.sampled_from(JUNK) | st.binary(max_size=3)) + data[end:]
    return data


@st.composite
def spoilt_files(draw: st.DrawFn) -> dict[str, bytes]:
    """Files that are imported, one of which is spoilt, or called something else."""
    files = dict(draw(st.sampled_from(SOURCES)))
    name = draw(st.sampled_from(sorted(files)))
    data = _spoilt(draw, files.pop(name))
    files[draw(st.sampled_from((name, name, name, "other.json", "other.csv", "services.csv")))] = data
    return files


@examples(150)
@given(spoilt_files())
def test_files_with_any_bytes_in_them_are_read_or_refused(files: dict[str, bytes]) -> None:
    with contextlib.suppress(Unreadable):
        reading = read_files(files, source="feed", areas=AREAS, today=TODAY)
        # What is kept has to be written somewhere, and halves of characters cannot be.
        assert str((reading.candidates, reading.rejected)).encode()


_PATHS = st.sampled_from(
    (".", "./", "a.csv", "..", "../a.csv", "/a.csv", "a:b.csv", "\\", " ", "\x00", "http://a/b.csv")
)


@examples(150)
@given(st.lists(st.one_of(_PATHS, st.lists(_PATHS | st.integers()), st.none(), st.text(max_size=6))))
def test_a_descriptor_that_points_anywhere_is_read_or_refused(paths: list[object]) -> None:
    descriptor = json.dumps({"resources": [{"name": "services", "path": path} for path in paths]}).encode()
    try:
        listed = resources(descriptor)
    except Unreadable:
        return
    assert not any(path.startswith("/") or ".." in path.split("/") for _, path in listed)


def test_a_zip_file_with_any_bytes_in_it_is_unpacked_or_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in PACKAGE.items():
            file.writestr(name, data)
    path = tmp_path / "package.zip"

    @examples(150)
    @given(st.data())
    def spoil(data: st.DataObject) -> None:
        path.write_bytes(data.draw(st.composite(_spoilt)(packed.getvalue())))
        with contextlib.suppress(Unreadable):
            assert load(path)

    spoil()


def test_each_of_these_sources_can_be_read_as_it_is() -> None:
    for files in SOURCES:
        assert read_files(files, source="feed", areas=AREAS, today=TODAY).candidates


def test_a_descriptor_that_names_its_own_folder_finds_no_table_in_it() -> None:
    descriptor = b'{"resources": [{"name": "services", "path": "."}]}'
    with pytest.raises(Unreadable, match="none of the files"):
        read_files(
            {"datapackage.json": descriptor, "services.csv": SIMPLE["services.csv"]},
            source="feed",
            areas=AREAS,
            today=TODAY,
        )
