"""Who stands at the desk, and what each may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

Kind = Literal["nobody", "account", "keeper"]
Who = Literal["anybody", "keeper", "steward", "lead", "editor"]


class Role(StrEnum):
    """What somebody of the helpline's team does here. A lead may do all that a steward and an editor may."""

    STEWARD = "steward"
    LEAD = "lead"
    EDITOR = "editor"


May = frozenset[Who]
"""Who may ask for a page. Every page names it; there is no other rule anywhere."""

ANYBODY: Final[May] = frozenset({"anybody"})
"""Whoever comes, signed in or not."""
KEEPERS: Final[May] = frozenset({"keeper"})
"""Somebody at a service, for that service alone."""
STEWARDS: Final[May] = frozenset({"steward", "lead"})
LEADS: Final[May] = frozenset({"lead"})
EDITORS: Final[May] = frozenset({"editor", "lead"})
ACCOUNTS: Final[May] = frozenset({"steward", "lead", "editor"})
"""Anybody of the team."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sent a request.

    `number` is the account's or the keeper's. `name` is what history says. `service_id` is a keeper's service, empty
    for everybody else. `proved`: an account has shown its second factor; without, it may do what nobody may.
    """

    kind: Kind = "nobody"
    number: int = 0
    name: str = ""
    email: str = ""
    roles: frozenset[Role] = frozenset()
    service_id: str = ""
    proved: bool = False

    def may(self, who: May) -> bool:
        """Is this visitor among those who may?"""
        if "anybody" in who:
            return True
        if self.kind == "keeper":
            return "keeper" in who
        return self.kind == "account" and self.proved and any(role.value in who for role in self.roles)


NOBODY: Final = Visitor()


def roles_of(text: str) -> frozenset[Role]:
    """Roles as a table has them, with commas between them."""
    return frozenset(Role(word) for word in text.split(",") if word)


def as_text(roles: frozenset[Role]) -> str:
    """Roles as a table has them, always in the same order."""
    return ",".join(role.value for role in Role if role in roles)


def keeper_name(email: str) -> str:
    """What history says of somebody at a service."""
    return f"the service ({email})"
