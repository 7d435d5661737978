"""A flow as plain data, changed in one place in the ways in which people get the structure wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import strategies as st

# Where a value stands: the keys and positions that lead to it.
Path = tuple[str | int, ...]

BAD_NAMES = ("two words", "1st", "_back", "a-b", "x" * 25, "é")
WRONG_KINDS: tuple[Any, ...] = ([], {}, ["x"], {"x": "y"}, "", " ", "x y: z", [["x"]], [{"x": "y"}])


def plain(text: str) -> Any:
    """YAML as lists, dictionaries and strings: every scalar as it was written."""
    return yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 (builds only strings)


def written(flow: Any) -> str:
    """The same as a file. Every JSON document is YAML; scalars stay the strings that they are."""
    return json.dumps(flow, indent=1, ensure_ascii=False)


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value within a flow, with its place."""
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*path, number))


def at(flow: Any, path: Path) -> Any:
    for key in path:
        flow = flow[key]
    return flow


@st.composite
def mutations(draw: st.DrawFn, flow: Any) -> Any:
    """The flow with one structural change: an entry lost, added or renamed, or a value of another kind."""
    changed = copy.deepcopy(flow)
    kind = draw(st.sampled_from(["lose", "add", "rename", "replace"]))
    if kind == "replace":
        path = draw(st.sampled_from([path for path, _ in places(changed) if path]))
        at(changed, path[:-1])[path[-1]] = draw(st.sampled_from((*WRONG_KINDS, *BAD_NAMES)))
        return changed
    path = draw(st.sampled_from([path for path, value in places(changed) if isinstance(value, dict) and value]))
    entries = at(changed, path)
    key = draw(st.sampled_from(sorted(entries)))
    if kind == "lose":
        del entries[key]
    elif kind == "add":
        entries[draw(st.sampled_from(["colour", "goto", "text", "go", "save", "many", "call"]))] = draw(
            st.sampled_from(("done", "yes", "", [], "x y"))
        )
    else:
        entries[draw(st.sampled_from((*BAD_NAMES, f"{key}s", key.upper())))] = entries.pop(key)
    return changed
