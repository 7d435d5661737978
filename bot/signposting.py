"""What the conversation asks of the directory: where is that, who can help him there, what is this one.

Matches come from an index in memory, which is made anew beside the conversations whenever the directory changes,
and every service is read again from the store before it leaves: one suspended a moment ago is not shown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from bot.stores import STORE_TROUBLE, in_time
from dialogs.engine import AreaChoice, Card, Describe, Described, Find, Found, Line, Located
from service_directory.areas import Areas
from service_directory.matching import Index, Query, Reason, Signpost, explain, match, spoken_name
from service_directory.places import Gazetteer, find
from service_directory.standards import day_in_london
from service_directory.store import Directory
from service_directory.view import ContactView, ServiceView, month_and_year

log = logging.getLogger(__name__)

SIGNPOSTS = 3
"""At most this many services at once: a frightened man reads no list."""

FRESH_FOR = timedelta(seconds=4)
"""A change in the directory is seen by every process within five seconds, even where nothing looks for changes."""


class Signposting:
    """The directory, the areas and the places, as one conversation uses them."""

    def __init__(self, directory: Directory, areas: Areas, gazetteer: Gazetteer, clock: Callable[[], datetime]) -> None:
        self._directory = directory
        self._areas = areas
        self._gazetteer = gazetteer
        self._clock = clock
        # Replaced as a whole, so that a question is answered from one state of the directory.
        self._index: Index | None = None
        self._looked_at: datetime | None = None
        self._refreshing = asyncio.Lock()
        self._in_trouble = False

    def nation(self, area: str | None) -> str | None:
        """The nation an area lies in."""
        return self._areas.nation(area) if area is not None and area in self._areas else None

    def is_area(self, code: str) -> bool:
        return code in self._areas

    def locate(self, words: str) -> Located:
        """What a typed place may be."""
        place = find(self._gazetteer, words)
        return Located(
            outcome=place.outcome,
            areas=tuple(AreaChoice(a.code, a.name, a.county, a.nation_name) for a in place.areas),
        )

    async def find(self, request: Find) -> Found:
        """Up to three signposts. Raises whatever the store raises when it cannot be read."""
        now = self._clock()
        index = await self._fresh_index(now)
        # A few more than are shown: the store may take one away at the last moment.
        matches = match(index, _query(request, now), limit=SIGNPOSTS + 3 + len(request.without))
        wanted = [s for s in matches.signposts if s.service_id not in request.without]
        ids = [s.service_id for s in wanted]
        standing = await self._directory.still_shown(ids, now, self.nation(request.area))
        shown = [s for s in wanted if s.service_id in standing][:SIGNPOSTS]
        area_name = self._name(request.area) or ""
        if not shown:
            return Found(outcome="none", cards=(), area_name=area_name, widened_to=None)
        widened = self._widened(shown)
        return Found(
            outcome="found" if widened is None else "widened",
            cards=tuple(_card(standing[s.service_id], s.reasons) for s in shown),
            area_name=area_name,
            widened_to=self._name(widened),
        )

    async def describe(self, request: Describe) -> Described:
        """Everything about one service that may still be shown; nothing about any other."""
        now = self._clock()
        index = await self._fresh_index(now)
        standing = await self._directory.still_shown([request.service_id], now, self.nation(request.find.area))
        view = standing.get(request.service_id)
        if view is None:
            return Described(None)
        signpost = explain(index, _query(request.find, now), view.id)
        reasons = signpost.reasons if signpost is not None else ()
        *lines, recorded = _lines(view, reasons)
        # Who recorded it stays the last line, however much is said before it.
        return Described(Card(view.id, lines=tuple(lines), more=(*_more(view), recorded)))

    def _widened(self, shown: Sequence[Signpost]) -> str | None:
        """The area that help was looked for in when none of the shown is from where he is.

        The smallest one that any of them was found in: the others work there too.
        """
        wider = [signpost.widened_to for signpost in shown]
        if not all(wider):
            return None
        return max((code for code in wider if code), key=lambda code: len(self._areas[code].parents))

    def _name(self, code: str | None) -> str | None:
        return spoken_name(self._areas, code) if code is not None and code in self._areas else None

    async def take_up(self) -> None:
        """Look whether the directory has changed, and match in it as it is now. When it cannot be read, what is
        known of it goes on: whatever is shown is read from it again.
        """
        try:
            await self._refresh(self._clock())
        except STORE_TROUBLE as trouble:
            if not self._in_trouble:
                log.error("It cannot be seen whether the directory has changed (%s).", type(trouble).__name__)
            self._in_trouble = True
        else:
            self._in_trouble = False

    async def _fresh_index(self, now: datetime) -> Index:
        """The index, which nobody has to wait for who can have the last one while another is being made."""
        index = self._index
        stale = self._looked_at is None or abs(now - self._looked_at) >= FRESH_FOR
        if index is None or (stale and not self._refreshing.locked()):
            return await self._refresh(now)
        return index

    async def _refresh(self, now: datetime) -> Index:
        async with self._refreshing:
            index, today = self._index, day_in_london(now)
            revision = await in_time(self._directory.revision())
            if index is None or index.revision != revision:
                self._index = index = await self._directory.index(self._areas, today, index)
            elif self._looked_at is None or day_in_london(self._looked_at) != today:
                await asyncio.to_thread(index.prepare, today)
            self._looked_at = now
            return index


def _query(request: Find, at: datetime) -> Query:
    return Query(
        needs=request.needs,
        area=request.area,
        at=at,
        language=request.language,
        contact=request.contact,
        age=int(request.age) if request.age else None,
    )


def _card(view: ServiceView, reasons: tuple[Reason, ...]) -> Card:
    return Card(view.id, lines=tuple(_lines(view, reasons)), more=tuple(_more(view)))


def _lines(view: ServiceView, reasons: tuple[Reason, ...]) -> Iterator[Line]:
    """The short card: who, what for, how to reach them, when, why this one, and who recorded it. In order."""
    yield Line("name", {"name": view.name})
    if view.example:
        yield Line("example", {})
    if view.helps:
        yield Line("helps", {"helps": view.helps})
    for contact in view.contacts:
        yield _contact(contact)
    match view.opening.state:
        case "always":
            yield Line("open_always", {})
        case "open":
            yield Line("open_now", {"until": view.opening.words})
        case "closed" if view.opening.words:
            yield Line("opens", {"when": view.opening.words})
        case _:
            yield Line("hours_unknown", {})
    for reason in reasons:
        if reason.key in _SAID_REASONS:
            yield Line(reason.key, _slot(reason))
    if view.age_limits:
        yield Line("limits_age", {"limits": view.age_limits})
    if view.self_assessed:
        yield Line("self_assessed", {"when": view.recorded_when})
    else:
        yield Line("recorded", {"who": view.recorded_by, "when": view.recorded_when})


# A card is short. Whether it is open now is on it anyway.
_SAID_REASONS = frozenset({"why_area", "why_widened", "why_nation", "why_men_only", "why_need"})


def _slot(reason: Reason) -> dict[str, str]:
    match reason.key:
        case "why_area" | "why_widened" | "why_nation":
            return {"area": reason.value}
        case "why_need":
            return {"need": reason.value}
        case _:
            return {}


def _contact(contact: ContactView) -> Line:
    # A way without a label of its own must not leave empty brackets on the card.
    label = f" ({contact.label})" if contact.label else ""
    match contact.kind:
        case "webchat" | "website":
            return Line(contact.kind, {"url": contact.value, "label": label})
        case "email":
            return Line("email", {"address": contact.display, "label": label})
        case _:
            return Line(contact.kind, {"number": contact.display, "label": label})


def _more(view: ServiceView) -> Iterator[Line]:
    """What stands behind More: what happens when he gets in touch, costs and traces, who he will meet."""
    for key in ("happens", "asks", "cost", "bill", "workers", "children", "access"):
        if text := getattr(view, key):
            yield Line(key, {"text": text})
    if view.languages:
        yield Line("languages", {"text": ", ".join(view.languages)})
    if view.checked_on is not None:
        yield Line("checked", {"when": f"{view.checked_on.day} {month_and_year(view.checked_on)}"})
