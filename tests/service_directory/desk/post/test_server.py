"""How FINGERPOST_SMTP_URL is read, and what is tried before an operator is told that mail can be sent."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service_directory.database import Database
from service_directory.desk.post import Letters, Post
from service_directory.desk.post.sending import Sender, _log_in, connection_to, try_server
from service_directory.desk.post.server import MailServer
from tests.service_directory.desk.post.conftest import Clock
from tests.support.mailbox import Mailbox, mailbox
from tests.support.patience import PATIENCE

SOON = timedelta(seconds=PATIENCE)


@pytest.mark.parametrize(
    ("url", "otherwise", "read"),
    [
        ("smtp://localhost?from=desk@a.example", "", ("localhost", 25, False, "desk@a.example")),
        ("smtps://desk%40a.example:x@mail.a.example", "", ("mail.a.example", 465, True, "desk@a.example")),
        (
            "smtp://sam:x@mail.a.example:587?from=d@a.example",
            "b@a.example",
            ("mail.a.example", 587, False, "d@a.example"),
        ),
        ("smtp://sam:x@mail.a.example:587", "b@a.example", ("mail.a.example", 587, False, "b@a.example")),
        ("smtp://[::1]", "b@a.example", ("::1", 25, False, "b@a.example")),
    ],
)
def test_where_letters_go_and_whom_they_come_from(url: str, otherwise: str, read: tuple[Any, ...]) -> None:
    server = MailServer.read(url, otherwise=otherwise)
    assert (server.host, server.port, server.encrypted, server.sender) == read
    assert server.domain == "a.example"


def test_what_stands_for_itself_in_a_password_is_written_with_percent_signs() -> None:
    server = MailServer.read("smtp://sam:p%40ss%2F%3A@mail.a.example?from=d@a.example")
    assert (server.user, server.password) == ("sam", "p@ss/:")
    assert "p@ss" not in repr(server)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mail.a.example", "must look like"),
        ("http://mail.a.example", "must look like"),
        ("smtp://?from=d@a.example", "must look like"),
        ("smtp://mail.a.example:99999?from=d@a.example", "port"),
        ("smtp://mail.a.example?sender=d@a.example", "'sender' is not known"),
        ("smtp://mail.a.example", "no address that letters come from"),
        ("smtp://sam:secret@mail.a.example", "no address that letters come from"),
        ("smtp://sam%40a.example:x@mail.a.example?from=nobody", "no address that letters come from"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_in_words_that_give_nothing_away(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        MailServer.read(url)
    assert "secret" not in str(refused.value)


async def test_a_server_that_answers_is_found_well(box: Mailbox) -> None:
    assert await try_server(MailServer.read(box.url), within=SOON) == ""
    assert box.letters == []


async def test_a_server_that_is_not_there_or_does_not_answer_is_told_of() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        server = MailServer.read(f"smtp://127.0.0.1:{silent.getsockname()[1]}?from=d@a.example")
        assert "cannot be reached" in await try_server(server, within=SOON)
        silent.listen()
        assert "cannot be reached" in await try_server(server, within=timedelta(seconds=0.2))


async def test_a_password_that_is_not_taken_is_told_of() -> None:
    async with mailbox(auth_callback=lambda *_: False, auth_require_tls=False) as box:
        server = MailServer.read(f"smtp://d%40a.example:wrong@127.0.0.1:{box.port}")
        assert (await try_server(server, within=SOON)).startswith("it answers 535")


async def test_a_password_never_leaves_this_machine_unencrypted(box: Mailbox) -> None:
    smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=box.port)
    await smtp.connect()
    far = MailServer.read("smtp://d%40a.example:secret@mail.a.example")
    with pytest.raises(aiosmtplib.SMTPAuthenticationError, match="no encryption"):
        await _log_in(smtp, far)
    await smtp.quit()


def own_certificate(folder: Path) -> ssl.SSLContext:
    """A server's context with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "mail.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    return context


async def test_letters_are_encrypted_as_soon_as_the_server_offers_it(
    light: Database, clock: Clock, tmp_path: Path
) -> None:
    # This one takes no letter otherwise.
    async with mailbox(tls_context=own_certificate(tmp_path), require_starttls=True) as box:
        server = MailServer.read(box.url)
        assert await try_server(server, within=SOON) == ""
        letter = Letters("Somebody").weekly(counts={}, link="https://desk.example/")
        await Post(light, clock=clock).send(None, kind="weekly", to="sam@a.example", letter=letter)
        assert await Sender(light, server, clock=clock).send_due() == 1


def test_a_server_elsewhere_has_to_prove_who_it_is() -> None:
    elsewhere = connection_to(MailServer.read("smtps://mail.a.example?from=d@a.example"))
    assert (elsewhere.use_tls, elsewhere.validate_certs) == (True, True)
    assert not connection_to(MailServer.read("smtp://localhost?from=d@a.example")).validate_certs
