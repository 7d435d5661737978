"""The web chat's routes: thin, like every channel. What is said is decided by the conversation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.resources import files
from typing import Final, Protocol

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.about import About
from bot.arrival import Address, Arrival, Erased, Taken, Tapped, Typed
from bot.web.around import Around
from bot.web.handover import Handover
from bot.web.pages import Pages
from bot.web.security import (
    PAGE_STATUS,
    chat_of,
    followed_by_himself,
    forget_chat,
    has_half_a_chat,
    last_form_of,
    new_chat,
    new_nonce,
    nonce_of,
    page_headers,
    read_form,
    remember_chat,
)
from safety.envelope import LEAVE, LONGEST_TOKEN, Piece, Turn, surround
from safety.leaving import is_leaving
from safety.lifelines import Lifelines
from service_directory.serving.guarding import EarlyAnswer, FormRefused, PrivateHeaders, from_our_own_page
from service_directory.serving.limits import Limits, address_of

log = logging.getLogger(__name__)

CHANNEL: Final = "web"
PATIENCE: Final = 25
"""Seconds to wait for a turn. The conversation ends its turns sooner; this is for one that hangs."""

_PART: Final = "x-part"
"""The request header by which the page's script asks for only what changes. It holds the language of the page."""
_KIND: Final = "X-Kind"
"""The answer's header that tells the script what it got: turn, aside, card or trouble."""
_CARD: Final = "m."
"""How the token of a card's own button begins."""

_STATIC: Final = {
    "css": "text/css",
    "js": "text/javascript",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webmanifest": "application/manifest+json",
}

_AT_FAULT: Final = "Something went wrong at our end.\n\nPlease send that again."
_TROUBLE: Final = {
    400: "That could not be read.\n\nPlease send it again from the chat.",
    403: "That did not come from this page, so nothing was done with it.\n\nPlease send it again from the chat.",
    404: "There is no page at this address.",
    405: "That can't be done at this address.",
    413: "That was too long to take in.\n\nPlease send a shorter message.",
    415: "That could not be read.\n\nPlease send it again from the chat.",
    429: "Very much was asked for from your connection just now.\n\nPlease wait a minute, then send that again.",
}


class Talks(Protocol):
    """What the page needs of the conversation (:class:`bot.conversation.Conversation` is one)."""

    async def take(self, arrival: Arrival, out: Collected) -> Taken:
        """Answer one arrival and return once that is settled."""
        ...

    async def show(self, address: Address) -> Turn:
        """The present turn; steps and keeps nothing."""
        ...

    def around(self, language: str) -> Mapping[str, str]:
        """What is said around the conversation in a language, by name; nothing for one that is not offered."""
        ...


class Collected:
    """The way a turn leaves on this channel: it is kept until the response is written."""

    turn: Turn | None = None

    async def send(self, turn: Turn, *, onto: int | None) -> tuple[int, ...]:
        """Keep the turn. A page has no messages, so there are no ids."""
        self.turn = turn
        return ()

    async def erase(self, ids: Sequence[int]) -> Erased:
        """He left while this was worked out: it is not shown. Nothing else stays that could be deleted."""
        self.turn = None
        return Erased(gone=0)


