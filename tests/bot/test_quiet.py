"""Whatever is logged, at whatever level, gives nobody away."""

from __future__ import annotations

import asyncio
import gc
import io
import logging
import sys
import threading

import pytest

from bot.quiet import describe, quiet_last_words, redacted
from tests.support.logs import log as log

CHAT = 987_654_321


def test_what_the_program_says_is_heard(log: io.StringIO) -> None:
    logging.getLogger("bot.service").info("Listening on port %d", 8080)
    assert log.getvalue() == "bot.service INFO Listening on port 8080\n"


@pytest.mark.parametrize("name", ["telegram.Bot", "telegram.ext.Updater", "httpx", "httpcore.http11", "telegram"])
def test_libraries_that_quote_updates_and_tokens_say_nothing_at_all(log: io.StringIO, name: str) -> None:
    logger = logging.getLogger(name)
    before = logger.level
    logger.critical("MARKED-WORDS")
    logger.setLevel(logging.DEBUG)  # not even when a child is told to speak
    if "." in name:
        logger.critical("MARKED-WORDS")
    logger.setLevel(before)
    assert log.getvalue() == ""


def test_libraries_that_quote_parameters_speak_only_of_trouble(log: io.StringIO) -> None:
    logging.getLogger("aiosqlite").debug("executing %s", ("MARKED-WORDS",))
    logging.getLogger("sqlalchemy.engine.Engine").info("MARKED-WORDS")
    logging.getLogger("asyncio").warning("a task was slow")
    assert log.getvalue() == "asyncio WARNING a task was slow\n"


def test_tokens_and_ids_are_masked_wherever_they_come_from(log: io.StringIO) -> None:
    logger = logging.getLogger("anything")
    logger.error("https://api.telegram.org/bot7012345678:AAFakeFake-Fake_Fake/getMe for %d", CHAT)
    logger.error("chat %s", str(CHAT))
    logger.error("chat %(chat)s", {"chat": CHAT})
    assert "AAFake" not in log.getvalue()
    assert str(CHAT) not in log.getvalue()
    assert log.getvalue().count("[number]") == 3


def test_arguments_that_hold_nothing_are_left_for_formatters_that_count_them(log: io.StringIO) -> None:
    record = logging.getLogger("uvicorn.access").makeRecord(
        "uvicorn.access", logging.INFO, "h11.py", 1, '%s "%s"', ("127.0.0.1:5000", f"/chat/{CHAT}"), None
    )
    assert record.args == ("127.0.0.1:5000", "/chat/[number]")


def test_an_exception_is_told_by_its_class_and_place_and_never_by_its_words(log: io.StringIO) -> None:
    try:
        raise ValueError("MARKED-WORDS")
    except ValueError:
        logging.getLogger("bot").exception("A turn failed")
    assert "A turn failed (ValueError at test_quiet.py:" in log.getvalue()
    assert "MARKED-WORDS" not in log.getvalue()
    assert "Traceback" not in log.getvalue()


async def test_a_task_that_dies_unseen_is_not_quoted(log: io.StringIO) -> None:
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": ValueError("MARKED-WORDS"), "words": "MARKED"}
    )
    assert "Task exception was never retrieved" in log.getvalue()
    assert "MARKED" not in log.getvalue()


def test_a_log_line_that_cannot_be_put_together_is_not_quoted(
    log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("bot").error("%d turns", "MARKED-WORDS")
    assert "MARKED-WORDS" not in log.getvalue() + capsys.readouterr().err


def test_text_without_ids_is_left_as_it_is() -> None:
    assert redacted("0808 800 1170, seen 2026-11-22 at 12:30") == "0808 800 1170, seen 2026-11-22 at 12:30"


def test_an_error_is_described_by_where_it_came_through() -> None:
    def inner() -> None:
        raise KeyError("MARKED-WORDS")

    with pytest.raises(KeyError) as caught:
        inner()
    said = describe(caught.value)
    assert said.startswith("KeyError at test_quiet.py:")
    assert said.count("test_quiet.py") == 2
    assert describe(KeyError("MARKED-WORDS")) == "KeyError"


def test_what_nobody_caught_is_told_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    class Lost:
        def __del__(self) -> None:
            raise ValueError("MARKED-WORDS")

    def dies() -> None:
        raise KeyError("MARKED-WORDS")

    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    with quiet_last_words():
        thread = threading.Thread(target=dies)
        thread.start()
        thread.join()
        lost = Lost()
        del lost
        gc.collect()
        sys.excepthook(RuntimeError, RuntimeError("MARKED-WORDS"), None)
        sys.excepthook(SystemExit, SystemExit("MARKED-WORDS"), None)
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
    said = capsys.readouterr().err
    assert "KeyError at test_quiet.py:" in said
    assert "ValueError" in said
    assert "RuntimeError" in said
    assert "MARKED" not in said
