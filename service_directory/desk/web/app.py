"""The application: every request passes here, is told apart by who sends it, and is refused or handed on."""

from __future__ import annotations

import hmac
import logging
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from itsdangerous import BadData, URLSafeTimedSerializer
from jinja2 import BaseLoader
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from service_directory.database import DatabaseError
from service_directory.desk.desk import Desk
from service_directory.desk.keys import key_for, new_token
from service_directory.desk.people import NOBODY, Visitor
from service_directory.desk.web.pages import Call, Handler, MenuEntry, Page, Pages
from service_directory.desk.web.templating import environment
from service_directory.importing.proposals import NotDone
from service_directory.serving.guarding import (
    EarlyAnswer,
    FormRefused,
    PrivateHeaders,
    from_our_own_page,
    read_pairs,
)
from service_directory.serving.limits import Limits, address_of

log = logging.getLogger(__name__)

FENCE: Final = "fence"
"""The name of the hidden field that every form has."""
STATIC: Final = Path(__file__).parents[1] / "static"

ASKING_AT_ONCE: Final = 20
ASKING_A_SECOND: Final = 1 / 30
"""From one address so many links may be asked for in one go, and one more each half minute: an office shares one."""

_MOST_FIELDS: Final = 1000
_LONGEST_TOLD: Final = 1000
_TOLD_LIFE: Final = 300
_KINDS: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "connect-src 'self'",
            "img-src 'self' data:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Nobody elsewhere learns the address of a page here; but to ourselves a browser says where a form comes from.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}

_SAID: Final = {
    400: ("That could not be read", "Go back and try again."),
    403: ("You may not do that", "Ask a lead of the helpline's team if you think that you should."),
    404: ("There is nothing here", "Look whether the address is whole, or go to the first page."),
    405: ("That cannot be done here", "Go to the first page and take it from there."),
    413: ("That was too long", "Go back and send less text in one go."),
    415: ("Files cannot be sent here", "Write it into the form, or give a link to it."),
    429: ("That was too often", "Wait a minute, then try again."),
    500: (
        "Something went wrong at our end",
        "Nothing was changed. Please try again, and tell the operator if it goes on.",
    ),
    503: ("The directory cannot be reached just now", "Nothing was changed. Please try again in a minute."),
}
_STALE: Final = (
    "That page was too old",
    "You were signed out, or the page was open for long. Go back, load it again, and do it once more.",
)


def desk_app(desk: Desk, collections: Sequence[Pages], *, templates: Sequence[BaseLoader] = ()) -> Starlette:
    """The application, to be mounted where `desk.base_url` leads.

    Raises ValueError when two pages have the same method and path.
    """
    pages = [page for collection in collections for page in collection.pages]
    site = _Site(desk, [entry for collection in collections for entry in collection.entries], templates)
    app = Starlette(
        routes=[*_static(), *_routes(site, pages)],
        middleware=[Middleware(PrivateHeaders, headers=HEADERS)],
        exception_handlers={HTTPException: site.refused},
    )
    app.router.redirect_slashes = False
    app.state.pages = tuple(pages)
    return app


def fence_of(secret: str, token: str) -> str:
    """What every form on a page holds, for a browser that holds this token: no other page can know it."""
    return hmac.digest(key_for(secret, "fence"), token.encode(), "sha256").hex()


def _routes(site: _Site, pages: Iterable[Page]) -> list[BaseRoute]:
    seen: set[tuple[str, str]] = set()
    routes: list[BaseRoute] = []
    for page in pages:
        if (page.method, page.path) in seen:
            raise ValueError(f"two pages answer {page.method} {page.path}")
        seen.add((page.method, page.path))
        routes.append(Route(page.path, site.answering(page), methods=[page.method]))
    # Of two that fit, the one without a name in its path is meant: "/services/new" is no service.
    routes.sort(key=lambda route: route.path.count("{") if isinstance(route, Route) else 0)
    return routes


def _static() -> list[BaseRoute]:
    return [_file(file) for file in sorted(STATIC.iterdir()) if file.suffix[1:] in _KINDS]


def _file(file: Path) -> BaseRoute:
    content, kind = file.read_bytes(), _KINDS[file.suffix[1:]]

    async def serve(request: Request) -> Response:
        return Response(content, media_type=kind, headers={"Cache-Control": "no-cache"})

    return Route(f"/static/{file.name}", serve, methods=["GET"])


