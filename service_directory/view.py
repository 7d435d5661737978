"""What a man is shown of a service: the one shape in which a service leaves the directory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

ContactKind = Literal["phone", "text", "whatsapp", "webchat", "email", "website"]


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a service is open at the moment it is looked at.

    `until` and `opens` are moments in Europe/London; `words` says the one that matters ("5pm",
    "9am on Monday") and is empty when there is none. Hours that nobody checked lately are unknown.
    """

    state: Literal["always", "open", "closed", "unknown"]
    until: datetime | None = None
    opens: datetime | None = None
    words: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in ("always", "open")


UNKNOWN_OPENING = Opening("unknown")


@dataclass(frozen=True, slots=True)
class ContactView:
    """One way to reach a service: `value` is for links (E.164, a URL, an address), `display` for reading.

    `label` is the service's own word for it, empty when there is none.
    """

    kind: ContactKind
    value: str
    display: str
    label: str
    hours: Opening
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service as it may be shown at one moment: made only while the rule holds. Unknown texts are empty."""

    id: str
    name: str
    organization: str
    helps: str
    serves_men: Literal["men_only", "all"]
    needs: tuple[str, ...]
    contacts: tuple[ContactView, ...]
    opening: Opening
    recorded_by: str
    recorded_on: date
    basis: str
    happens: str
    asks: str
    cost: str
    bill: str
    workers: str
    children: str
    languages: tuple[str, ...]
    access: str
    minimum_age: int | None
    maximum_age: int | None
    accommodation: bool
    example: bool

    @property
    def spaces(self) -> str:
        """What a man is told of free places: "ask", never a number. Empty where nobody stays."""
        return "ask" if self.accommodation else ""

    @property
    def recorded_when(self) -> str:
        """The month and year of the record, as it is read out: "March 2026"."""
        return month_and_year(self.recorded_on)

    @property
    def self_assessed(self) -> bool:
        """True when at least one section rests on the service's own word; it then needs its own wording."""
        return self.basis == "self"

    @property
    def checked_on(self) -> date | None:
        """The last day on which any way to reach the service was tried."""
        return max((contact.checked_on for contact in self.contacts if contact.checked_on), default=None)

    @property
    def age_limits(self) -> str:
        """The ages served, in words; empty when there is no limit."""
        if self.minimum_age is not None and self.maximum_age is not None:
            return f"{self.minimum_age} to {self.maximum_age}"
        if self.minimum_age is not None:
            return f"{self.minimum_age} and over"
        if self.maximum_age is not None:
            return f"up to {self.maximum_age}"
        return ""


# Not strftime: the month's name must not depend on the machine's locale.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def month_and_year(day: date) -> str:
    """A day as the month it lies in: "March 2026"."""
    return f"{MONTHS[day.month - 1]} {day.year}"
