"""Letters leave by a real SMTP server over TCP: once, again when it is in trouble, and never to where it said no."""

from __future__ import annotations

import asyncio
import socket
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from sqlalchemy import insert, select, update

from service_directory.database import Database, DatabaseError
from service_directory.desk.post import Letter, Post
from service_directory.desk.post.sending import PAUSES, REST, TAKEN_FOR, Sender
from service_directory.desk.post.server import MailServer
from service_directory.desk.tables import KeeperRow, MailRow
from service_directory.store import Directory
from tests.service_directory.desk.post.conftest import NOON, Clock
from tests.support.mailbox import Mailbox, mailbox

LETTER = Letter("Your listing: is it still right?", "Is it — still right?\n", "<p>Is it &mdash; still right?</p>")
TO = "hello@leedsmen.org.uk"


def sender(database: Database, box: Mailbox, clock: Clock, **options: Any) -> Sender:
    return Sender(database, MailServer.read(box.url), clock=clock, **options)


async def queue(database: Database, clock: Clock, *to: str, **options: Any) -> None:
    for address in to or (TO,):
        await Post(database, clock=clock).send(None, kind="reminder", to=address, letter=LETTER, **options)


async def rows(database: Database) -> list[Any]:
    async with database.read() as connection:
        return list(await connection.execute(select(MailRow.__table__).order_by(MailRow.id)))


async def keeper(database: Database, service_id: str, email: str = TO) -> None:
    async with database.write() as connection:
        values = {"service_id": service_id, "email": email, "email_key": email.casefold(), "added_at": NOON}
        await connection.execute(insert(KeeperRow).values(**values, added_by="Sam"))


async def bounced(database: Database) -> list[str]:
    async with database.read() as connection:
        query = select(KeeperRow.service_id).where(KeeperRow.bounced_at.is_not(None)).order_by(KeeperRow.service_id)
        return list(await connection.scalars(query))


async def test_a_letter_arrives_in_plain_text_and_in_html_from_a_bland_sender(
    database: Database, box: Mailbox, clock: Clock
) -> None:
    await queue(database, clock)
    assert await sender(database, box, clock).send_due() == 1
    (letter,) = box.letters
    assert (letter["From"], letter["To"]) == ("Listings desk <desk@directory.example>", TO)
    assert (letter["Subject"], letter["Auto-Submitted"]) == (LETTER.subject, "auto-generated")
    assert box.sender == "desk@directory.example"
    plain, html = letter.iter_parts()
    assert (plain.get_content_type(), plain.get_content().replace("\r\n", "\n")) == ("text/plain", LETTER.plain)
    assert html.get_content_type() == "text/html"
    assert html.get_content().strip() == LETTER.html


async def test_once_a_letter_is_sent_its_words_are_gone_and_it_is_never_sent_again(
    database: Database, box: Mailbox, clock: Clock
) -> None:
    await queue(database, clock)
    sending = sender(database, box, clock)
    await sending.send_due()
    (row,) = await rows(database)
    assert (row.state, row.subject, row.plain, row.html, row.attempts) == ("sent", "", "", "", 1)
    clock.turn(timedelta(days=30))
    assert await sending.send_due() == 0
    assert len(box.letters) == 1


async def test_a_letter_is_queued_only_if_the_transaction_that_it_tells_of_is_kept(
    database: Database, clock: Clock
) -> None:
    class Undone(Exception):
        pass

    async def tells_of_what_is_undone() -> None:
        async with database.write() as connection:
            await Post(database, clock=clock).send(connection, kind="approved", to=TO, letter=LETTER)
            raise Undone

    with pytest.raises(Undone):
        await tells_of_what_is_undone()
    assert await rows(database) == []


async def test_several_senders_over_one_queue_send_each_letter_once(
    database: Database, box: Mailbox, clock: Clock
) -> None:
    wanted = [f"desk{number}@leedsmen.org.uk" for number in range(8)]
    await queue(database, clock, *wanted)
    sent = await asyncio.gather(*(sender(database, box, clock).send_due() for _ in range(3)))
    assert sum(sent) == 8
    assert sorted(letter["To"] for letter in box.letters) == wanted


