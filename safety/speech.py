"""The fixed words with which the program surrounds whatever a flow says.

English stands here. Another language comes from the catalogue that the flows are translated by, under the same rule: no
man is offered it before somebody has reviewed it, and what is not translated is said in English. Which button is which
goes by its token, the same in every language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final, Self

from safety.blandness import CARD, CONTINUED, OPENING, RETURNING, WAITING

_SLOT = re.compile(r"\{([a-z]+)\}")
_KIND = "kind"


def _words(kind: str, english: str) -> Any:
    return field(default=english, metadata={_KIND: kind})


@dataclass(frozen=True, slots=True)
class Speech:
    """What is said around the flows in one language.

    `language` is its code, "" for English. The words on buttons come first, then the first lines of messages, then what
    is said in the last line, at the gate and about a lifeline. `lines` has what each lifeline says of itself, by names
    such as `serves.samaritans`; what is not in it is said in English.
    """

    language: str = ""

    leave: str = _words("button", "Leave now")
    urgent: str = _words("button", "Urgent help")
    go_on: str = _words("button", "Go on")
    erase: str = _words("button", "Delete my message")

    opening: str = _words("first", OPENING)
    card: str = _words("first", CARD)
    continued: str = _words("first", CONTINUED)
    waiting: str = _words("first", WAITING)
    returning: str = _words("first", RETURNING)

    gate: str = _words("text", "OK to chat now?")
    erased: str = _words("text", "Your message is deleted from this chat.")
    not_erased: str = _words(
        "text", "I couldn't delete your message. To do it yourself, press and hold it, then tap Delete."
    )
    footer: str = _words("text", "{name}: {number}")
    footer_free: str = _words("text", "{name}, free: {number}")
    footer_closed: str = _words("text", "{name}, closed for now: {number}")
    beside: str = _words("text", "Any hour: {name} {number}")
    closed: str = _words("text", "{name} is closed for now. {instead}")

    free_any_hour: str = _words("text", "Free, any hour")
    any_hour: str = _words("text", "Any hour")
    free: str = _words("text", "Free. {when}")
    hours_unknown: str = _words("text", "Check the opening times")
    open_until: str = _words("text", "Open now until {when}")
    opens_at: str = _words("text", "Closed now, opens at {when}")
    opens_on: str = _words("text", "Closed now, opens {when}")
    monday: str = _words("text", "Monday")
    tuesday: str = _words("text", "Tuesday")
    wednesday: str = _words("text", "Wednesday")
    thursday: str = _words("text", "Thursday")
    friday: str = _words("text", "Friday")
    saturday: str = _words("text", "Saturday")
    sunday: str = _words("text", "Sunday")
    noon: str = _words("text", "noon")
    midnight: str = _words("text", "midnight")
    before_noon: str = _words("text", "{clock}am")
    after_noon: str = _words("text", "{clock}pm")

    hour: str = _words("text", "an hour")
    hours: str = _words("text", "{count} hours")
    minutes: str = _words("text", "{count} minutes")

    lines: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, language: str, around: Mapping[str, str]) -> Self:
        """The speech of a language, from words named as `named` names them. What is missing is English."""
        fixed = _names()
        said = {fixed[name]: words for name, words in around.items() if name in fixed}
        lines = {name: words for name, words in around.items() if name not in fixed}
        return cls(language=language, lines=MappingProxyType(lines), **said)

    def named(self) -> Mapping[str, str]:
        """Every word by a name that begins with what it is, such as `button.leave`: what translators get."""
        return {name: getattr(self, attribute) for name, attribute in _names().items()} | dict(self.lines)

    def weekday(self, number: int) -> str:
        """The name of a day, Monday being 0."""
        days = (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday)
        return days[number]

    def lasting(self, minutes: int) -> str:
        """A length of time in words: "an hour", "2 hours", "90 minutes"."""
        if minutes == 60:
            return self.hour
        whole_hours = minutes % 60 == 0
        return filled(self.hours, count=minutes // 60) if whole_hours else filled(self.minutes, count=minutes)


def filled(text: str, **values: object) -> str:
    """The text with its slots filled, each once: what is put in is never read for slots again."""
    return _SLOT.sub(lambda slot: str(values[slot[1]]), text)


def _names() -> Mapping[str, str]:
    return {f"{known.metadata[_KIND]}.{known.name}": known.name for known in fields(Speech) if _KIND in known.metadata}


ENGLISH: Final = Speech()
