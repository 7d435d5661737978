"""Which mail server letters leave by, and from which address, as FINGERPOST_SMTP_URL says it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from service_directory.desk.post.queue import readable_address

_PORTS: Final = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server. `encrypted` from the first byte (smtps); else STARTTLS is used where it is offered.

    `sender` is the address that letters come from, and that refusals go back to.
    """

    host: str
    port: int
    encrypted: bool
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def read(cls, url: str, *, otherwise: str = "") -> MailServer:
        """The server at `smtp://user:password@host:port?from=address`.

        Without `from` letters come from the user, when that is an email address, or else from `otherwise`. Raises
        ValueError, in words for an operator that say nothing of the password.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("must look like smtp://user:password@host:587 or smtps://host.")
        try:
            port = parts.port or _PORTS[parts.scheme]
        except ValueError:
            raise ValueError("its port must be a number from 1 to 65535.") from None
        asked = parse_qs(parts.query, keep_blank_values=True)
        if unknown := asked.keys() - {"from"}:
            raise ValueError(f"may end in ?from=address and no more; {min(unknown)!r} is not known.")
        user = unquote(parts.username or "")
        given = asked.get("from", [""])[-1]
        sender = _address(given) or ("" if given else _address(user) or _address(otherwise))
        if not sender:
            raise ValueError(
                "says no address that letters come from. Add one at its end, as in smtp://host?from=desk@example.org."
            )
        return cls(parts.hostname, port, parts.scheme == "smtps", sender, user, unquote(parts.password or ""))

    @property
    def is_near(self) -> bool:
        """Is it on this machine? Then nobody stands between."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def domain(self) -> str:
        """Where letters come from, for their ids."""
        return self.sender.rpartition("@")[2]


def _address(text: str) -> str:
    try:
        return readable_address(text)
    except ValueError:
        return ""