async def test_a_process_that_dies_with_a_letter_in_its_hands_leaves_it_to_another(
    database: Database, box: Mailbox, clock: Clock
) -> None:
    await queue(database, clock)
    assert await sender(database, box, clock)._take() is not None
    assert await sender(database, box, clock).send_due() == 0
    clock.turn(TAKEN_FOR)
    assert await sender(database, box, clock).send_due() == 1
    assert len(box.letters) == 1


async def test_a_letter_that_is_refused_for_now_is_tried_again_with_growing_pauses_and_then_given_up(
    light: Database, box: Mailbox, clock: Clock
) -> None:
    box.at_recipient = lambda _: "450 4.2.1 busy"
    await queue(light, clock)
    sending = sender(light, box, clock)
    for pause in PAUSES:
        assert await sending.send_due() == 0
        (row,) = await rows(light)
        assert (row.state, row.due_at, row.trouble) == ("waiting", clock.now + pause, "450 4.2.1 busy")
        assert row.plain
        clock.turn(pause - timedelta(seconds=1))
        await sending.send_due()
        assert (await rows(light))[0].attempts == row.attempts
        clock.turn(timedelta(seconds=1))
    await sending.send_due()
    (row,) = await rows(light)
    assert (row.state, row.plain, row.attempts) == ("failed", "", len(PAUSES) + 1)


async def test_its_id_stays_the_same_however_often_it_is_tried(light: Database, box: Mailbox, clock: Clock) -> None:
    await queue(light, clock)
    (row,) = await rows(light)
    box.at_letter = lambda _: "451 4.3.0 later"
    sending = sender(light, box, clock)
    await sending.send_due()
    box.at_letter = lambda _: "250 OK"
    clock.turn(PAUSES[0])
    await sending.send_due()
    assert box.letters[0]["Message-ID"] == f"<{row.message_id}@directory.example>"


async def test_an_address_that_is_refused_for_good_bounces_and_is_noted_for_every_service_that_it_keeps(
    database: Database, box: Mailbox, clock: Clock
) -> None:
    await keeper(database, "leeds-men", "Hello@leedsmen.org.uk")
    await keeper(database, "leeds-dads")
    await keeper(database, "york-men", "other@leedsmen.org.uk")
    box.at_recipient = lambda address: f"550 5.1.1 <{address}>: nobody here"
    await queue(database, clock)
    await sender(database, box, clock).send_due()
    (row,) = await rows(database)
    assert (row.state, row.plain, row.trouble) == ("bounced", "", "550 5.1.1 (the address) nobody here")
    assert await bounced(database) == ["leeds-dads", "leeds-men"]


@pytest.mark.parametrize(
    ("at", "answer", "state", "noted"),
    [
        ("recipient", "550 5.7.1 relaying denied", "failed", []),
        ("recipient", "552 mailbox full", "bounced", ["leeds-men"]),
        ("letter", "550 5.1.1 nobody here", "bounced", ["leeds-men"]),
        ("letter", "554 5.6.0 looks like spam", "failed", []),
        ("letter", "451 4.3.0 later", "waiting", []),
    ],
)
async def test_only_a_refusal_of_the_address_itself_is_a_bounce(
    light: Database, box: Mailbox, clock: Clock, at: str, answer: str, state: str, noted: list[str]
) -> None:
    await keeper(light, "leeds-men")
    setattr(box, f"at_{at}", lambda _: answer)
    await queue(light, clock)
    await sender(light, box, clock).send_due()
    assert ((await rows(light))[0].state, await bounced(light)) == (state, noted)


async def test_one_letter_that_is_refused_does_not_hold_up_the_next(
    light: Database, box: Mailbox, clock: Clock
) -> None:
    box.at_recipient = lambda address: "250 OK" if address == TO else "550 5.1.1 nobody here"
    await queue(light, clock, "gone@leedsmen.org.uk", TO)
    assert await sender(light, box, clock).send_due() == 1
    assert box.connections == 1


