"""The log of a serving process: plain lines for a terminal, one JSON object a line for everything else.

A line holds what this module lists and nothing else: whatever a library or a later change puts on a record stays out.
The words themselves are made safe before (:mod:`bot.quiet`).
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

FIELDS: Final = ("at", "level", "module", "line", "message")
"""All that a line of the log holds."""


class JsonLines(logging.Formatter):
    """One JSON object for each record."""

    def format(self, record: logging.LogRecord) -> str:
        values = (
            datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            record.levelname.lower(),
            record.name,
            record.lineno,
            record.getMessage(),
        )
        return json.dumps(dict(zip(FIELDS, values, strict=True)), ensure_ascii=False)


def begin_log() -> None:
    """Write the log to standard error from now on."""
    handler = logging.StreamHandler()
    terminal = sys.stderr.isatty()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s") if terminal else JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
