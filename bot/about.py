"""Who runs this installation, and where the genuine one is: the operator's own words, for the flows and the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from bot.settings import Settings


@dataclass(slots=True)
class About:
    """What the operator says of himself; None where he has not said it.

    `handle` is the bot's name at Telegram. Only Telegram knows it, so it is None until Telegram has told.
    """

    operator: str | None = None
    privacy_contact: str | None = None
    complaints: str | None = None
    address: str | None = None
    handle: str | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """What the configuration says."""
        return cls(settings.operator, settings.privacy_contact, settings.complaints, settings.public_url)

    @property
    def genuine(self) -> str | None:
        """Where the real bot is found, so that a copy can be told; None while that is not known."""
        places = [self.address, self.handle and f"@{self.handle} (Telegram)"]
        return ", ".join(filter(None, places)) or None

    def slots(self) -> Mapping[str, str]:
        """What is known, by the names of the slots that texts have for it (`dialogs.texts.ABOUT`)."""
        said = {
            "operator": self.operator,
            "privacy_contact": self.privacy_contact,
            "complaints": self.complaints,
            "genuine": self.genuine,
        }
        return {name: words for name, words in said.items() if words is not None}
