"""The preview: a chat with any version, in the page, on the same engine as men's. Nobody's session is touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from starlette.responses import Response

from bot.arrival import Tapped, Typed
from bot.desk_pages.showing import Version, of
from bot.desk_pages.trying import Channel, Standing, Tried, answer, begin, play
from bot.desk_pages.workshop import Workshop
from bot.preview import beginning_at, turns_of
from bot.rooms import CannotStart
from bot.stepping import Stepping
from bot.web.linking import to_html, to_line
from dialogs.book import Book
from dialogs.findings import FlowErrors
from safety.envelope import LEAVE, LONGEST_TOKEN, URGENT
from service_directory.desk.keys import SealBroken, seal, unseal
from service_directory.desk.people import EDITORS
from service_directory.desk.web.pages import Call, Pages

_PURPOSE: Final = "preview"
_FIXED: Final = frozenset({LEAVE.token, URGENT.token})
_LONGEST_WORDS: Final = 4000
_LONGEST_REPLAY: Final = 2000
_MOST_TURNS: Final = 60


@dataclass(frozen=True, slots=True)
class _Choice:
    label: str
    token: str


@dataclass(frozen=True, slots=True)
class _Bubble:
    """One message as the preview shows it, with the bland first line that a phone shows on its lock screen."""

    first: str
    body: Markup
    footer: Markup
    rows: tuple[tuple[_Choice, ...], ...]


@dataclass(frozen=True, slots=True)
class _Exchange:
    said: str
    bubbles: tuple[_Bubble, ...]
    place: str
    left: bool
    language: str


def preview_pages(workshop: Workshop) -> Pages:
    """The pages of the preview."""
    pages = Pages()

    @pages.get("/conversations/{version}/preview", may=EDITORS)
    async def preview(call: Call) -> Response:
        version = await of(workshop, call)
        channel, place = _channel(call.query("channel")), call.query("at")
        replay = turns_of(call.query("replay")[:_LONGEST_REPLAY])[:_MOST_TURNS]
        try:
            book = beginning_at(place, await workshop.book(version.looked, call.at))
        except FlowErrors as errors:
            return call.page("editors/cannot.html", version=version, findings=errors.findings, status=409)
        except CannotStart as error:
            return call.page("editors/cannot.html", version=version, why=str(error), findings=(), status=404)
        talk = await play(workshop.stepping(book), replay, channel, call.at)
        return _shown(call, version, book, talk, place, note="")

    @pages.post("/conversations/{version}/preview", may=EDITORS)
    async def go_on(call: Call) -> Response:
        version = await of(workshop, call)
        place = str(call.form.get("at", ""))
        try:
            whole = await workshop.book(version.looked, call.at)
            book = beginning_at(place, whole)
        except FlowErrors as errors:
            return call.page("editors/cannot.html", version=version, findings=errors.findings, status=409)
        except CannotStart:
            place, book = "", whole
        stepping = workshop.stepping(book)
        at = _opened(call)
        if at is None or not at.state.fits(book):
            tried = await begin(stepping, _channel("") if at is None else at.channel, call.at)
            return _shown(
                call, version, book, [tried], place, note="This begins again: where you stood is not there any more."
            )
        return _shown(call, version, book, [await _answered(call, stepping, at)], place, note="")

    async def _answered(call: Call, stepping: Stepping, at: Standing) -> Tried:
        token, words = str(call.form.get("token", "")), str(call.form.get("words", "")).strip()[:_LONGEST_WORDS]
        if 0 < len(token.encode()) <= LONGEST_TOKEN:
            label = str(call.form.get(f"label-{token}", "")) or "(a button)"
            return await answer(stepping, at, Tapped(token), call.at, said=label[:100])
        return await answer(stepping, at, Typed(words), call.at, said=words)

    return pages


def _shown(call: Call, version: Version, book: Book, talk: list[Tried], place: str, *, note: str) -> Response:
    at = talk[-1].at
    sealed = seal(call.desk.secret, _PURPOSE, call.visitor.number, at.to_text())
    return call.page(
        "editors/preview.html",
        version=version,
        talk=[_exchange(tried) for tried in talk],
        sealed=sealed,
        at=place,
        note=note,
        channel=at.channel,
        flows=sorted(book.flows),
    )


def _opened(call: Call) -> Standing | None:
    """Where the editor stands who sent this; None when it cannot be told."""
    sealed = str(call.form.get("standing", ""))
    try:
        return Standing.from_text(unseal(call.desk.secret, _PURPOSE, call.visitor.number, sealed))
    except (SealBroken, ValueError):
        return None


def _channel(name: str) -> Channel:
    return "telegram" if name == "telegram" else "web"


def _exchange(tried: Tried) -> _Exchange:
    """The turn as bubbles. The ways to help and out stand under every message; here once, under the last."""
    last = len(tried.turn.messages) - 1
    bubbles = tuple(
        _Bubble(
            first=message.first,
            body=to_html(message.body),
            footer=to_line(message.footer),
            rows=tuple(
                tuple(_Choice(button.label, button.token) for button in row)
                for row in message.rows
                if number == last or not _FIXED.issuperset(button.token for button in row)
            ),
        )
        for number, message in enumerate(tried.turn.messages)
    )
    return _Exchange(tried.said, bubbles, tried.place, tried.left, tried.turn.language)
