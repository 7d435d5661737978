"""Logs that give nobody away: libraries that would write a token, an id or his words are silenced here."""

from __future__ import annotations

import contextlib
import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

# These write tokens (httpx and aiohttp: addresses of requests), whole updates (telegram, at CRITICAL) or ids.
_SILENT = ("telegram", "httpx", "httpcore", "aiohttp")
# These write parameters, payloads or reprs below WARNING and say something useful above it.
_TERSE = (
    "aiosqlite",
    "asyncpg",
    "asyncio",
    "sqlalchemy",
    "alembic",
    "multipart",
    "python_multipart",
    "hpack",
)

# A bot token; then any long number, because Telegram's ids of people and chats are nothing but digits.
_TOKEN = re.compile(r"\d{3,}:[\w-]{6,}")
_LONG_NUMBER = re.compile(r"-?\d{6,}")
_FRAMES = 4

_Factory = Callable[..., logging.LogRecord]


def quiet_libraries() -> None:
    """Make every log of this process safe to keep, whatever level or handler is set afterwards.

    The chattiest libraries are cut off from the log, others speak from WARNING up, and every record
    of any logger is redacted as it is made: tokens and numbers of six or more digits are masked, and an
    exception is written as its class and place, never its message (which may quote what a man typed).
    May be called again without harm.
    """
    # A filter on a logger does not see its children's records and a handler may be added later, so the
    # one place that all records pass is where they are made.
    made_by = logging.getLogRecordFactory()
    if not isinstance(made_by, _Redacting):
        logging.setLogRecordFactory(_Redacting(made_by))
    # Otherwise a record that cannot be formatted is printed with its arguments.
    logging.raiseExceptions = False
    for name in _SILENT:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        # A child with a level of its own is stopped here all the same.
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    for name in _TERSE:
        logging.getLogger(name).setLevel(logging.WARNING)


@contextlib.contextmanager
def quiet_last_words() -> Iterator[None]:
    """Within, what nobody caught (in the program, in a thread, in a destructor) is told as :func:`describe` tells it.

    Python itself would print the exception, message and all.
    """
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook = lambda _, error, __: _say(error)
    threading.excepthook = lambda died: _say(died.exc_value)
    sys.unraisablehook = lambda lost: _say(lost.exc_value)
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


def _say(error: BaseException | None) -> None:
    if error is not None and not isinstance(error, SystemExit):
        sys.stderr.write(f"Something went wrong: {describe(error)}\n")


def redacted(text: str) -> str:
    """The same text without tokens and without numbers long enough to be somebody's id."""
    return _LONG_NUMBER.sub("[number]", _TOKEN.sub("[token]", text))


def describe(error: BaseException) -> str:
    """An exception as its class and the places it came through: what a log may hold of it.

    >>> describe(ValueError("what he typed"))
    'ValueError'
    """
    frames = _places(error.__traceback__)
    return f"{type(error).__name__} at {' < '.join(frames)}" if frames else type(error).__name__


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)]


class _Redacting:
    """A record factory that redacts what another one makes."""

    def __init__(self, made_by: _Factory) -> None:
        self._made_by = made_by

    def __call__(self, *args: object, **kwargs: object) -> logging.LogRecord:
        record = self._made_by(*args, **kwargs)
        if isinstance(record.args, tuple):
            # Kept as arguments where possible: some formatters (uvicorn's access log) count them.
            record.args = tuple(redacted(arg) if isinstance(arg, str) else arg for arg in record.args)
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            message = "(a log line that could not be put together)"
        error = record.exc_info[1] if record.exc_info else None
        safe = redacted(message)
        if error is not None:
            # The first line only: asyncio puts the exception itself, message and all, on the second.
            safe = f"{safe.partition(chr(10))[0]} ({describe(error)})"
        if safe != message or error is not None:
            record.msg, record.args = safe, ()
        record.exc_info = record.exc_text = None
        return record
