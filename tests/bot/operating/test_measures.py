"""An operator sees how the program does, and nothing by which anybody could be told from anybody else."""

from __future__ import annotations

import io
import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.arrival import Address, Arrival, Commanded, NotSent, Taken, Typed
from bot.operating.health import Health
from bot.operating.logs import FIELDS, JsonLines
from bot.operating.measures import CHANNELS, ROOMS, CountedRecords, MeasuredConversation, Measures
from bot.operating.watching import ask_stores, look
from bot.quiet import quiet_libraries
from bot.rooms import Rooms
from service_directory.desk.keeping import desk_database
from service_directory.desk.post import Post
from tests.support.world import Clock, Phone

CANARY = "quetzalcoatl"


def figures(measures: Measures) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every figure, by its name and labels, read as Prometheus reads them."""
    families = text_string_to_metric_families(measures.page().decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def labelled(**labels: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels.items()))


@pytest.fixture
def phone(rooms: Rooms, clock: Clock) -> Phone:
    return Phone(rooms, clock)


async def test_every_arrival_is_counted_by_what_became_of_it(phone: Phone, rooms: Rooms, clock: Clock) -> None:
    measures = Measures()
    talks = MeasuredConversation(rooms.conversation, measures, clock)

    def arrives(what: Commanded | Typed, update: str) -> Arrival:
        return Arrival(phone.address, what, update=update, message=1, sent_at=clock() - timedelta(seconds=30))

    assert await talks.take(arrives(Commanded("start"), "1"), phone) is Taken.ANSWERED
    assert await talks.take(arrives(Commanded("start"), "1"), phone) is Taken.REPEATED
    phone.failure = NotSent("no time left")
    with pytest.raises(NotSent):
        await talks.take(arrives(Typed("yes"), "2"), phone)
    phone.failure = None
    assert await talks.take(arrives(Commanded("exit"), "3"), phone) is Taken.LEFT
    seen = figures(measures)
    for outcome in ("answered", "repeated", "not_sent", "left"):
        assert seen["fingerpost_turns_total", labelled(channel="telegram", outcome=outcome)] == 1
    assert seen["fingerpost_turn_seconds_count", labelled(channel="telegram")] == 4
    assert seen["fingerpost_arrival_age_seconds_bucket", labelled(channel="telegram", le="60.0")] == 4
    assert seen["fingerpost_arrival_age_seconds_bucket", labelled(channel="telegram", le="15.0")] == 0
    assert seen["fingerpost_turns_in_hand", labelled(channel="telegram")] == 0


async def test_a_fault_of_ours_is_counted_by_the_module_that_tells_of_it() -> None:
    measures = Measures()
    handler = CountedRecords(measures)
    for name in ("bot.conversation", "sqlalchemy.pool", f"{CANARY}.4200000001"):
        handler.emit(logging.LogRecord(name, logging.ERROR, "", 1, f"{CANARY} 4200000001", (), None))
    seen = figures(measures)
    assert seen["fingerpost_log_records_total", labelled(level="error", module="bot.conversation")] == 1
    assert seen["fingerpost_log_records_total", labelled(level="error", module="library")] == 2


def test_what_has_not_happened_yet_counts_as_none_so_that_the_first_time_is_seen_as_a_change() -> None:
    seen = figures(Measures())
    for channel in ("telegram", "web"):
        for outcome in ("answered", "repeated", "left", "silent", "not_sent", "failed"):
            assert seen["fingerpost_turns_total", labelled(channel=channel, outcome=outcome)] == 0


async def test_a_store_that_cannot_be_used_is_seen_before_any_man_meets_it() -> None:
    async def answers() -> None:
        """A store that can be used."""

    async def is_away() -> None:
        raise OSError(CANARY)

    measures = Measures()
    await ask_stores(Health({"directory": answers, "sessions": is_away}), measures)
    seen = figures(measures)
    assert seen["fingerpost_store_usable", labelled(store="directory")] == 1
    assert seen["fingerpost_store_usable", labelled(store="sessions")] == 0
    assert CANARY not in measures.page().decode()


async def test_what_waits_is_counted(rooms: Rooms) -> None:
    async def backlog() -> int:
        return 7

    measures = Measures()
    await look(rooms, Post(await desk_database(rooms.own)), measures, backlog)
    seen = figures(measures)
    assert seen["fingerpost_telegram_backlog", ()] == 7
    assert {labels for name, labels in seen if name == "fingerpost_due"} == {
        labelled(urgency=urgency) for urgency in ("now", "soon", "later")
    }
    assert seen["fingerpost_letters", labelled(state="waiting")] == 0
    # Nobody has reviewed what the program brings.
    assert seen["fingerpost_flows_to_review", ()] == len(rooms.book.flows)


async def test_no_figure_holds_an_id_a_word_a_place_or_an_address(phone: Phone, rooms: Rooms, clock: Clock) -> None:
    measures = Measures()
    phone.rooms = rooms
    talks = MeasuredConversation(rooms.conversation, measures, clock)
    for number, text in enumerate(["hello", CANARY, f"leeds {CANARY}", "she's got a knife", "LS6 2AB", "x"]):
        arrival = Arrival(phone.address, Typed(text), update=str(number), message=number + 1, sent_at=clock())
        await talks.take(arrival, phone)
    page = measures.page().decode()
    for secret in (CANARY, phone.address.chat, "leeds", "LS6", "knife", "E08000035"):
        assert secret.casefold() not in page.casefold()
    known = {*CHANNELS, "answered", "repeated", "left", "silent", "failed", "not_sent", "+Inf", "library"}
    for name, labels in figures(measures):
        assert name.startswith("fingerpost_")
        for label, value in labels:
            assert value in known or label == "le" or value.partition(".")[0] in {*ROOMS, "warning", "error"}


def test_a_line_of_the_log_holds_what_is_listed_and_no_more(tmp_path: Path) -> None:
    quiet_libraries()
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    log = logging.getLogger("bot.test_a_line")
    log.addHandler(handler)
    try:
        log.error("It failed for %s.", "4200000001", extra={"chat": CANARY})
        try:
            raise ValueError(CANARY)
        except ValueError:
            log.exception("It failed.")
    finally:
        log.removeHandler(handler)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [set(line) for line in lines] == [set(FIELDS)] * 2
    assert lines[0]["message"] == "It failed for [number]."
    assert lines[1]["message"].startswith("It failed. (ValueError at ")
    assert CANARY not in out.getvalue()


def test_an_address_names_no_chat() -> None:
    assert "4200000001" not in repr(Address("telegram", "4200000001"))
