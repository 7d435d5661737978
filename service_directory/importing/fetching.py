"""A paged feed over HTTP, page by page: politely, within limits, and from nowhere but where the operator said."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from service_directory.importing.decoding import Unreadable, read_json
from service_directory.open_referral.finding import LISTS, is_thin

Sleep = Callable[[float], Awaitable[None]]

_TRY_AGAIN = frozenset({429, 502, 503, 504})
_SENT_ON = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3
_CHUNK = 65_536


class FeedError(Exception):
    """A feed cannot be read to its end; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked of a feed at most, and how gently. Seconds, bytes, and counts."""

    connect: float = 10.0
    read: float = 30.0
    page: float = 180.0
    page_bytes: int = 30_000_000
    pages: int = 5_000
    services: int = 200_000
    per_page: int = 50
    pause: float = 0.3
    tries: int = 4
    longest_wait: float = 60.0


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number, its items as they came, and how many pages the feed says there are (None: unknown)."""

    number: int
    items: list[Any]
    of: int | None


def services_address(written: str) -> str:
    """The address of a feed's list of services, from that or from the root of its API. Raises FeedError.

    Only https counts, or a server on this machine: whoever sits on the line could put another number into a feed.
    """
    parts = urlsplit(written)
    try:
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise FeedError(f"{written} is not a web address") from None
    if parts.scheme not in ("http", "https") or not host:
        raise FeedError(f"{written} is not a web address")
    if parts.username or parts.password:
        raise FeedError("a web address with a name and password in it is not used: feeds are open to all")
    if parts.scheme == "http" and not _on_this_machine(host):
        raise FeedError("the feed must be read over https://, so that nobody can change a number on the way")
    path = parts.path.rstrip("/")
    if not path.endswith("/services"):
        path = f"{path}/services"
    return parts._replace(path=path, fragment="").geturl()


