"""The keyboard: a line at a time, with a look at what is saved while nothing is typed."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import keyboard
from bot.keyboard import after, read_line


@pytest.mark.parametrize("ends", [EOFError, KeyboardInterrupt])
def test_the_first_interrupt_at_the_prompt_ends_the_talk(
    monkeypatch: pytest.MonkeyPatch, ends: type[BaseException]
) -> None:
    handlers: list[object] = []

    def prompt(_: str) -> str:
        handlers.append(signal.getsignal(signal.SIGINT))
        raise ends

    async def main() -> str | None:
        return read_line()

    monkeypatch.setattr("builtins.input", prompt)
    before = signal.getsignal(signal.SIGINT)
    assert asyncio.run(main()) is None
    # The event loop's own handler would have put the interrupt off.
    assert handlers == [signal.default_int_handler]
    assert signal.getsignal(signal.SIGINT) is before


def typing(text: bytes) -> tuple[int, Callable[[], None]]:
    """A terminal at which somebody types."""
    ours, theirs = pty.openpty()

    def write() -> None:
        os.write(ours, text)

    return theirs, write


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, end: int) -> None:
    monkeypatch.setattr(sys, "stdin", os.fdopen(end, encoding="utf-8"))
    monkeypatch.setattr(keyboard, "LOOKS_EVERY", 0.01)


def test_while_nothing_is_typed_the_keyboard_looks_for_a_save(monkeypatch: pytest.MonkeyPatch) -> None:
    end, write = typing(b"yes\n")
    at_a_terminal(monkeypatch, end)
    looks = iter([False, False, True])
    assert read_line(lambda: next(looks)) == ""
    write()
    assert read_line(lambda: False) == "yes\n"
    sys.stdin.close()


def test_the_first_interrupt_ends_the_wait_for_a_save(monkeypatch: pytest.MonkeyPatch) -> None:
    end, _ = typing(b"")
    at_a_terminal(monkeypatch, end)

    def interrupted() -> bool:
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        raise KeyboardInterrupt

    async def main() -> str | None:
        return read_line(interrupted)

    assert asyncio.run(main()) is None
    sys.stdin.close()


def test_a_closed_terminal_ends_the_talk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with (tmp_path / "empty").open(encoding="utf-8") as empty:
        monkeypatch.setattr(sys, "stdin", empty)
        assert read_line(lambda: False) is None


def test_lines_given_before_are_shown_as_if_typed_and_then_the_keyboard_is_read() -> None:
    screen: list[str] = []
    read = after(["Yes", "Skip"], lambda: "typed", screen.append)
    assert [read(), read(), read()] == ["Yes", "Skip", "typed"]
    assert screen == ["> Yes", "> Skip"]