@pytest.mark.parametrize("trouble", ["hangs", "drops"])
async def test_a_server_that_hangs_or_drops_the_line_is_left_alone_for_a_while_and_nothing_is_lost(
    light: Database, box: Mailbox, clock: Clock, trouble: str
) -> None:
    setattr(box, trouble, True)
    await queue(light, clock, TO, "second@leedsmen.org.uk")
    sending = sender(light, box, clock, within=timedelta(seconds=0.3))
    assert await sending.send_due() == 0
    assert [(row.state, row.attempts) for row in await rows(light)] == [("waiting", 1), ("waiting", 0)]
    tried = box.connections
    assert await sending.send_due() == 0
    assert box.connections == tried
    setattr(box, trouble, False)
    clock.turn(REST)
    assert await sender(light, box, clock).send_due() == 2


async def test_a_server_that_is_not_there_loses_nothing(light: Database, clock: Clock) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = MailServer.read(f"smtp://127.0.0.1:{taken.getsockname()[1]}?from=desk@directory.example")
        await queue(light, clock)
        assert await Sender(light, nobody, clock=clock).send_due() == 0
    (row,) = await rows(light)
    assert (row.state, row.attempts) == ("waiting", 1)
    assert row.trouble.startswith("the mail server could not be reached")


async def test_a_letter_whose_link_has_expired_is_not_sent_any_more(
    light: Database, box: Mailbox, clock: Clock
) -> None:
    await queue(light, clock, useless_at=NOON + timedelta(minutes=15))
    await queue(light, clock)
    clock.turn(timedelta(minutes=15))
    assert await sender(light, box, clock).send_due() == 1
    late, _ = await rows(light)
    assert (late.state, late.plain, late.attempts) == ("failed", "", 0)


