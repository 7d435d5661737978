"""The public API: read-only, open to anybody, of the addresses that Open Referral UK 3.0 asks for.

It answers from a snapshot in memory, so that however much is asked here, nobody who talks to the bot waits for it.
Who asked, and for what, is written nowhere.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from math import ceil
from types import MappingProxyType
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from service_directory.areas import Areas
from service_directory.database import DatabaseError
from service_directory.open_referral.asking import (
    LISTS,
    NotUnderstood,
    Page,
    Postcodes,
    Question,
    read_nothing,
    read_question,
)
from service_directory.open_referral.describing import EXAMPLE_NOTE, PROFILE, VERSION, Publisher, openapi
from service_directory.open_referral.snapshot import Make, Object, Snapshot
from service_directory.standards import day_in_london
from service_directory.store import Directory

log = logging.getLogger(__name__)

_LOOK_AFTER: Final = timedelta(seconds=4)
"""A change in the directory is seen by every process within five seconds."""

_PATIENCE: Final = 60
"""Seconds for reading the directory, which the first time is read whole. One that hangs counts as one that is down."""

_HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Retry-After",
    "Access-Control-Max-Age": "86400",
    # A service that was suspended must not live on in a cache: whoever keeps an answer asks whether it still holds.
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_PLAIN: Final = {
    404: "There is nothing at this address.",
    405: "This can only be read: use GET.",
}
_NO_SUCH: Final = "There is no such entry, or it is not shown any more."
_DOWN: Final = "The directory cannot be read just now. Try again in a minute."
_FAULT: Final = "Something went wrong at our end."


class OpenData:
    """What is open now. Built when somebody first asks; looked at again when the directory changed or the day turned.

    `examples`: made-up services are shown too. Then the API must not be reachable from anywhere else.
    """

    def __init__(
        self, directory: Directory, areas: Areas, clock: Callable[[], datetime], *, examples: bool = False
    ) -> None:
        self._directory = directory
        self._areas = areas
        self._clock = clock
        self.examples = examples
        self._snapshot: Snapshot | None = None
        self._since: datetime | None = None
        self._looked_at: datetime | None = None
        self._looking = asyncio.Lock()

    async def now(self) -> tuple[Snapshot, datetime]:
        """The snapshot, and since when its content has been as it is.

        Raises DatabaseError, or TimeoutError, when that cannot be known.
        """
        async with self._looking, asyncio.timeout(_PATIENCE):
            at = self._clock()
            before = self._snapshot
            stale = self._looked_at is None or abs(at - self._looked_at) >= _LOOK_AFTER
            today = day_in_london(at)
            if before is None or stale or before.day != today:
                revision = await self._directory.revision()
                if before is None or before.revision != revision or before.day != today:
                    after = await self._directory.open_data(self._areas, at, examples=self.examples, before=before)
                    if before is None or before.digest != after.digest:
                        self._since = at
                    self._snapshot = after
                self._looked_at = at
            assert self._snapshot is not None  # noqa: S101
            assert self._since is not None  # noqa: S101
            return self._snapshot, self._since


def open_data_app(data: OpenData, postcodes: Postcodes, publisher: Publisher) -> Starlette:
    """The application, to be mounted where `publisher.base_url` leads."""
    about = {
        "version": VERSION,
        "profile": PROFILE,
        "openapi_url": f"{publisher.base_url}/openapi.json",
        "fingerpost": publisher.terms | ({"example": EXAMPLE_NOTE} if data.examples else {}),
    }
    api = _Api(data, postcodes)
    routes = [
        Route("/", _always(about), methods=["GET"]),
        Route("/openapi.json", _always(openapi(publisher.base_url)), methods=["GET"]),
    ]
    for listed in LISTS:
        routes.append(Route(f"/{listed}", api.lister(listed), methods=["GET"]))
        routes.append(Route(f"/{listed}/{{id}}", api.finder(listed), methods=["GET"]))
    app = Starlette(routes=routes, exception_handlers={HTTPException: _refused})
    app.router.redirect_slashes = False
    return app


def routes_at(path: str, app: ASGIApp) -> list[BaseRoute]:
    """The routes that put the application at a path (without a slash at its end), and answer there with and without."""

    async def without_slash(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "path": f"{scope['path']}/", "root_path": scope["path"]}, receive, send)

    return [Route(path, endpoint=_Bare(without_slash)), Mount(path, app)]


class _Bare:
    """An application as a route takes it: not a function, which it would take for an endpoint."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


Endpoint = Callable[[Request], Awaitable[Response]]
Answer = Callable[[Snapshot, Mapping[str, str], str], Object | None]


