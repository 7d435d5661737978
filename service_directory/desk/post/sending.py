"""Letters leave the queue by SMTP: each taken by one process at a time, tried again with growing pauses, or given up.

A letter is sent twice only when a process dies after the mail server has taken it and before that was written down; it
then carries the same id both times, by which mail programs know it again.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, formataddr
from typing import Any, Literal

import aiosmtplib
from sqlalchemy import Row, or_, select, update

from service_directory.database import Database, DatabaseError
from service_directory.desk.post.bounces import note_bounced
from service_directory.desk.post.letters import FROM_NAME
from service_directory.desk.post.server import MailServer
from service_directory.desk.tables import MailRow

#: How long to wait after each attempt that came to nothing for now; after the last, a letter is given up.
PAUSES = tuple(timedelta(minutes=many) for many in (1, 5, 30, 2 * 60, 12 * 60, 24 * 60, 24 * 60, 24 * 60))
#: The longest that one letter may take, from the connection to the server's last word.
WITHIN = timedelta(seconds=60)
#: How long a process has a letter to itself: longer than it may take.
TAKEN_FOR = timedelta(minutes=5)
#: How long a server that is in trouble is left alone.
REST = timedelta(minutes=1)
_LONGEST_TROUBLE = 300
_ADDRESS = re.compile(r"\S+@\S+")

_MAIL = MailRow.__table__


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one attempt. `server`: it was no fault of this letter, so that the others wait, too."""

    state: Literal["sent", "waiting", "failed", "bounced"]
    trouble: str = ""
    server: bool = False


_SENT = _Outcome("sent")
_TOO_LATE = _Outcome("failed", "the link in it expired before it could be sent")


class Sender:
    """Sends what is due. Any number of processes may have one each, over one queue.

    Once `stop` says so, no further letter is begun.
    """

    def __init__(
        self,
        database: Database,
        server: MailServer,
        *,
        clock: Callable[[], datetime],
        within: timedelta = WITHIN,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._database = database
        self._server = server
        self._clock = clock
        self._within = within
        self._stop = stop
        self._rests_until: datetime | None = None
        self._unwritten: dict[int, tuple[Row[Any], _Outcome]] = {}

    async def send_due(self) -> int:
        """Send every letter that is due, one after the other; how many were sent.

        Raises DatabaseError. What was sent by then is remembered, and written down the next time.
        """
        for unwritten, outcome in list(self._unwritten.values()):
            await self._settle(unwritten, outcome)
        if self._rests_until is not None and self._clock() < self._rests_until:
            return 0
        sent = 0
        async with contextlib.AsyncExitStack() as stack:
            smtp: aiosmtplib.SMTP | None = None
            while not self._stop() and (letter := await self._take()) is not None:
                if letter.useless_at is not None and letter.useless_at <= self._clock():
                    await self._settle(letter, _TOO_LATE)
                    continue
                if smtp is None:
                    smtp = connection_to(self._server)
                    stack.push_async_callback(_leave, smtp)
                outcome = await self._attempt(smtp, letter)
                await self._settle(letter, outcome)
                sent += outcome == _SENT
                if outcome.server:
                    self._rests_until = self._clock() + REST
                    break
        return sent

    async def _take(self) -> Row[Any] | None:
        """A letter that is due and nobody else is sending, taken for a while; None when there is none."""
        now = self._clock()
        free = or_(_MAIL.c.taken_until.is_(None), _MAIL.c.taken_until <= now)
        due = select(_MAIL).where(_MAIL.c.state == "waiting", _MAIL.c.due_at <= now, free)
        due = due.order_by(_MAIL.c.due_at, _MAIL.c.id).limit(1)
        async with self._database.read() as connection:
            if (await connection.execute(due)).first() is None:
                return None
        async with self._database.write() as connection:
            letter = (await connection.execute(due.with_for_update(skip_locked=True))).first()
            if letter is None:
                return None
            taking = update(MailRow).where(_MAIL.c.id == letter.id).values(taken_until=now + TAKEN_FOR)
            await connection.execute(taking)
        return letter

    async def _attempt(self, smtp: aiosmtplib.SMTP, letter: Row[Any]) -> _Outcome:
        try:
            async with asyncio.timeout(self._within.total_seconds()):
                if not smtp.is_connected:
                    await smtp.connect()
                    await _log_in(smtp, self._server)
                await smtp.send_message(
                    message_of(letter, self._server, self._clock()),
                    sender=self._server.sender,
                    recipients=[letter.recipient],
                )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            return _refused(refused.recipients[0], of_address=True)
        except (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPHeloError) as refused:
            # Whoever runs this has something to put right; no letter is lost meanwhile.
            return _Outcome("waiting", _words(refused), server=True)
        except aiosmtplib.SMTPDataError as refused:
            return _refused(refused, of_address=refused.message.startswith("5.1."))
        except (aiosmtplib.SMTPNotSupported, ValueError) as error:
            return _Outcome("failed", f"it cannot be written to: {type(error).__name__}")
        except aiosmtplib.SMTPResponseException as refused:
            return _Outcome("waiting", _words(refused), server=True)
        except (aiosmtplib.SMTPException, OSError) as error:
            # A TimeoutError is an OSError.
            smtp.close()
            return _Outcome("waiting", f"the mail server could not be reached ({type(error).__name__})", server=True)
        return _SENT

    async def _settle(self, letter: Row[Any], outcome: _Outcome) -> None:
        """Write down what became of a letter; its words are kept only while it may still be sent."""
        now = self._clock()
        attempts = letter.attempts + (outcome != _TOO_LATE)
        values: dict[str, Any] = {"state": outcome.state, "trouble": outcome.trouble, "attempts": attempts}
        if outcome.state == "waiting" and letter.attempts < len(PAUSES):
            values |= {"due_at": now + PAUSES[letter.attempts], "taken_until": None}
        else:
            state = "failed" if outcome.state == "waiting" else outcome.state
            values |= {"state": state, "taken_until": None, "subject": "", "plain": "", "html": ""}
        try:
            async with self._database.write() as connection:
                await connection.execute(
                    update(MailRow).where(_MAIL.c.id == letter.id, _MAIL.c.state == "waiting").values(values)
                )
                if outcome.state == "bounced":
                    await note_bounced(connection, letter.recipient, now)
        except DatabaseError:
            self._unwritten[letter.id] = (letter, outcome)
            raise
        self._unwritten.pop(letter.id, None)


def message_of(letter: Row[Any], server: MailServer, at: datetime) -> EmailMessage:
    """A letter as it is sent: its words as plain text and as HTML. Its id stays the same however often it is tried."""
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = formataddr((FROM_NAME, server.sender))
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{letter.message_id}@{server.domain}>"
    # No out-of-office note answers what a program sent.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.plain, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return message


def connection_to(server: MailServer, timeout: timedelta = WITHIN) -> aiosmtplib.SMTP:
    """A connection that is not open yet. On this machine certificates prove nothing, and are not asked for."""
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.encrypted,
        validate_certs=not server.is_near,
        # What this machine is called is nobody's business.
        local_hostname=server.domain,
        timeout=timeout.total_seconds(),
    )


