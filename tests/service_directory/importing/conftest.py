from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from service_directory.areas import Areas
from service_directory.importing.candidates import Candidate, Reading
from service_directory.importing.files import read_files
from tests.support.services import TODAY


@pytest.fixture(scope="session")
def areas() -> Areas:
    return Areas.load()


@pytest.fixture(scope="session")
def read_json(areas: Areas) -> Callable[[Any], Reading]:
    """Read a JSON value as a file of a source called `feed`."""

    def read(value: Any) -> Reading:
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        return read_files({"services.json": data}, source="feed", areas=areas, today=TODAY)

    return read


@pytest.fixture(scope="session")
def read_one(read_json: Callable[[Any], Reading]) -> Callable[[Any], Candidate]:
    """The one candidate that a service as written makes."""

    def read(value: Any) -> Candidate:
        reading = read_json(value)
        assert not reading.rejected, reading.rejected
        (candidate,) = reading.candidates
        return candidate

    return read
