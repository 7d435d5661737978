"""The desk as a whole: what its pages work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.areas import Areas
from service_directory.database import Database
from service_directory.desk.accounts import Accounts
from service_directory.desk.links import Links
from service_directory.desk.post.letters import Letter, Letters
from service_directory.desk.second_factor import SecondFactor
from service_directory.desk.visits import Visits
from service_directory.importing.proposals import Proposals
from service_directory.stewarding import Stewarding
from service_directory.store import Directory


class Posting(Protocol):
    """How letters leave (`service_directory.desk.post.Post` is one): they are queued, not sent at once."""

    async def send(
        self,
        connection: AsyncConnection | None,
        *,
        kind: str,
        to: str,
        letter: Letter,
        service_id: str = "",
        useless_at: datetime | None = None,
    ) -> None:
        """Queue a letter, in the transaction of a connection if one is given."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything a page of the desk needs.

    `base_url` is where people reach it, such as "https://host/desk", without a slash at its end. `sends_mail`: there is
    a mail server, so that what `post` queues will leave.
    """

    directory: Directory
    database: Database
    secret: str = field(repr=False)
    post: Posting
    areas: Areas
    clock: Callable[[], datetime]
    base_url: str
    helpline_name: str
    helpline: str
    operator: str | None = None
    sends_mail: bool = True
    proxy_header: str | None = None

    @property
    def accounts(self) -> Accounts:
        return Accounts(self.database, self.secret)

    @property
    def links(self) -> Links:
        return Links(self.database, self.secret)

    @property
    def second_factor(self) -> SecondFactor:
        return SecondFactor(self.database, self.secret)

    @property
    def letters(self) -> Letters:
        """What letters say; they name who keeps the directory."""
        return Letters(self.operator or self.helpline_name)

    @property
    def visits(self) -> Visits:
        return Visits(self.database, self.secret)

    @property
    def stewarding(self) -> Stewarding:
        return Stewarding(self.directory)

    @property
    def proposals(self) -> Proposals:
        return Proposals(self.directory.database)

    @property
    def encrypted(self) -> bool:
        """Do people reach it over TLS?"""
        return self.base_url.startswith("https://")

    @property
    def path(self) -> str:
        """The path part of where it is: "/desk"."""
        return urlsplit(self.base_url).path

    def link_url(self, token: str) -> str:
        """The address to email for a link that `links` made."""
        return f"{self.base_url}/link/{token}"