class _Api:
    """The endpoints that answer from the snapshot."""

    def __init__(self, data: OpenData, postcodes: Postcodes) -> None:
        self._data = data
        self._postcodes = postcodes
        self._turn = asyncio.Lock()

    def lister(self, listed: str) -> Endpoint:
        """An endpoint that gives a page of a list."""

        def page(snapshot: Snapshot, given: Mapping[str, str], own: str) -> Object:
            question = read_question(listed, given, self._postcodes)
            return _page(_LISTED[listed](snapshot, question), question.page)

        return self._endpoint(page)

    def finder(self, listed: str) -> Endpoint:
        """An endpoint that gives one thing by its id."""

        def one(snapshot: Snapshot, given: Mapping[str, str], own: str) -> Object | None:
            read_nothing(given)
            return _ONE[listed](snapshot, own.lower())

        return self._endpoint(one)

    def _endpoint(self, answer: Answer) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            try:
                asked, own = request.query_params, request.path_params.get("id", "")
                # One at a time and beside the rest: however much is asked, whoever talks to the bot has his turn.
                async with self._turn:
                    # Only now, for a service may have been suspended while this one waited.
                    snapshot, since = await self._data.now()
                    body = await asyncio.to_thread(lambda: _body(answer(snapshot, asked, own)))
            except NotUnderstood as error:
                return _trouble(400, str(error))
            except (DatabaseError, OSError) as error:
                log.error("Open data could not be read (%s).", type(error).__name__)
                return _trouble(503, _DOWN, {"Retry-After": "60"})
            except Exception as error:
                # Only the kind of fault: its text may hold what somebody asked.
                log.error("Open data could not be answered (%s).", type(error).__name__)
                return _trouble(500, _FAULT)
            return _trouble(404, _NO_SUCH) if body is None else _answer(request, body, since)

        return endpoint


_LISTED: Final[Mapping[str, Callable[[Snapshot, Question], list[Make]]]] = {
    "services": lambda snapshot, asked: snapshot.services(asked.wanted, full=asked.full),
    "service_at_locations": lambda snapshot, asked: snapshot.at_locations(asked.wanted),
    "organizations": lambda snapshot, asked: snapshot.organizations(asked.wanted.words),
    "taxonomies": lambda snapshot, asked: snapshot.taxonomies(),
    "taxonomy_terms": lambda snapshot, asked: snapshot.taxonomy_terms(asked.wanted.taxonomy),
}
_ONE: Final[Mapping[str, Callable[[Snapshot, str], Object | None]]] = {
    "services": Snapshot.service,
    "service_at_locations": Snapshot.at_location,
    "organizations": Snapshot.organization,
    "taxonomies": Snapshot.taxonomy,
    "taxonomy_terms": Snapshot.taxonomy_term,
}


def _page(items: list[Make], page: Page) -> Object:
    """One page of a list, as the standard wraps it. A page after the last is empty, which is no error."""
    pages = ceil(len(items) / page.size)
    contents = [make() for make in items[(page.number - 1) * page.size : page.number * page.size]]
    return {
        "total_items": len(items),
        "total_pages": pages,
        "page_number": page.number,
        "size": len(contents),
        "first_page": page.number == 1,
        "last_page": page.number >= pages,
        "empty": not contents,
        "contents": contents,
    }


def _always(content: Mapping[str, Any]) -> Endpoint:
    body = _json(content)

    async def endpoint(request: Request) -> Response:
        return _answer(request, body, None)

    return endpoint


def _body(made: Object | None) -> bytes | None:
    return None if made is None else _json(made)


def _answer(request: Request, body: bytes, since: datetime | None) -> Response:
    """The answer; or, when whoever asks has it already, that it still holds."""
    tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    headers = {**_HEADERS, "ETag": tag}
    if since is not None:
        headers["Last-Modified"] = format_datetime(since.astimezone(UTC), usegmt=True)
    if _still_holds(request.headers, tag, since):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _still_holds(asked: Mapping[str, str], tag: str, since: datetime | None) -> bool:
    known = asked.get("if-none-match")
    if known is not None:
        return known.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in known.split(","))
    when = asked.get("if-modified-since")
    if when is None or since is None:
        return False
    try:
        return parsedate_to_datetime(when) >= since.replace(microsecond=0)
    except (ValueError, TypeError):
        return False


def _trouble(status: int, message: str, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
    return Response(_json({"error": message}), status, {**_HEADERS, **headers}, media_type="application/json")


async def _refused(request: Request, error: Exception) -> Response:
    """An address or a method that is not served, and the question that browsers ask before they ask."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=_HEADERS)
    status = error.status_code if isinstance(error, HTTPException) else 500
    allowed = {"Allow": "GET, HEAD, OPTIONS"} if status == 405 else {}
    return _trouble(status, _PLAIN.get(status, _FAULT), allowed)


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
