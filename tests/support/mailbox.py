"""A real SMTP server on this machine, which keeps what it is sent, and can be told to answer as troubled ones do."""

from __future__ import annotations

import asyncio
import email
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

#: What a server may be told to answer instead: to a recipient, or to a whole letter.
Answer = Callable[[str], str]


def _fine(_: str) -> str:
    return "250 OK"


class Mailbox:
    """What arrived. `at_recipient` and `at_letter` say what is answered. `hangs`: it never answers a letter; `drops`:
    it hangs up on one. `asked`: a letter was offered.
    """

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.connections = 0
        self.at_recipient: Answer = _fine
        self.at_letter: Answer = _fine
        self.hangs = False
        self.drops = False
        self.port = 0
        self.sender = ""
        self.asked = asyncio.Event()
        self._arrived = asyncio.Condition()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?from=desk@directory.example"

    async def has(self, number: int) -> None:
        """Wait until so many letters have arrived."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.letters) >= number)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.at_recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.drops:
            cast(Any, server).transport.abort()
            return "451 too late"
        self.asked.set()
        if self.hangs:
            await asyncio.Event().wait()
        answer = self.at_letter(envelope.rcpt_tos[0])
        if answer.startswith("250"):
            self.sender = envelope.mail_from or ""
            content = cast(bytes, envelope.content)
            async with self._arrived:
                self.letters.append(email.message_from_bytes(content, policy=default))
                self._arrived.notify_all()
        return answer


@asynccontextmanager
async def mailbox(**options: Any) -> AsyncIterator[Mailbox]:
    """A mail server that listens on a port of its own; `options` are aiosmtpd's."""
    box = Mailbox()
    loop = asyncio.get_running_loop()
    protocols: list[SMTP] = []

    def protocol() -> SMTP:
        with warnings.catch_warnings():
            # It warns of passwords without encryption, which is what a test may want to see refused.
            warnings.simplefilter("ignore")
            made = SMTP(box, loop=loop, hostname="mail.example", **{"enable_SMTPUTF8": True, **options})
        protocols.append(made)
        return made

    server = await loop.create_server(protocol, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        for one in protocols:
            if one.transport is not None:
                cast(asyncio.Transport, one.transport).abort()
        # What was cut off ends in its own time, and nothing of it is left for the next test.
        handlers = [cast(Any, one)._handler_coroutine for one in protocols]
        for task in handlers:
            if task is not None:
                task.cancel()
        await asyncio.gather(*(task for task in handlers if task is not None), return_exceptions=True)
        await server.wait_closed()
        # Sockets are closed a turn of the loop after they were told to.
        await asyncio.sleep(0)
