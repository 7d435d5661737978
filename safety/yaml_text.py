"""YAML as the files of this room are written in it, read quickly: they are read at every start."""

from __future__ import annotations

from typing import Any, Final

import yaml

# Ten times as quick, where PyYAML was built with libyaml.
_LOADER: Final[type] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """What the text says. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 (a safe loader)
