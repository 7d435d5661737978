"""What a page of the desk is: a path, who may ask for it, and what answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, NoReturn, Protocol
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service_directory.desk.desk import Desk
from service_directory.desk.keys import new_token
from service_directory.desk.people import May, Visitor

Method = Literal["GET", "POST"]

_LARGEST_NUMBER: Final = 2**31 - 1


class Frame(Protocol):
    """What the application does for a call (`web.app` has it)."""

    def render(self, call: Call, template: str, values: dict[str, Any]) -> str:
        """The whole page."""
        ...

    def tell(self, call: Call, response: Response, told: str) -> None:
        """Have the next page say this."""
        ...

    def lets_ask(self, call: Call) -> bool:
        """May whoever this comes from ask for one more link now?"""
        ...

    def first_for(self, call: Call) -> str | None:
        """The path of the first menu entry that the visitor may follow."""
        ...


@dataclass(slots=True)
class Call:
    """One request, and the ways to answer it.

    `form` is empty for a GET. `at` is the moment of the request. `told` is what the page before had to say.
    """

    desk: Desk
    request: Request
    visitor: Visitor
    form: FormData
    at: datetime
    frame: Frame = field(repr=False)
    token: str = field(repr=False)
    """What the browser's cookie holds: of a visit, or of nobody's."""
    fence: str = field(repr=False)
    """The hidden field of every form: it proves that the form was on a page of this visit."""
    told: str = ""
    begun: str | None = field(default=None, repr=False)
    """The token that the browser is to hold from now on, if it is another."""

    @property
    def path(self) -> dict[str, Any]:
        """The parts of the path by their names: `call.path["service_id"]`."""
        return self.request.path_params

    def number(self, name: str) -> int:
        """A number in the path; anything else is not found."""
        text = str(self.path[name])
        if not (text.isascii() and text.isdecimal()) or len(text) > 10 or not 0 < int(text) <= _LARGEST_NUMBER:
            self.not_found()
        return int(text)

    def query(self, name: str) -> str:
        """What stands in the address after the question mark under this name; nothing if it is not there."""
        return self.request.query_params.get(name, "").strip()

    def url(self, path: str) -> str:
        """The address of a path of the desk: "/services/x" becomes "/desk/services/x"."""
        if not path.startswith("/"):
            raise ValueError(f"{path!r} is no path of the desk: it has to begin with a slash")
        return self.desk.path + quote(path, safe="/?&=#%+:@,;")

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A whole page from a template, which also has `call` and `desk`."""
        return HTMLResponse(self.frame.render(self, template, values), status_code=status)

    def go(self, path: str, *, told: str = "") -> RedirectResponse:
        """On to another page of the desk, which says `told` once. There is no way to send anybody elsewhere."""
        response = RedirectResponse(self.url(path), status_code=303)
        if told:
            self.frame.tell(self, response, told)
        return response

    def hold(self, token: str) -> None:
        """Have the browser hold the token of a new visit: never one that it held before."""
        self.begun = token

    def forget(self) -> None:
        """Have the browser hold a token of nobody's."""
        self.begun = new_token()

    def not_found(self) -> NoReturn:
        """There is nothing here, or nothing that this visitor is to know of."""
        raise HTTPException(404)

    def too_often(self) -> NoReturn:
        """Whoever this comes from has to wait."""
        raise HTTPException(429, headers={"Retry-After": "60"})

    def forbidden(self) -> NoReturn:
        """The visitor may not do this."""
        raise HTTPException(403)


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """One address and method, who may ask for it, and what answers."""

    method: Method
    path: str
    may: May
    handler: Handler


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A link that stands at the top of every page for those who may follow it.

    `{service_id}` in the path is the service of a keeper.
    """

    label: str
    path: str
    may: May

    def path_for(self, visitor: Visitor) -> str:
        return self.path.replace("{service_id}", visitor.service_id)


class Pages:
    """A collection of pages. A part of the desk makes one, and `desk_app` takes them all."""

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self.entries: list[MenuEntry] = []

    def get(self, path: str, *, may: May) -> Callable[[Handler], Handler]:
        """Answer a GET: it must change nothing."""
        return self._page("GET", path, may)

    def post(self, path: str, *, may: May) -> Callable[[Handler], Handler]:
        """Answer a form. Its size, where it comes from and its token were checked before the handler runs."""
        return self._page("POST", path, may)

    def menu(self, label: str, path: str, *, may: May) -> None:
        """Put a link at the top of every page. The first that a visitor may follow is where signing in leads."""
        self.entries.append(MenuEntry(label, path, may))

    def _page(self, method: Method, path: str, may: May) -> Callable[[Handler], Handler]:
        if not path.startswith("/") or not may:
            raise ValueError(f"{method} {path!r} needs a path that begins with a slash, and somebody who may")

        def keep(handler: Handler) -> Handler:
            self.pages.append(Page(method, path, may, handler))
            return handler

        return keep
