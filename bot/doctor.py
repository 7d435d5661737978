"""What stands between an installation and going live, in the order in which an operator would mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.flow_knowledge import known
from bot.service import Rooms, why_not_public
from bot.settings import MEANINGS, PREFIX
from dialogs.findings import Findings
from dialogs.reviews import lapses
from dialogs.source import Source
from dialogs.tongues import OF_A_LANGUAGE, tongues

_LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; ``stops`` when it must be put right before a stranger may be served."""

    stops: bool
    text: str

    def __str__(self) -> str:
        return f"{'MUST' if self.stops else 'note'}  {self.text}"


async def examine(rooms: Rooms, at: datetime) -> list[Finding]:
    """Look at everything that decides whether this installation may go live."""
    empty = await rooms.directory.is_empty()
    today = at.astimezone(_LONDON).date()
    return [
        *(Finding(True, reason) for reason in why_not_public(rooms, empty=empty)),
        *_contacts(rooms),
        *_reviews(rooms, today),
        *_languages(rooms, today, await rooms.publications.source(rooms.book.digest) or rooms.shipped),
        *_settings(rooms),
    ]


def _contacts(rooms: Rooms) -> Iterator[Finding]:
    for name in ("operator", "privacy_contact", "complaints"):
        if getattr(rooms.settings, name) is None:
            variable = name.upper()
            yield Finding(True, f"{PREFIX}{variable} is not set: {MEANINGS[variable]}. The privacy note needs it.")


def _reviews(rooms: Rooms, today: date) -> Iterator[Finding]:
    for lapse in lapses(rooms.book, today):
        yield Finding(True, f"{lapse.message} {lapse.hint}")


def _languages(rooms: Rooms, today: date, source: Source) -> Iterator[Finding]:
    """A translation never stands in the way: what is wrong with one is said in English, or in English alone."""
    findings = Findings()
    tongues(rooms.book, source, known(rooms.lifelines, today=today), findings)
    found = findings.sorted()
    yield from (
        Finding(False, f"{warning.message} {warning.hint}") for warning in found if warning.code in OF_A_LANGUAGE
    )
    texts = sum(warning.code not in OF_A_LANGUAGE for warning in found)
    if texts:
        yield Finding(
            False, f"Some translations are said in English ({texts} warnings): 'fingerpost flows check' names them."
        )


def _settings(rooms: Rooms) -> Iterator[Finding]:
    settings = rooms.settings
    if settings.telegram_token is None:
        yield Finding(False, f"{PREFIX}TELEGRAM_TOKEN is not set: Telegram is not served.")
    if settings.public_url is None:
        yield Finding(False, f"{PREFIX}PUBLIC_URL is not set: only this machine can reach the web chat.")
