"""The keyboard: one typed line at a time, and a look at something else while nothing is typed."""

from __future__ import annotations

import select
import signal
import sys
from collections.abc import Callable, Iterable

import click

PROMPT = "> "

LOOKS_EVERY = 0.5
"""Seconds between two looks while nothing is typed."""

Read = Callable[[], str | None]


def read_line(changed: Callable[[], bool] | None = None) -> str | None:
    """What was typed, or None at the end of the input.

    With `changed`, which is asked while nothing is typed, an empty line is given as soon as it says so.
    """
    # The event loop would only note an interrupt and leave the man waiting at the prompt.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return input(PROMPT) if changed is None else _read_or_look(changed)
    except (EOFError, KeyboardInterrupt):
        return None
    finally:
        signal.signal(signal.SIGINT, before)


def _read_or_look(changed: Callable[[], bool]) -> str | None:
    click.echo(PROMPT, nl=False)
    while not select.select([sys.stdin], [], [], LOOKS_EVERY)[0]:
        if changed():
            click.echo()
            return ""
    return sys.stdin.readline() or None


def after(lines: Iterable[str], read: Read, write: Callable[[str], None]) -> Read:
    """First these lines, shown as if they were typed, then what is read."""
    waiting = iter(lines)

    def next_line() -> str | None:
        line = next(waiting, None)
        if line is None:
            return read()
        write(PROMPT + line)
        return line

    return next_line
