"""What stands between an installation and going live, in the order in which an operator would mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.desk_doctor import desk_findings
from bot.flow_knowledge import known
from bot.publications import Publication
from bot.rooms import Rooms, why_not_public
from bot.settings import MEANINGS, PREFIX
from dialogs.editorial.reviews import lapses
from dialogs.findings import Findings
from dialogs.loading import check_source
from dialogs.source import Source
from dialogs.translation.tongues import OF_A_LANGUAGE, tongues
from service_directory.desk.switches import Switch

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
        *_published(rooms, await rooms.publications.history(), source := await _served(rooms)),
        *_reviews(rooms, today),
        *_languages(rooms, today, source),
        *_settings(rooms),
        *_switched(await rooms.switches.all()),
        *[Finding(stops, text) async for stops, text in desk_findings(rooms, at)],
    ]


def _switched(off: Iterable[Switch]) -> Iterator[Finding]:
    """What leads switched off and may have forgotten."""
    for switch in off:
        since = f"since {switch.at.astimezone(_LONDON):%Y-%m-%d %H:%M}, by {switch.who}: {switch.why}"
        if switch.lifeline is None:
            yield Finding(False, f"The bot is paused {since}. 'fingerpost desk resume' lets it go on.")
        else:
            yield Finding(False, f"The lifeline {switch.lifeline} is marked closed {since}.")


def _contacts(rooms: Rooms) -> Iterator[Finding]:
    for name in ("operator", "privacy_contact", "complaints"):
        if getattr(rooms.settings, name) is None:
            variable = name.upper()
            yield Finding(True, f"{PREFIX}{variable} is not set: {MEANINGS[variable]}. The privacy note needs it.")


async def _served(rooms: Rooms) -> Source:
    """The bytes of the conversations that strangers begin now."""
    return await rooms.publications.source(rooms.book.digest) or rooms.shipped


def _published(rooms: Rooms, history: Sequence[Publication], source: Source) -> Iterator[Finding]:
    """What is served is what was published last, passes today's checks, and is told from what the program brings."""
    served = rooms.book.digest
    if history and history[0].digest != served:
        yield Finding(
            True,
            f"The version {history[0].digest} of the conversations is current and cannot be used by this program, so "
            f"{served} is served. Upgrade the program, or publish anew.",
        )
    errors = [f for f in check_source(source, known(rooms.lifelines)) if f.severity == "error"]
    if errors:
        yield Finding(
            True,
            f"The conversations ({served}) do not pass the check of this program any more: {errors[0].code}, "
            f"{errors[0].message}" + (f" And {len(errors) - 1} more." if len(errors) > 1 else ""),
        )
    if history and all(line.digest != rooms.shipped.digest for line in history):
        yield Finding(
            False,
            f"This program brings other conversations ({rooms.shipped.digest}) than were ever published here. What is "
            "published stays: compare them, and publish what you want to take over.",
        )


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
    elif settings.proxy_header is None:
        yield Finding(
            False,
            f"{PREFIX}PROXY_HEADER is not set: visitors who come through a proxy cannot be told apart, so the web "
            "chat's limits are not kept, or, with the proxy on another machine, all visitors share one.",
        )
