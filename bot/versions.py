"""Which version of the conversations a turn is stepped in: the current one, or the one that he finishes on.

Every process looks every two seconds which version is current and takes it up by one assignment, so that a turn
uses one version throughout. Versions that people still finish on are loaded when they are needed and dropped when
nobody has needed them for as long as a session lives.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from bot.publications import Publication, Publications
from bot.stepping import Stepping
from bot.stores import STORE_TROUBLE, in_time
from dialogs.book import Book
from dialogs.findings import FlowErrors
from dialogs.known import Known
from dialogs.loading import load_published
from dialogs.state import State
from dialogs.versions.carrying import Passage, carry

log = logging.getLogger(__name__)

TAKE_UP_EVERY = timedelta(seconds=2)
"""A new version is taken up by every process within five seconds."""


class Resumed(NamedTuple):
    """Where a man goes on: in which version and at which state.

    `anew`: he was carried to another question than the one before him, so that what he taps or types now is no
    answer to it.
    """

    stepping: Stepping
    state: State
    anew: bool = False


class Versions(Protocol):
    """What the conversation asks of the versions."""

    @property
    def current(self) -> Stepping:
        """The version in which strangers begin."""
        ...

    async def resume(self, version: str, state: State) -> Resumed | None:
        """Where a man goes on who was at `state` in `version`; None when his place is lost and he starts again."""
        ...

    async def take_up(self) -> None:
        """Look which version is current, and serve it from now on. What is served goes on when that fails."""
        ...


class Preview:
    """One set of conversations that was never published. `current` may be replaced while somebody talks."""

    def __init__(self, stepping: Stepping) -> None:
        self.current = stepping

    async def resume(self, version: str, state: State) -> Resumed | None:
        """He goes on wherever all the steps he stands on are still there; otherwise he starts again."""
        current = self.current
        if version == current.book.digest or state.fits(current.book):
            return Resumed(current, state)
        return None

    async def take_up(self) -> None:
        """Nothing is published here."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """What is served now, replaced as a whole. `number` is the publication's; 0 when nothing was ever published."""

    stepping: Stepping
    passages: Mapping[str, Passage]
    number: int


@dataclass(slots=True)
class _Old:
    """A version that somebody finishes on; `stepping` None when this program cannot use it."""

    stepping: Stepping | None
    needed_at: datetime


class PublishedVersions:
    """The published versions, as one process serves them."""

    def __init__(
        self,
        publications: Publications,
        shipped: Book,
        make: Callable[[Book], Stepping],
        known: Known,
        clock: Callable[[], datetime],
        life: timedelta,
    ) -> None:
        self._publications = publications
        self._make = make
        self._known = known
        self._clock = clock
        self._life = life
        self._old: dict[str, _Old] = {}
        self._refused = 0
        self._in_trouble = False
        self._taken = _Taken(make(shipped), {}, 0)

    @property
    def current(self) -> Stepping:
        """The version in which strangers begin."""
        return self._taken.stepping

    async def open(self) -> None:
        """Take up what is current, or, where this program cannot use that, the newest that it can.

        Raises DatabaseError when the database cannot be read.
        """
        passages = await self._publications.passages(self.current.book.digest)
        self._taken = replace(self._taken, passages=passages)
        await self._take_up(await self._publications.history())

    async def take_up(self) -> None:
        """Look which version is current, and serve it from now on. A database in trouble leaves what is served."""
        try:
            newest = await in_time(self._publications.current())
            if newest is not None and newest.number not in (self._taken.number, self._refused):
                await in_time(self._take_up([newest]))
        except STORE_TROUBLE as trouble:
            if not self._in_trouble:
                log.error(
                    "It cannot be seen which version of the conversations is current (%s); the last one goes on.",
                    type(trouble).__name__,
                )
            self._in_trouble = True
        else:
            self._in_trouble = False
        self._forget_unneeded()

    async def resume(self, version: str, state: State) -> Resumed | None:
        """Where a man goes on who was at `state` in `version`; None when that version is lost.

        Raises what a store in trouble raises.
        """
        taken = self._taken
        if version == taken.stepping.book.digest:
            return Resumed(taken.stepping, state)
        passage = taken.passages.get(version)
        carried = carry(passage, state, taken.stepping.book) if passage is not None else None
        if carried is not None:
            return Resumed(taken.stepping, carried.state, carried.anew)
        stepping = await self._finishing(version)
        if stepping is not None and state.fits(stepping.book):
            return Resumed(stepping, state)
        log.warning("The version of the conversations that somebody was in is lost; he starts again.")
        return None

    async def _take_up(self, newest_first: Iterable[Publication]) -> None:
        """Serve the first that can be used of these; when there is none, what is served goes on."""
        for publication in newest_first:
            stepping = await self._stepping(publication.digest)
            if stepping is not None:
                passages = await self._publications.passages(publication.digest)
                self._serve(_Taken(stepping, passages, publication.number))
                return
            self._refused = max(self._refused, publication.number)
            log.error(
                "The version %s of the conversations cannot be used by this program; the last one goes on. "
                "'fingerpost doctor' tells why.",
                # Its beginning, as people name versions: a log masks every long run of digits.
                publication.digest[:5],
            )

    def _serve(self, taken: _Taken) -> None:
        before = self._taken.stepping
        self._old.pop(taken.stepping.book.digest, None)
        if before.book.digest != taken.stepping.book.digest:
            self._old[before.book.digest] = _Old(before, self._clock())
        self._taken = taken

    async def _finishing(self, version: str) -> Stepping | None:
        old = self._old.get(version)
        if old is None:
            old = _Old(await in_time(self._stepping(version)), self._clock())
            self._old[version] = old
        old.needed_at = self._clock()
        return old.stepping

    async def _stepping(self, version: str) -> Stepping | None:
        """The version, ready to be stepped; None when this program does not have it or cannot use it."""
        if version == self._taken.stepping.book.digest:
            return self._taken.stepping
        source = await self._publications.source(version)
        if source is None:
            return None
        try:
            # Reading takes a while, and nobody has to wait for it.
            return self._make(await asyncio.to_thread(load_published, source, self._known))
        except FlowErrors:
            return None

    def _forget_unneeded(self) -> None:
        """A session that was not heard of for as long as it lives is over, and with it the need for its version."""
        since = self._clock() - self._life
        for version in [version for version, old in self._old.items() if old.needed_at < since]:
            del self._old[version]