async def test_a_letter_that_was_sent_is_not_sent_again_because_the_database_failed_just_then(
    light: Database, box: Mailbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await queue(light, clock)
    sending = sender(light, box, clock)
    whole = Database.write

    def fails_after_sending(self: Database) -> Any:
        if box.letters:
            raise DatabaseError("the disk is full")
        return whole(self)

    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", fails_after_sending)
        with pytest.raises(DatabaseError):
            await sending.send_due()
    clock.turn(TAKEN_FOR)
    assert await sending.send_due() == 0
    assert len(box.letters) == 1
    assert (await rows(light))[0].state == "sent"


async def test_a_password_is_given_only_where_nobody_can_listen(light: Database, clock: Clock) -> None:
    def known(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        right = (given.login, given.password) == (b"desk@directory.example", b"s3cret/:")
        return AuthResult(success=right, handled=False)

    async with mailbox(authenticator=known, auth_require_tls=False, auth_required=True) as box:
        await queue(light, clock)
        good = MailServer.read(f"smtp://desk%40directory.example:s3cret%2F%3A@127.0.0.1:{box.port}")
        sent = await Sender(light, good, clock=clock).send_due()
        assert (sent, (await rows(light))[0].trouble) == (1, "")
        wrong = MailServer.read(f"smtp://desk%40directory.example:wrong@127.0.0.1:{box.port}")
        await queue(light, clock)
        assert await Sender(light, wrong, clock=clock).send_due() == 0
        assert (await rows(light))[1].trouble.startswith("535")


async def test_what_is_no_address_is_refused_before_it_is_queued(light: Database, clock: Clock) -> None:
    for address in ("", "nobody", "a@b\nBcc: c@d.org", "Sam <sam@example.org>"):
        with pytest.raises(ValueError, match="no email address"):
            await queue(light, clock, address)
    assert await rows(light) == []


async def test_letters_that_were_settled_long_ago_are_forgotten_and_those_that_wait_are_not(
    light: Database, box: Mailbox, clock: Clock
) -> None:
    await queue(light, clock, service_id="leeds-men")
    await sender(light, box, clock).send_due()
    await queue(light, clock, "second@leedsmen.org.uk")
    post = Post(light, clock=clock)
    await post.tidy(NOON + timedelta(days=399))
    assert [one.state for one in await post.letters()] == ["waiting", "sent"]
    (about,) = await post.letters(service_id="leeds-men", state="sent")
    assert (about.to, about.kind, about.attempts, about.trouble) == (TO, "reminder", 1, "")
    await post.tidy(NOON + timedelta(days=401))
    assert [one.state for one in await post.letters()] == ["waiting"]


async def test_a_letter_that_is_settled_meanwhile_is_not_taken_back(
    light: Database, box: Mailbox, clock: Clock
) -> None:
    await queue(light, clock)
    sending = sender(light, box, clock)
    letter = await sending._take()
    async with light.write() as connection:
        await connection.execute(update(MailRow).values(state="sent"))
    assert letter is not None
    box.at_recipient = lambda _: "450 busy"
    await sending._settle(letter, await sending._attempt(_never_connected(box), letter))
    assert (await rows(light))[0].state == "sent"


def _never_connected(box: Mailbox) -> Any:
    from service_directory.desk.post.sending import connection_to

    return connection_to(MailServer.read(box.url), timedelta(seconds=1))


ONE_PROCESS = """
import asyncio, sys
from datetime import UTC, datetime
from service_directory.desk.keeping import desk_database
from service_directory.desk.post.sending import Sender
from service_directory.desk.post.server import MailServer
from service_directory.store import Directory

async def main():
    directory = await Directory.open(sys.argv[1])
    database = await desk_database(directory)
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    await Sender(database, MailServer.read(sys.argv[2]), clock=lambda: noon).send_due()
    await directory.close()

asyncio.run(main())
"""


async def test_a_process_that_is_killed_while_it_sends_leaves_the_letter_to_the_next(
    small: Directory, light: Database, box: Mailbox, clock: Clock
) -> None:
    await queue(light, clock)
    box.hangs = True
    url = f"sqlite:///{small.database.writing.url.database}"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", ONE_PROCESS, url, box.url)
    async with asyncio.timeout(60):
        await box.asked.wait()
    process.kill()
    await process.wait()
    box.hangs = False
    assert await sender(light, box, clock).send_due() == 0
    clock.turn(TAKEN_FOR)
    assert await sender(light, box, clock).send_due() == 1
    assert len(box.letters) == 1


async def test_three_processes_over_one_queue_send_each_letter_once(
    small: Directory, light: Database, box: Mailbox, clock: Clock
) -> None:
    wanted = [f"desk{number}@leedsmen.org.uk" for number in range(6)]
    await queue(light, clock, *wanted)
    url = f"sqlite:///{small.database.writing.url.database}"
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", ONE_PROCESS, url, box.url) for _ in range(3)
    ]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    assert sorted(letter["To"] for letter in box.letters) == wanted


async def test_once_it_is_told_to_stop_no_further_letter_is_begun(light: Database, box: Mailbox, clock: Clock) -> None:
    await queue(light, clock, TO, "second@leedsmen.org.uk")
    assert await sender(light, box, clock, stop=lambda: bool(box.letters)).send_due() == 1


async def test_an_address_that_the_server_cannot_be_told_of_is_given_up_at_once(light: Database, clock: Clock) -> None:
    async with mailbox(enable_SMTPUTF8=False) as box:
        await queue(light, clock, "jörg@leedsmen.org.uk")
        assert await sender(light, box, clock).send_due() == 0
        (row,) = await rows(light)
    assert (row.state, row.trouble) == ("failed", "it cannot be written to: SMTPNotSupported")


async def test_an_address_with_letters_of_other_alphabets_is_written_to_where_the_server_can(
    light: Database, box: Mailbox, clock: Clock
) -> None:
    await queue(light, clock, "jörg@leedsmen.org.uk")
    assert await sender(light, box, clock).send_due() == 1


async def test_a_server_that_turns_everybody_away_is_left_alone_and_nothing_is_lost(
    light: Database, clock: Clock
) -> None:
    async def busy(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"421 4.3.2 try later\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(busy, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"smtp://127.0.0.1:{port}?from=desk@directory.example"
        await queue(light, clock)
        assert await Sender(light, MailServer.read(url), clock=clock).send_due() == 0
    (row,) = await rows(light)
    assert (row.state, row.trouble) == ("waiting", "421 4.3.2 try later")


async def test_without_a_clock_of_its_own_a_letter_is_due_now(light: Database, box: Mailbox, clock: Clock) -> None:
    await Post(light).send(None, kind="weekly", to=TO, letter=LETTER)
    clock.now = datetime.now(UTC)
    assert await sender(light, box, clock).send_due() == 1