async def try_server(server: MailServer, *, within: timedelta) -> str:
    """Connect, greet, sign in and leave; what is wrong with it, in words for an operator, or nothing."""
    smtp = connection_to(server, within)
    try:
        async with asyncio.timeout(within.total_seconds()):
            await smtp.connect()
            await smtp.ehlo()
            await _log_in(smtp, server)
    except aiosmtplib.SMTPResponseException as refused:
        return f"it answers {_words(refused)}"
    except (aiosmtplib.SMTPException, OSError) as error:
        return f"it cannot be reached ({type(error).__name__})"
    finally:
        await _leave(smtp)
    return ""


async def _log_in(smtp: aiosmtplib.SMTP, server: MailServer) -> None:
    if not server.user:
        return
    if smtp.get_transport_info("sslcontext") is None and not server.is_near:
        raise aiosmtplib.SMTPAuthenticationError(0, "it offers no encryption, so the password was not sent to it")
    await smtp.login(server.user, server.password)


async def _leave(smtp: aiosmtplib.SMTP) -> None:
    with contextlib.suppress(aiosmtplib.SMTPException, OSError):
        if smtp.is_connected:
            await smtp.quit(timeout=2)
    smtp.close()


def _refused(refused: aiosmtplib.SMTPResponseException, *, of_address: bool) -> _Outcome:
    if not 500 <= refused.code < 600:
        return _Outcome("waiting", _words(refused))
    # "5.7" is a rule of the server's (it does not relay, it does not trust us): nothing is wrong with the address.
    bounced = of_address and not refused.message.startswith("5.7.")
    return _Outcome("bounced" if bounced else "failed", _words(refused))


def _words(refused: aiosmtplib.SMTPResponseException) -> str:
    """What the server said, for an operator: without the address, which servers like to repeat."""
    said = _ADDRESS.sub("(the address)", " ".join(refused.message.split()))
    return f"{refused.code} {said}"[:_LONGEST_TROUBLE]
