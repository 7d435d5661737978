"""The configuration: environment variables, read once, checked whole.

Every problem is found before anything starts, and each names its variable.
"""

from __future__ import annotations

import contextlib
import difflib
import ipaddress
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.sealing import new_secret
from safety.lifelines import DEFAULT_HELPLINE, DEFAULT_HELPLINE_NAME, LifelineError, Lifelines
from service_directory.desk.post.server import MailServer

PREFIX = "FINGERPOST_"

DEFAULT_EXIT_URL = "https://www.bbc.co.uk/weather"
"""A page that anyone might have open, with nothing personal on it."""

DESK: Final = "/desk"
"""Where the desk stands, in what is served."""


class SettingsError(Exception):
    """The configuration cannot be used. The message lists every problem, one a line, for the operator."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decided. Secrets never show in a ``repr``."""

    home: Path
    secret: str = field(repr=False)
    helpline_name: str
    helpline: str
    directory_url: str = field(repr=False)
    sessions_url: str = field(repr=False)
    telegram_token: str | None = field(repr=False)
    telegram_api: str
    public_url: str | None
    webhook_secret: str = field(repr=False)
    host: str
    port: int
    proxy_header: str | None
    mail_server: MailServer | None
    exit_url: str
    session_life: timedelta
    operator: str | None
    privacy_contact: str | None
    complaints: str | None
    accept_self_assessment: bool
    metrics: str | None

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the environment. Makes the home, the secret and the webhook secret when they are missing.

        Raises :class:`SettingsError`.
        """
        given = _Given(dict(os.environ if environment is None else environment))
        home = given.take("HOME", Path("var"), _path)
        read: dict[str, Any] = {
            "home": home,
            "helpline_name": given.take("HELPLINE_NAME", DEFAULT_HELPLINE_NAME, _words),
            "helpline": given.take("HELPLINE", DEFAULT_HELPLINE, _helpline),
            "directory_url": given.take("DIRECTORY_URL", f"sqlite:///{home / 'directory.sqlite'}", _database),
            "sessions_url": given.take("SESSIONS_URL", f"sqlite:///{home / 'sessions.sqlite'}", _database),
            "telegram_token": given.take("TELEGRAM_TOKEN", None, _token),
            "telegram_api": given.take("TELEGRAM_API", "https://api.telegram.org/bot", _url),
            "public_url": given.take("PUBLIC_URL", None, _https),
            "host": given.take("HOST", "127.0.0.1", _words),
            "port": given.take("PORT", 8080, _port),
            "proxy_header": given.take("PROXY_HEADER", None, _header),
            "exit_url": given.take("EXIT_URL", DEFAULT_EXIT_URL, _url),
            "session_life": given.take("SESSION_MINUTES", timedelta(minutes=60), _minutes),
            "operator": given.take("OPERATOR", None, _words),
            "privacy_contact": given.take("PRIVACY_CONTACT", None, _words),
            "complaints": given.take("COMPLAINTS", None, _words),
            "accept_self_assessment": given.take("ACCEPT_SELF_ASSESSMENT", False, _yes_or_no),
            "metrics": given.take("METRICS", None, _loopback),
        }
        contact = read["privacy_contact"] or ""
        read["mail_server"] = given.take("SMTP_URL", None, lambda text: MailServer.read(text, otherwise=contact))
        secret = given.take("SECRET", None, _secret)
        webhook_secret = given.take("WEBHOOK_SECRET", None, _webhook_secret)
        given.refuse_the_rest()
        given.raise_problems()
        read["secret"] = secret or _kept_secret(home, "secret")
        read["webhook_secret"] = webhook_secret or _kept_secret(home, "webhook-secret")
        return cls(**read)

    @property
    def faces_the_public(self) -> bool:
        """Could a stranger's message reach this program? Then example data must not."""
        return bool(self.telegram_token or self.public_url) or not _is_loopback(self.host)

    @property
    def desk_address(self) -> str:
        """Where whoever works at the desk points a browser."""
        return (self.public_url or self.local_address) + DESK

    @property
    def has_desk(self) -> bool:
        """Whoever works at the desk signs in, so it stands only where nobody can listen in: behind TLS, or on this
        machine."""
        return self.public_url is not None or _is_loopback(self.host)

    @property
    def local_address(self) -> str:
        """Where to point a browser on this machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


MEANINGS: Mapping[str, str] = {
    "HOME": "where files live",
    "SECRET": "seals sessions; made on first run when missing",
    "HELPLINE_NAME": "the helpline's name",
    "HELPLINE": "the freephone number on every turn",
    "DIRECTORY_URL": "the directory's database",
    "SESSIONS_URL": "the sessions' database",
    "TELEGRAM_TOKEN": "the bot's token; serves Telegram when set",
    "TELEGRAM_API": "where the Bot API is",
    "PUBLIC_URL": "https address of this installation; Telegram then uses a webhook",
    "WEBHOOK_SECRET": "proves that a webhook call is Telegram's; made when missing",
    "HOST": "the address to listen on",
    "PORT": "the port to listen on",
    "PROXY_HEADER": "the header in which the proxy in front names the visitor's address",
    "SMTP_URL": "the mail server, and at its end the address that letters come from",
    "EXIT_URL": "where leaving the web chat leads",
    "SESSION_MINUTES": "how long after the last turn everything is forgotten",
    "OPERATOR": "who runs this installation (the data controller)",
    "PRIVACY_CONTACT": "whom to ask about privacy",
    "COMPLAINTS": "where to complain",
    "ACCEPT_SELF_ASSESSMENT": "whether a service's own word counts as recorded",
    "METRICS": "a loopback address for metrics",
}
"""Every setting, without its prefix, in one line each; ``fingerpost doctor`` lists them."""


class _Given:
    """The variables that were set, taken one by one, and what was wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._values = {k.removeprefix(PREFIX): v for k, v in environment.items() if k.startswith(PREFIX)}
        self._problems: list[str] = []

    def take(self, name: str, default: Any, read: Callable[[str], Any]) -> Any:
        text = self._values.get(name, "").strip()
        if not text:
            return default
        try:
            return read(text)
        except ValueError as error:
            self._problems.append(f"{PREFIX}{name}: {error}")
            return default

    def refuse_the_rest(self) -> None:
        for name in sorted(self._values.keys() - set(MEANINGS)):
            close = difflib.get_close_matches(name, MEANINGS, n=1)
            hint = f" Did you mean {PREFIX}{close[0]}?" if close else ""
            self._problems.append(f"{PREFIX}{name}: there is no such setting.{hint}")

    def raise_problems(self) -> None:
        if self._problems:
            raise SettingsError("\n".join(self._problems))