class Feed:
    """One feed. `sleep` is what waits between requests; it is handed in so that tests need not."""

    def __init__(self, address: str, *, limits: Limits | None = None, sleep: Sleep = asyncio.sleep) -> None:
        """Raises FeedError for an address that may not be read."""
        self.address = services_address(address)
        self._limits = limits or Limits()
        self._sleep = sleep

    @property
    def source(self) -> str:
        """What keeps its services apart from those of other feeds: its address without a query."""
        return urlsplit(self.address)._replace(query="").geturl()[:200]

    async def pages(self, first: int = 1) -> AsyncIterator[Page]:
        """The pages from a number on, thin items asked for one by one. Raises FeedError."""
        limits = self._limits
        # A server on this machine is never reached through somebody else's.
        mounts = {f"all://{host}": None for host in ("localhost", "127.0.0.1", "[::1]")}
        timeout = httpx.Timeout(limits.read, connect=limits.connect)
        headers = {"User-Agent": "Fingerpost (service directory import)", "Accept": "application/json"}
        async with httpx.AsyncClient(timeout=timeout, headers=headers, mounts=mounts) as client:
            seen: list[str] | None = None
            count = 0
            for number in range(first, first + limits.pages):
                if number > first:
                    await self._sleep(limits.pause)
                value = await self._get(client, self.address, {"page": str(number), "per_page": str(limits.per_page)})
                items, of, last = _page_of(value)
                ids = [str(item.get("id")) if isinstance(item, Mapping) else str(item) for item in items]
                if ids and ids == seen:
                    raise FeedError(f"the feed gives the same page again: {number} is what {number - 1} was")
                seen = ids
                count += len(items)
                if count > limits.services:
                    raise FeedError(f"the feed has more than {limits.services} services; import it in parts")
                yield Page(number, [await self._whole(client, item) for item in items], of)
                if last or not items or (of is not None and number >= of):
                    return
            raise FeedError(f"the feed does not end within {limits.pages} pages")

    async def _whole(self, client: httpx.AsyncClient, item: Any) -> Any:
        """An item of a list with all that belongs to it: lists may leave out even the telephone number."""
        if not is_thin(item) or not isinstance(item.get("id"), str | int):
            return item
        await self._sleep(self._limits.pause)
        base = urlsplit(self.address)
        address = base._replace(path=f"{base.path}/{quote(str(item['id']), safe='')}", query="").geturl()
        value = await self._get(client, address, {}, may_be_missing=True)
        return {**item, **value} if isinstance(value, Mapping) else item

    async def _get(
        self, client: httpx.AsyncClient, address: str, query: Mapping[str, str], *, may_be_missing: bool = False
    ) -> Any:
        said = ""
        for attempt in range(self._limits.tries):
            wait = min(2.0**attempt, self._limits.longest_wait)
            try:
                async with asyncio.timeout(self._limits.page):
                    response, data = await self._send(client, address, query)
            except (httpx.TransportError, TimeoutError) as error:
                said = f"cannot be reached ({type(error).__name__})"
            else:
                if response.status_code == httpx.codes.OK:
                    return _value(address, data)
                if may_be_missing and response.status_code in (404, 410):
                    return None
                if response.status_code not in _TRY_AGAIN:
                    raise FeedError(f"{address} answers {response.status_code} {response.reason_phrase}")
                said = f"answers {response.status_code} {response.reason_phrase}"
                wait = self._asked_to_wait(address, response, wait)
            if attempt + 1 < self._limits.tries:
                await self._sleep(wait)
        raise FeedError(f"{address} {said}. Run the same command again later: it goes on where it stopped")

    def _asked_to_wait(self, address: str, response: httpx.Response, otherwise: float) -> float:
        asked = response.headers.get("Retry-After", "")
        if not asked.isdigit():
            return otherwise
        if int(asked) > self._limits.longest_wait:
            raise FeedError(
                f"{address} asks to wait {asked} seconds. Run the same command again then: it goes on where it stopped"
            )
        return float(asked)

    async def _send(
        self, client: httpx.AsyncClient, address: str, query: Mapping[str, str]
    ) -> tuple[httpx.Response, bytes]:
        url = httpx.URL(address).copy_merge_params(query)
        for _ in range(_MOST_REDIRECTS + 1):
            async with client.stream("GET", url) as response:
                if response.status_code not in _SENT_ON:
                    return response, await self._body(response)
                onward = url.join(response.headers.get("Location", ""))
            if onward.host != url.host or onward.scheme != url.scheme or onward.port != url.port:
                raise FeedError(f"{address} sends on to {onward.host}; name that address yourself if you trust it")
            url = onward
        raise FeedError(f"{address} sends on again and again")

    async def _body(self, response: httpx.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for part in response.aiter_bytes(_CHUNK):
            size += len(part)
            if size > self._limits.page_bytes:
                raise FeedError(f"a page of the feed is longer than {self._limits.page_bytes} bytes")
            parts.append(part)
        return b"".join(parts)


def _value(address: str, data: bytes) -> Any:
    try:
        return read_json(data)
    except Unreadable as error:
        raise FeedError(f"what {address} answers {error}") from None


def _page_of(value: Any) -> tuple[list[Any], int | None, bool]:
    """The items of a page, how many pages there are if it says so, and whether it is the last."""
    if isinstance(value, list):
        return value, None, True
    if not isinstance(value, Mapping):
        raise FeedError("the feed answers with something that is no page of services")
    for name in LISTS:
        items = value.get(name)
        if isinstance(items, list):
            of = next((value[key] for key in ("total_pages", "totalPages") if type(value.get(key)) is int), None)
            said = next((value[key] for key in ("last_page", "last") if type(value.get(key)) is bool), None)
            # A page that says nothing of others is all there is.
            return items, of, bool(said) if said is not None else of is None
    raise FeedError("the feed answers with something that is no page of services; is this its address?")


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
