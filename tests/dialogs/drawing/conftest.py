"""Flows to draw: those that are shipped, and small ones made up for one test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from xml.etree import ElementTree as Xml

import pytest

from dialogs.drawing import flows_of
from dialogs.flow import Flow
from dialogs.source import Source

HEAD = """\
language: 1
flow: small
title: A small one
review: {by: nobody yet, on: "", due: 2027-01-31}
first_step: hello
steps:
"""

Draft = Callable[[str], Flow]


def source_of(**files: str) -> Source:
    flows = {f"flows/{name}.yaml": text.encode() for name, text in files.items()}
    return Source(MappingProxyType(flows), MappingProxyType({}), False, "flows")


def read(drawn: str) -> Xml.Element:
    """The tree of an SVG that we have just made ourselves."""
    return Xml.fromstring(drawn)  # noqa: S314


@pytest.fixture(scope="session")
def shipped() -> Mapping[str, Flow]:
    return flows_of(Source.read(None))


@pytest.fixture
def draft() -> Draft:
    """A flow `small` of these steps, mistakes and all."""
    return lambda steps: flows_of(source_of(small=HEAD + steps))["small"]