def _kept_secret(home: Path, name: str) -> str:
    """A secret made on first run and kept in the home, readable by its owner only."""
    path = home / name
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _place_whole(path, new_secret())
        kept = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingsError(
            f"{PREFIX}HOME: cannot write in {home} ({error.strerror}). Name a folder this user may write in."
        ) from None
    if len(kept) < 32:
        raise SettingsError(
            f"{path} is empty or cut short. Restore it, or delete it to have a new one made "
            "(conversations under way then start again)."
        )
    return kept


def _place_whole(path: Path, text: str) -> None:
    """Write a new file that nobody ever sees half-written; of several processes at once the first one's stands."""
    handle, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _words(text: str) -> str:
    if not text.isprintable() or len(text) > 200:
        raise ValueError("must be one line of at most 200 characters.")
    return text


def _helpline(text: str) -> str:
    try:
        Lifelines.load(helpline=text)
    except LifelineError as error:
        raise ValueError(str(error)) from None
    return text


def _database(text: str) -> str:
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError(
            "is not a database URL. Examples: sqlite:////srv/fingerpost/x.sqlite, postgresql://user:password@host/name."
        ) from None
    if url.get_backend_name() not in ("sqlite", "postgresql", "postgres"):
        raise ValueError(f"{url.get_backend_name()!r} is not supported: use sqlite or postgresql.")
    if url.get_backend_name() == "sqlite":
        folder = Path(url.database or "").absolute().parent
        if not os.access(folder, os.W_OK):
            raise ValueError(f"the folder {folder} does not exist, or this user may not write in it.")
    return text


def _token(text: str) -> str:
    # The token itself stays out of the message: it is a password.
    if not re.fullmatch(r"\d{3,}:[\w-]{20,}", text):
        raise ValueError("is not a Telegram bot token (they look like 123456:ABC-DEF..., from @BotFather).")
    return text


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a full address starting with https:// (or http://).")
    return text


def _https(text: str) -> str:
    if urlsplit(_url(text)).scheme != "https":
        raise ValueError("must start with https://: Telegram and men's browsers need it.")
    return text.rstrip("/")


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise ValueError("must be a number from 1 to 65535.")
    return int(text)


def _header(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,60}", text):
        raise ValueError("must be the name of a header, such as X-Forwarded-For or X-Real-IP.")
    return text


def _minutes(text: str) -> timedelta:
    if not text.isdecimal() or not 11 <= int(text) <= 24 * 60:
        raise ValueError("must be a whole number of minutes from 11 to 1440.")
    return timedelta(minutes=int(text))


def _yes_or_no(text: str) -> bool:
    try:
        return {"yes": True, "no": False}[text.lower()]
    except KeyError:
        raise ValueError("must be yes or no.") from None


def _secret(text: str) -> str:
    if len(text) < 32:
        raise ValueError("must be at least 32 characters; leave it out to have one made.")
    return text


def _webhook_secret(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text):
        raise ValueError("must be 16 to 256 letters, digits, _ or -; leave it out to have one made.")
    return text


def _loopback(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not _is_loopback(host) or not port.isdecimal():
        raise ValueError(
            "must be a loopback address and port, such as 127.0.0.1:9090: public metrics would time conversations."
        )
    return text


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
