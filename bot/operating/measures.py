"""Figures of a running process, for Prometheus: rates, times, troubles, what waits. None tells of one man.

Labels come from closed lists of the program's own: a channel, an outcome, the name of a module. Never an id, a word, a
place or a service.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from time import perf_counter
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.arrival import Address, Arrival, NotSent, Out, Taken
from bot.conversation import Conversation
from safety.envelope import Turn

CHANNELS: Final = ("telegram", "web", "terminal")
SERVED: Final = ("telegram", "web")
OUTCOMES: Final = (*(taken.name.lower() for taken in Taken), "not_sent", "failed")
ROOMS: Final = ("bot", "dialogs", "safety", "service_directory")

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
_AGES: Final = (1.0, 5.0, 15.0, 60.0, 300.0, 600.0, 3600.0)


class Measures:
    """The figures of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.turns = Counter(
            "fingerpost_turns",
            "Arrivals (messages and taps) that were settled, by what became of them",
            ["channel", "outcome"],
            registry=self.registry,
        )
        # From nothing to one is a rise; from no figure at all to one is none, and the first failure would alert nobody.
        for channel in SERVED:
            for outcome in OUTCOMES:
                self.turns.labels(channel, outcome)
        self.seconds = Histogram(
            "fingerpost_turn_seconds",
            "From taking an arrival to having committed its turn",
            ["channel"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.age = Histogram(
            "fingerpost_arrival_age_seconds",
            "How long arrivals had waited upstream when they were taken, where the messenger tells",
            ["channel"],
            buckets=_AGES,
            registry=self.registry,
        )
        self.in_hand = Gauge("fingerpost_turns_in_hand", "Turns being worked on", ["channel"], registry=self.registry)
        self.troubles = Counter(
            "fingerpost_log_records",
            "Warnings and errors in the log, by the module that wrote them",
            ["level", "module"],
            registry=self.registry,
        )
        self.usable = Gauge(
            "fingerpost_store_usable",
            "Whether a store could be used when it was last asked: 1, or 0",
            ["store"],
            registry=self.registry,
        )
        self.backlog = Gauge(
            "fingerpost_telegram_backlog", "Updates that wait at Telegram, as it last told", registry=self.registry
        )
        self.due = Gauge(
            "fingerpost_due", "What needs a steward's look, by urgency", ["urgency"], registry=self.registry
        )
        self.to_review = Gauge(
            "fingerpost_flows_to_review",
            "Conversations being served whose words nobody has reviewed, or that are due for it again",
            registry=self.registry,
        )
        self.letters = Gauge("fingerpost_letters", "The desk's letters, by state", ["state"], registry=self.registry)
        self.looked = Gauge(
            "fingerpost_looked_timestamp_seconds",
            "When the figures of what waits were last brought up to date",
            registry=self.registry,
        )

    def page(self) -> bytes:
        """All figures, as Prometheus reads them."""
        return generate_latest(self.registry)


class MeasuredConversation:
    """The conversation as channels see it, with every arrival measured."""

    def __init__(self, conversation: Conversation, measures: Measures, clock: Callable[[], datetime]) -> None:
        self._conversation = conversation
        self._measures = measures
        self._clock = clock

    async def take(self, arrival: Arrival, out: Out) -> Taken:
        """As :meth:`Conversation.take`."""
        channel = arrival.address.channel
        if arrival.sent_at is not None:
            self._measures.age.labels(channel).observe(max(0.0, arrival.age(self._clock()).total_seconds()))
        began, outcome = perf_counter(), "failed"
        with self._measures.in_hand.labels(channel).track_inprogress():
            try:
                taken = await self._conversation.take(arrival, out)
                outcome = taken.name.lower()
            except NotSent:
                outcome = "not_sent"
                raise
            finally:
                self._measures.seconds.labels(channel).observe(perf_counter() - began)
                self._measures.turns.labels(channel, outcome).inc()
        return taken

    async def show(self, address: Address) -> Turn:
        """As :meth:`Conversation.show`."""
        return await self._conversation.show(address)

    def around(self, language: str) -> Mapping[str, str]:
        """As :meth:`Conversation.around`."""
        return self._conversation.around(language)

    async def forget(self, address: Address, out: Out | None, *, sent_at: datetime | None = None) -> None:
        """As :meth:`Conversation.forget`."""
        await self._conversation.forget(address, out, sent_at=sent_at)


class CountedRecords(logging.Handler):
    """Counts warnings and errors by the module of ours that wrote them; what libraries write is counted as theirs."""

    def __init__(self, measures: Measures) -> None:
        super().__init__(logging.WARNING)
        self._measures = measures

    def emit(self, record: logging.LogRecord) -> None:
        module = record.name if record.name.partition(".")[0] in ROOMS else "library"
        self._measures.troubles.labels(record.levelname.lower(), module).inc()
