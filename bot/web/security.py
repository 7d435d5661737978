"""What keeps the page private: headers, the cookies, and what is read of a form."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from service_directory.serving.guarding import read_pairs

COOKIE: Final = "s"
"""Holds the first half of the chat's name, out of reach of scripts, and behind it the name of the form whose answer is
still to be fetched. What it is called says nothing."""

PAGE_COOKIE: Final = "p"
"""Holds the other half, within reach of the page's script, so that leaving tears the name in two at once and asks
nobody: whoever comes back with the first half alone is a stranger, even if no word of the leaving ever reached us."""

PAGE_STATUS: Final = 203
"""The status of every page: as good as 200 to all browsers, except that Chromium takes no such page into its
back/forward cache. ``no-store`` alone does not keep one out (it may come back unless a cookie changed in time), and
without JavaScript a page cannot empty itself."""

_LONG: Final = 16
_HALF = re.compile(r"[A-Za-z0-9_-]{16}")
_FIRST = re.compile(r"([A-Za-z0-9_-]{16})([A-Za-z0-9_-]{16})?")
_NONCE = re.compile(r"[A-Za-z0-9_-]{16}")


def new_chat() -> str:
    """A fresh name for a chat: 192 random bits, which nobody guesses."""
    return secrets.token_urlsafe(24)


def new_nonce() -> str:
    """A fresh name for one form, so that a form sent twice steps once."""
    return secrets.token_urlsafe(12)


def chat_of(request: Request, torn_off: str = "") -> str | None:
    """The chat that the two cookies name together; None when a half is missing, or is none that we could have made.

    ``torn_off`` is the second half as the page's script sends it along when he leaves: its cookie is gone by then.
    """
    halves = _first_half(request)[0], torn_off or request.cookies.get(PAGE_COOKIE, "")
    return "".join(halves) if all(map(_HALF.fullmatch, halves)) else None


def last_form_of(request: Request) -> str:
    """The name of the form whose answer this browser was sent to fetch; empty when there is none."""
    return _first_half(request)[1]


def _first_half(request: Request) -> tuple[str, str]:
    """What the first cookie holds: half of the chat's name, and the name of a form."""
    found = _FIRST.fullmatch(request.cookies.get(COOKIE, ""))
    return (found[1], found[2] or "") if found else ("", "")


def has_half_a_chat(request: Request) -> bool:
    """Did he leave (or lose a cookie), and we could not take the other away?"""
    return chat_of(request) is None and not request.cookies.keys().isdisjoint((COOKIE, PAGE_COOKIE))


def nonce_of(form: Mapping[str, str]) -> str:
    """The form's own nonce, or a fresh one when it has none that we could have made."""
    given = form.get("nonce", "")
    return given if _NONCE.fullmatch(given) else new_nonce()


def followed_by_himself(request: Request) -> bool:
    """Did he follow a link of ours, or type its address? Not so when another site sends him, or when the browser only
    fetches what he might want next."""
    purpose = request.headers.get("sec-purpose", request.headers.get("purpose", ""))
    return (
        request.method == "GET"
        and request.headers.get("sec-fetch-site", "none") in ("same-origin", "none")
        and request.headers.get("sec-fetch-dest", "document") == "document"
        and "prefetch" not in purpose
    )


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, the first of each name. Raises :class:`FormRefused`; never reads past the limit."""
    return dict(reversed(await read_pairs(request)))


def remember_chat(response: Response, chat: str, *, minutes: int, secure: bool, form: str = "") -> None:
    """Set the cookies, for as long as the session lives. ``form``: the one whose answer is to be fetched."""
    for name, half in ((COOKIE, chat[:_LONG] + form), (PAGE_COOKIE, chat[_LONG:])):
        response.set_cookie(
            name, half, max_age=minutes * 60, path="/", secure=secure, httponly=name == COOKIE, samesite="strict"
        )


def forget_chat(response: Response, *, secure: bool) -> None:
    """Take the cookies away."""
    for name in (COOKIE, PAGE_COOKIE):
        response.delete_cookie(name, path="/", secure=secure, httponly=name == COOKIE, samesite="strict")


def page_headers(exit_url: str) -> dict[str, str]:
    """The headers of everything we serve. ``exit_url`` must be allowed as the place where a form may end up."""
    exits = " ".join(_exit_origins(exit_url))
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "; ".join(
            (
                "default-src 'none'",
                "style-src 'self'",
                "script-src 'self'",
                "connect-src 'self'",
                "img-src 'self' data:",
                "manifest-src 'self'",
                # Chromium also holds the redirect after a form to this list; without it leaving would be a dead end.
                f"form-action 'self' {exits}",
                "base-uri 'none'",
                "frame-ancestors 'none'",
            )
        ),
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


def _exit_origins(exit_url: str) -> tuple[str, str]:
    """The exit's origin with and without "www.": the neutral site may itself send him from one to the other."""
    parts = urlsplit(exit_url)
    host = parts.netloc
    other = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    return f"{parts.scheme}://{host}", f"{parts.scheme}://{other}"