def web_app(
    conversation: Talks,
    *,
    lifelines: Lifelines | Callable[[], Lifelines],
    exit_url: str,
    session_minutes: int,
    secure_cookies: bool,
    proxy_header: str | None = None,
    about: About | None = None,
    extra_routes: Sequence[BaseRoute] = (),
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Starlette:
    """The application. ``exit_url`` is the neutral page that leaving leads to; it should not redirect to another host
    (other than to and from "www."), because browsers hold that against the form that leaves.

    ``proxy_header`` is where a proxy in front names the visitor's address, for the limits alone; None without one.
    ``lifelines`` must be the conversation's own: they are on the page that is shown when the conversation fails. Where
    some can be closed while this serves, it tells them as they stand now.
    ``about`` is who runs this, for the page about privacy.
    """
    standing = (lambda: lifelines) if isinstance(lifelines, Lifelines) else lifelines
    chat = _WebChat(
        conversation,
        pages=Pages(
            exit_url=exit_url,
            lifelines=standing,
            session_minutes=session_minutes,
            encrypted=secure_cookies,
            about=about or About(),
        ),
        lifelines=standing,
        exit_url=exit_url,
        session_minutes=session_minutes,
        secure_cookies=secure_cookies,
        proxy_header=proxy_header,
        clock=clock,
    )
    app = Starlette(
        routes=[
            Route("/", chat.present, methods=["GET"]),
            Route("/", chat.answer, methods=["POST"]),
            Route("/leave", chat.leave, methods=["POST"]),
            Route("/leaving", chat.about_leaving, methods=["GET"]),
            Route("/leaving/{language}", chat.about_leaving, methods=["GET"]),
            Route("/privacy", chat.about_privacy, methods=["GET"]),
            Route("/privacy/{language}", chat.about_privacy, methods=["GET"]),
            Route("/leave", chat.leave_by_link, methods=["GET"]),
            *_static_files(),
            *extra_routes,
        ],
        middleware=[Middleware(PrivateHeaders, headers=page_headers(exit_url))],
        exception_handlers={HTTPException: chat.refused, Exception: chat.failed},
    )
    app.router.redirect_slashes = False
    return app


def _static_files() -> Iterator[Route]:
    """A route for each file that a page may ask for beside itself."""
    for file in sorted((files("bot.web") / "static").iterdir(), key=lambda file: file.name):
        kind = _STATIC.get(file.name.rpartition(".")[2])
        if kind is not None:
            yield _file(file.name, file.read_bytes(), kind)


def _file(name: str, content: bytes, media_type: str) -> Route:
    async def serve(request: Request) -> Response:
        return Response(content, media_type=media_type)

    return Route(f"/static/{name}", serve, methods=["GET"])


class _WebChat:
    def __init__(
        self,
        conversation: Talks,
        *,
        pages: Pages,
        lifelines: Callable[[], Lifelines],
        exit_url: str,
        session_minutes: int,
        secure_cookies: bool,
        proxy_header: str | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._conversation = conversation
        self._pages = pages
        self._lifelines = lifelines
        self._exit_url = exit_url
        self._session_minutes = session_minutes
        self._secure = secure_cookies
        self._clock = clock
        self._handover = Handover(clock)
        self._limits = Limits()
        self._proxy_header = proxy_header

    async def present(self, request: Request) -> Response:
        """The page as it stands. A stranger is told first how to leave, and nothing of him is kept."""
        if self._too_often(request):
            return self._held_back(request)
        chat = chat_of(request)
        turn = self._handover.collect(chat, last_form_of(request)) if chat else None
        try:
            if turn is None:
                turn = await self._show(chat or new_chat())
            response = self._page(request, turn) if chat else self._before(request, turn)
        except Exception as error:
            return self._sorry(request, error)
        if has_half_a_chat(request):
            forget_chat(response, secure=self._secure)
        return response

    async def answer(self, request: Request) -> Response:
        """He tapped or typed. The answer is the part that changes for the page's script, else a redirect."""
        if not from_our_own_page(request):
            return self._trouble(request, 403, EarlyAnswer)
        try:
            form = await read_form(request)
        except FormRefused as refused:
            return self._trouble(request, refused.status, EarlyAnswer)
        except ClientDisconnect:
            return Response(status_code=400)
        token, words = form.get("token", ""), form.get("words", "")
        if token == LEAVE.token:
            return self._left(request, by_script=_wants_part(request))
        if self._too_often(request):
            # Without the conversation, but a way out is one however he is held back.
            if is_leaving(words):
                return self._left(request, by_script=_wants_part(request))
            return self._held_back(request)
        what: Tapped | Typed
        if token.startswith(_CARD) and chat_of(request) is None:
            # A form that a browser kept in its history, sent again after he left: what he had looked at is nobody's.
            return await self._unanswered(request)
        if token and len(token.encode()) <= LONGEST_TOKEN:
            what = Tapped(token)
        elif words.strip():
            what = Typed(words)
        elif "begin" in form:
            return await self._begun(request)
        else:
            return await self._unanswered(request)
        return await self._take(request, what, nonce_of(form))

    async def leave(self, request: Request) -> Response:
        """Away at once, whatever the state of anything else. No form is refused here: leaving harms nobody."""
        form: dict[str, str] = {}
        with suppress(FormRefused, ClientDisconnect):
            form = await read_form(request)
        return self._left(request, by_script="script" in form, torn_off=form.get("half", ""))

    async def leave_by_link(self, request: Request) -> Response:
        """The first link of every page, for whom links are easier to find. Only he himself follows it: no other site,
        and no browser that fetches ahead."""
        if not followed_by_himself(request):
            return self._trouble(request, 403)
        return self._left(request, by_script=False)

    async def about_leaving(self, request: Request) -> Response:
        """What leaving does and does not hide."""
        return _shown(self._pages.leaving(self._around(request), part=_part_of(request)), "aside")

    async def about_privacy(self, request: Request) -> Response:
        """Who runs this, what is kept, why the law allows it, and what he can ask for."""
        return _shown(self._pages.privacy(self._around(request), part=_part_of(request)), "aside")

    async def refused(self, request: Request, error: Exception) -> Response:
        """An address or a method that we do not serve."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = error.headers if isinstance(error, HTTPException) else None
        response = self._trouble(request, status)
        response.headers.update(headers or {})
        return response

    async def failed(self, request: Request, error: Exception) -> Response:
        """Something beyond the chat's own pages failed. This is answered outside all middleware."""
        response = self._sorry(request, error)
        response.headers.update(page_headers(self._exit_url))
        return response

    async def _take(self, request: Request, what: Tapped | Typed, nonce: str) -> Response:
        chat = chat_of(request) or new_chat()
        arrival = Arrival(Address(CHANNEL, chat), what, update=nonce, sent_at=self._clock())
        collected = Collected()
        try:
            async with asyncio.timeout(PATIENCE):
                taken = await self._conversation.take(arrival, collected)
            if taken is Taken.LEFT:
                self._handover.drop(chat)
                return self._away(by_script=_wants_part(request))
            response = await self._answered(request, what, chat, nonce, collected.turn)
        except Exception as error:
            return self._sorry(request, error)
        fetched = nonce if isinstance(response, RedirectResponse) else ""
        remember_chat(response, chat, minutes=self._session_minutes, secure=self._secure, form=fetched)
        return response

    async def _answered(
        self, request: Request, what: Tapped | Typed, chat: str, form: str, turn: Turn | None
    ) -> Response:
        if isinstance(what, Tapped) and what.token.startswith(_CARD) and turn is not None:
            # A card's details leave the present question standing: there is nothing new to fetch after it.
            return self._page(request, turn, aside=True)
        if _wants_part(request):
            return self._page(request, turn if turn is not None else await self._show(chat))
        if turn is not None:
            self._handover.put(chat, form, turn)
        return RedirectResponse("/", status_code=303)

    async def _begun(self, request: Request) -> Response:
        """He has read or skipped what comes before the chat. The cookies alone remember it: nothing is kept here."""
        chat = chat_of(request) or new_chat()
        response: Response = RedirectResponse("/", status_code=303)
        if _wants_part(request):
            try:
                response = self._page(request, await self._show(chat))
            except Exception as error:
                return self._sorry(request, error)
        remember_chat(response, chat, minutes=self._session_minutes, secure=self._secure)
        return response

    async def _unanswered(self, request: Request) -> Response:
        if _wants_part(request):
            return await self.present(request)
        return RedirectResponse("/", status_code=303)

    async def _show(self, chat: str) -> Turn:
        async with asyncio.timeout(PATIENCE):
            return await self._conversation.show(Address(CHANNEL, chat))

    def _left(self, request: Request, *, by_script: bool, torn_off: str = "") -> Response:
        """Away at once; the session is forgotten after the answer has gone out, so that nothing can hold it up."""
        response = self._away(by_script=by_script)
        chat = chat_of(request, torn_off)
        if chat is not None:
            self._handover.drop(chat)
            response.background = BackgroundTask(self._forget, chat)
        return response

    def _away(self, *, by_script: bool) -> Response:
        response = Response(status_code=204) if by_script else RedirectResponse(self._exit_url, status_code=303)
        forget_chat(response, secure=self._secure)
        return response

    async def _forget(self, chat: str) -> None:
        leaving = Arrival(Address(CHANNEL, chat), Tapped(LEAVE.token), update=new_nonce(), sent_at=self._clock())
        try:
            async with asyncio.timeout(PATIENCE):
                await self._conversation.take(leaving, Collected())
        except Exception as error:
            # The sweep forgets him when his time is up.
            log.error("A session could not be forgotten at once (%s).", type(error).__name__)

    def _page(self, request: Request, turn: Turn, *, aside: bool = False) -> Response:
        kind = "turn"
        if aside:
            kind = "card" if [message.card for message in turn.messages] == [True] else "aside"
        html = self._pages.turn(turn, self._said_in(turn.language), part=_part_of(request), aside=aside)
        return _shown(html, kind)

    def _before(self, request: Request, turn: Turn) -> Response:
        return _shown(self._pages.before(turn, self._said_in(turn.language), part=_part_of(request)), "turn")

    def _around(self, request: Request) -> Around:
        """The words of the language that the address names: those pages must come up whatever else is down."""
        language = request.path_params.get("language", "")
        around = self._said_in(language)
        if language and not around.said:
            raise HTTPException(404)
        return around

    def _said_in(self, language: str) -> Around:
        return Around(language, self._conversation.around(language) if language else {})

    def _sorry(self, request: Request, error: Exception) -> Response:
        # Only the kind of error: its text may hold what he typed (a database driver prints parameters).
        log.error("The web chat could not answer (%s).", type(error).__name__)
        return self._trouble(request, 503)

    def _too_often(self, request: Request) -> bool:
        return not self._limits.let_through(address_of(request, self._proxy_header))

    def _held_back(self, request: Request) -> Response:
        response = self._trouble(request, 429)
        response.headers["Retry-After"] = "60"
        return response

    def _trouble(self, request: Request, status: int, answer: type[HTMLResponse] = HTMLResponse) -> Response:
        said = surround([Piece(_TROUBLE.get(status, _AT_FAULT))], lifelines=self._lifelines(), at=self._clock())
        html = self._pages.trouble(said, part=_part_of(request))
        return answer(html, status_code=status, headers={_KIND: "trouble"})


def _shown(html: str, kind: str) -> HTMLResponse:
    return HTMLResponse(html, status_code=PAGE_STATUS, headers={_KIND: kind})


def _wants_part(request: Request) -> bool:
    return _PART in request.headers


def _part_of(request: Request) -> str | None:
    """The language of the page that a part is for, as the page says it; None for a whole page."""
    return request.headers.get(_PART)
