"""A real HTTP server on this machine that answers as a feed would, well or badly."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.feeds import page


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says to one request. `wait` is waited for before the body is sent."""

    value: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: threading.Event | None = None

    @property
    def body(self) -> bytes:
        return self.value if isinstance(self.value, bytes) else json.dumps(self.value).encode()


Answering = Callable[[str, dict[str, str]], Answer]


@dataclass(slots=True)
class FeedServer:
    """`asked` are the paths with their page numbers, in the order in which they were asked for."""

    address: str
    answer: Answering
    asked: list[str] = field(default_factory=list)

    def pages(self, *pages: list[Any], **odd: Answer) -> None:
        """Answer with these pages; `odd` are answers to single paths, by their last part."""

        def answer(path: str, query: dict[str, str]) -> Answer:
            last = path.rpartition("/")[2]
            if last in odd:
                return odd[last]
            if last != "services":
                return Answer({"error": "no such thing"}, status=404)
            number = int(query.get("page", "1"))
            items = pages[number - 1] if number <= len(pages) else []
            return Answer(page(*items, number=number, of=len(pages)))

        self.answer = answer


@contextmanager
def serving() -> Iterator[FeedServer]:
    """A feed at an address on this machine, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            feed.asked.append(parts.path + (f" {query['page']}" if "page" in query else ""))
            answer = feed.answer(parts.path, query)
            body = answer.body
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if answer.wait is not None:
                answer.wait.wait()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    feed = FeedServer(f"http://127.0.0.1:{server.server_port}/api", lambda path, query: Answer({}, status=404))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield feed
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