class _Site:
    """What is done for every request, whatever the page."""

    def __init__(self, desk: Desk, menu: Sequence[MenuEntry], templates: Sequence[BaseLoader]) -> None:
        self._desk = desk
        self._menu = menu
        self._environment = environment(templates)
        self._limits = Limits()
        self._asking = Limits(at_once=ASKING_AT_ONCE, a_second=ASKING_A_SECOND)
        self._told = URLSafeTimedSerializer(key_for(desk.secret, "told"))

    def answering(self, page: Page) -> Any:
        """The endpoint of a page."""

        async def endpoint(request: Request) -> Response:
            return await self._answer(request, lambda call: self._handle(page, call))

        return endpoint

    async def refused(self, request: Request, error: Exception) -> Response:
        """An address or a method that nobody serves. Who asked is looked up all the same, for the menu."""

        async def refuse(call: Call) -> Response:
            raise error

        return await self._answer(request, refuse)

    async def _answer(self, request: Request, handle: Handler) -> Response:
        if not self._limits.let_through(address_of(request, self._desk.proxy_header)):
            response = self._trouble(await self._call(request, known=False), 429)
            response.headers["Retry-After"] = "60"
            return response
        call = await self._call(request, known=False)
        try:
            call = await self._call(request)
            response = await handle(call)
        except HTTPException as error:
            response = self._trouble(call, error.status_code)
            response.headers.update(error.headers or {})
        except NotDone as refused:
            # A page that can say so beside what was typed does; this is for what nobody expected to be refused.
            response = self._trouble(call, 409, ("That could not be done", str(refused)))
        except DatabaseError:
            response = self._trouble(call, 503)
        except Exception as fault:
            _report(fault)
            response = self._trouble(call, 500)
        return self._with_cookies(call, response)

    async def _handle(self, page: Page, call: Call) -> Response:
        if "\0" in call.request.url.path or any("\0" in value for value in call.request.query_params.values()):
            call.not_found()
        if page.method == "POST":
            if not from_our_own_page(call.request):
                return self._trouble(call, 403, _STALE, EarlyAnswer)
            try:
                pairs = await read_pairs(call.request, most_fields=_MOST_FIELDS)
            except FormRefused as refused:
                return self._trouble(call, refused.status, answer=EarlyAnswer)
            except ClientDisconnect:
                return Response(status_code=400)
            call.form = FormData([(name, value.replace("\0", "")) for name, value in pairs])
            if not hmac.compare_digest(str(call.form.get(FENCE, "")).encode(), call.fence.encode()):
                return self._trouble(call, 403, _STALE)
        if not call.visitor.may(page.may):
            if call.visitor.kind == "nobody" or (call.visitor.kind == "account" and not call.visitor.proved):
                return call.go("/sign-in") if page.method == "GET" else self._trouble(call, 403, _STALE)
            call.forbidden()
        if call.visitor.kind == "keeper" and call.path.get("service_id", call.visitor.service_id) != (
            call.visitor.service_id
        ):
            call.not_found()
        return await page.handler(call)

    async def _call(self, request: Request, *, known: bool = True) -> Call:
        """The request with who sent it; `known` False asks no database, which may raise DatabaseError."""
        token = request.cookies.get(self._cookie, "")
        visitor: Visitor | None = None
        if token and known:
            visitor = await self._desk.visits.visitor(token, self._desk.clock())
        begun = None
        if not token:
            token = begun = new_token()
        call = Call(
            desk=self._desk,
            request=request,
            visitor=visitor or NOBODY,
            form=FormData(),
            at=self._desk.clock(),
            frame=self,
            token=token,
            fence=fence_of(self._desk.secret, token),
            begun=begun,
        )
        call.told = self._was_told(call)
        return call

    # --- what a call asks for

    def render(self, call: Call, template: str, values: dict[str, Any]) -> str:
        menu = [(entry.label, call.url(entry.path_for(call.visitor))) for entry in self._entries_for(call)]
        return self._environment.get_template(template).render(
            call=call, desk=self._desk, menu=menu, fence_name=FENCE, **values
        )

    def lets_ask(self, call: Call) -> bool:
        return self._asking.let_through(address_of(call.request, self._desk.proxy_header))

    def first_for(self, call: Call) -> str | None:
        return next((entry.path_for(call.visitor) for entry in self._entries_for(call)), None)

    def _entries_for(self, call: Call) -> list[MenuEntry]:
        return [entry for entry in self._menu if call.visitor.may(entry.may)]

    def tell(self, call: Call, response: Response, told: str) -> None:
        # For the next page of this browser alone: nobody can have another's say what it never did.
        whom = fence_of(self._desk.secret, call.begun or call.token)
        sealed = self._told.dumps([whom, told[:_LONGEST_TOLD]])
        self._set(response, f"{self._cookie}-told", str(sealed), max_age=_TOLD_LIFE)

    def _was_told(self, call: Call) -> str:
        sealed = call.request.cookies.get(f"{self._cookie}-told", "")
        if not sealed:
            return ""
        try:
            whom, told = self._told.loads(sealed, max_age=_TOLD_LIFE)
        except BadData:
            return ""
        return str(told) if whom == call.fence else ""

    # --- cookies and troubles

    @property
    def _cookie(self) -> str:
        # A browser takes a cookie of this prefix only over TLS, for this host alone and for all of its paths.
        return "__Host-desk" if self._desk.encrypted else "desk"

    def _set(self, response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
        # Lax and not Strict: who is signed in and follows the link in a letter of ours is to be known when he arrives.
        # A form from elsewhere still comes without it, and every form is refused without its token.
        response.set_cookie(
            name,
            value,
            max_age=max_age,
            path="/" if self._desk.encrypted else self._desk.path,
            secure=self._desk.encrypted,
            httponly=True,
            samesite="lax",
        )

    def _with_cookies(self, call: Call, response: Response) -> Response:
        if call.begun is not None:
            self._set(response, self._cookie, call.begun)
        if call.told and not isinstance(response, RedirectResponse):
            self._set(response, f"{self._cookie}-told", "", max_age=0)
        return response

    def _trouble(
        self,
        call: Call,
        status: int,
        said: tuple[str, str] | None = None,
        answer: type[HTMLResponse] = HTMLResponse,
    ) -> Response:
        title, words = said or _SAID.get(status, _SAID[500])
        html = self.render(call, "trouble.html", {"title": title, "words": words})
        return answer(html, status_code=status)


def _report(fault: Exception) -> None:
    """The kind of a fault and its place; its text may hold an address or a name."""
    where = traceback.extract_tb(fault.__traceback__)[-1]
    log.error("The desk could not answer (%s at %s:%s).", type(fault).__name__, Path(where.filename).name, where.lineno)
