"""The rooms put together: every store opened, the conversation made of them, and whether they may face the public."""

from __future__ import annotations

import contextlib
import functools
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.about import About
from bot.conversation import Conversation
from bot.flow_knowledge import known
from bot.noticing import Noticing
from bot.publications import Publications
from bot.publishing import Publishing
from bot.sealing import KeyFileError
from bot.sessions import Sessions
from bot.settings import Settings
from bot.signposting import Signposting
from bot.stepping import Stepping
from bot.switchboard import Switchboard
from bot.versions import Preview, PublishedVersions, Versions
from dialogs.book import Book
from dialogs.loading import load_book, load_source
from dialogs.source import Source
from safety import risk
from safety.lifelines import Lifelines
from service_directory.areas import Areas
from service_directory.database import DatabaseError
from service_directory.desk.counts import Counts
from service_directory.desk.keeping import desk_database
from service_directory.desk.reports import Reports
from service_directory.desk.switches import Switches
from service_directory.places import Gazetteer
from service_directory.standards import Policy, day_in_london
from service_directory.store import Directory, example_values

Clock = Callable[[], datetime]


class CannotStart(Exception):
    """The program cannot or may not serve. The message tells the operator why and what to do."""


def now() -> datetime:
    """The clock: the one place where the time enters."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Rooms:
    """Everything a channel or a command needs, opened and ready."""

    settings: Settings
    about: About
    shipped: Source
    publications: Publications
    versions: Versions
    lifelines: Lifelines
    switches: Switches
    switchboard: Switchboard
    own: Directory
    """The operator's own directory, which the desk keeps; `directory` is another while the examples are served."""
    directory: Directory
    areas: Areas
    gazetteer: Gazetteer
    signposting: Signposting
    sessions: Sessions
    conversation: Conversation
    noticing: Noticing | None
    """What passes on and counts what turns come to; None unless people are served."""
    examples: bool

    @property
    def book(self) -> Book:
        """The conversations that strangers begin now."""
        return self.versions.current.book


@contextlib.asynccontextmanager
async def opened(
    settings: Settings,
    *,
    clock: Clock = now,
    examples: bool | None = None,
    flows: Path | None = None,
    language: str = "",
    serving: bool = False,
) -> AsyncIterator[Rooms]:
    """Open all stores and put the conversation together; closes them in the end.

    ``examples`` True serves the example directory from a throw-away store, None only when the operator's
    directory is empty and nothing faces the public. ``flows`` previews conversations from another place,
    ``language`` those here or there in another language, reviewed or not. ``serving``: people will be in the
    middle of what is served, and must be able to finish it. Raises :class:`CannotStart`.
    """
    risk.load()
    async with contextlib.AsyncExitStack() as stack:
        own, directory, is_example = await _open_directory(settings, stack, clock, examples)
        lifelines = Lifelines.load(
            helpline_name=settings.helpline_name,
            helpline=settings.helpline,
            checks=[(check.key, check.on) for check in await directory.lifeline_checks()],
        )
        areas, gazetteer = _places()
        sessions = await open_sessions(settings)
        stack.push_async_callback(sessions.close)
        publications = await open_publications(settings)
        stack.push_async_callback(publications.close)
        signposting = Signposting(directory, areas, gazetteer, clock)
        about = About.of(settings)
        switches = await _open_switches(own)
        switchboard = Switchboard(lifelines, switches.all)
        await switchboard.take_up()

        def make(book: Book) -> Stepping:
            return Stepping(book, switchboard, signposting, settings.session_life, language, about)

        shipped = Source.read()
        versions: Versions
        if flows is None and not language:
            # A review that is dated in the future has not taken place.
            facts = known(lifelines, today=day_in_london(clock()))
            if serving:
                await Publishing(publications, sessions, shipped, facts, clock).keep_shipped()
            served = PublishedVersions(
                publications, load_source(shipped, facts), make, facts, clock, settings.session_life
            )
            await served.open()
            versions = served
        else:
            versions = Preview(make(preview_book(flows, shipped, lifelines, language)))
        noticing = await _open_noticing(directory, areas, clock) if serving else None
        if noticing is not None:
            await stack.enter_async_context(noticing.running())
        conversation = Conversation(
            versions=versions,
            sessions=sessions,
            clock=clock,
            pause=lambda: switchboard.pause if flows is None and not language else None,
            noticing=noticing,
        )
        yield Rooms(
            settings=settings,
            about=about,
            shipped=shipped,
            publications=publications,
            versions=versions,
            lifelines=lifelines,
            switches=switches,
            switchboard=switchboard,
            own=own,
            directory=directory,
            areas=areas,
            gazetteer=gazetteer,
            signposting=signposting,
            sessions=sessions,
            conversation=conversation,
            noticing=noticing,
            examples=is_example,
        )


def preview_book(flows: Path | None, shipped_source: Source, lifelines: Lifelines, language: str) -> Book:
    """Conversations that were never published. Raises FlowErrors, and CannotStart when there is no such language.

    One flow alone words neither the asides nor the answers to danger; a preview borrows what it lacks from the
    shipped ones, so that an editor meets what a man would.
    """
    facts = known(lifelines)
    shipped = load_source(shipped_source, facts, unreviewed=language)
    book = shipped if flows is None else _borrowing(load_book(flows, facts, unreviewed=language), shipped)
    if language and language not in book.tongues:
        raise CannotStart(
            f"There is no catalogue for {language!r} that can be read. Catalogues lie in the folder `locale` beside "
            "the conversations, so give the folder rather than a file. "
            f"'fingerpost flows extract --lang {language}' begins one, and 'fingerpost flows check' tells what is "
            "wrong with one."
        )
    return book


def _borrowing(book: Book, shipped: Book) -> Book:
    return replace(
        book,
        flows={**shipped.flows, **book.flows},
        interrupts={**shipped.interrupts, **book.interrupts},
        asides={**shipped.asides, **book.asides},
        tongues={name: _borrowing(tongue, shipped.tongues.get(name, shipped)) for name, tongue in book.tongues.items()},
    )


@functools.cache
def _places() -> tuple[Areas, Gazetteer]:
    """Immutable, and the largest thing that is loaded: once is enough for a process."""
    areas = Areas.load()
    return areas, Gazetteer.load(areas)


async def open_directory(settings: Settings) -> Directory:
    """The operator's own directory, whatever it holds. Raises :class:`CannotStart`."""
    bases = {"verified", "independent"} | ({"self"} if settings.accept_self_assessment else set())
    try:
        return await Directory.open(settings.directory_url, policy=Policy(bases=frozenset(bases)))
    except DatabaseError as error:
        raise CannotStart(f"FINGERPOST_DIRECTORY_URL: {error}.") from None


async def _open_directory(
    settings: Settings, stack: contextlib.AsyncExitStack, clock: Clock, examples: bool | None
) -> tuple[Directory, Directory, bool]:
    """The operator's own directory, the one that men are offered services from, and whether that holds examples."""
    directory = await open_directory(settings)
    stack.push_async_callback(directory.close)
    if examples is None:
        examples = not settings.faces_the_public and await directory.is_empty()
    if not examples:
        return directory, directory, await directory.holds_examples()
    return directory, await open_examples(stack, directory.policy, clock()), True


async def open_examples(stack: contextlib.AsyncExitStack, policy: Policy, at: datetime) -> Directory:
    """The example directory in a throw-away store, as it is loaded at an aware moment; `stack` closes it."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="fingerpost-example-"))
    directory = await Directory.open(f"sqlite:///{folder}/directory.sqlite", policy=policy)
    stack.push_async_callback(directory.close)
    await directory.load_document(example_values(), at=at, who="fingerpost", why="the example directory", apply=True)
    return directory


async def _open_switches(directory: Directory) -> Switches:
    """What leads switch off is kept with the operator's own directory, even while the examples are served.

    Raises :class:`CannotStart`.
    """
    try:
        return Switches(await desk_database(directory))
    except DatabaseError as error:
        raise CannotStart(f"FINGERPOST_DIRECTORY_URL: {error}.") from None


async def _open_noticing(directory: Directory, areas: Areas, clock: Clock) -> Noticing:
    """Reports and counters are of the services that are shown: with the examples they go when the examples go.

    Raises :class:`CannotStart`.
    """
    try:
        database = await desk_database(directory)
    except DatabaseError as error:
        raise CannotStart(f"FINGERPOST_DIRECTORY_URL: {error}.") from None
    return Noticing(Reports(database), Counts(database, areas), areas, clock)


async def open_publications(settings: Settings) -> Publications:
    """What was published. It is kept with the operator's directory, even while the examples are served.

    Raises :class:`CannotStart`.
    """
    try:
        return await Publications.open(settings.directory_url)
    except DatabaseError as error:
        raise CannotStart(f"FINGERPOST_DIRECTORY_URL: {error}.") from None


async def open_sessions(settings: Settings) -> Sessions:
    """The sessions of this installation. Raises :class:`CannotStart`."""
    try:
        return await Sessions.open(
            settings.sessions_url, folder=settings.home, secret=settings.secret, life=settings.session_life
        )
    except KeyFileError as error:
        raise CannotStart(str(error)) from None
    except DatabaseError as error:
        raise CannotStart(f"FINGERPOST_SESSIONS_URL: {error}.") from None


def why_not_public(rooms: Rooms, *, empty: bool) -> list[str]:
    """What keeps this installation from facing the public: example data, an empty directory, unrung lifelines."""
    reasons = []
    if rooms.examples:
        reasons.append(
            "The directory holds example services, which must never reach a real man. Import real ones "
            "with 'fingerpost directory import FILE --apply' into a directory without examples."
        )
    elif empty:
        reasons.append(
            "The directory is empty: nobody could be sent anywhere. Import services with "
            "'fingerpost directory import FILE --apply'."
        )
    unrung = rooms.lifelines.unrung()
    if to_ring := ", ".join(line.key for line in unrung if line.check == "ring"):
        reasons.append(
            f"Nobody has recorded ringing these lifelines: {to_ring}. Ring each one, then record it with "
            "'fingerpost lifelines rung KEY --by YOU'."
        )
    if to_read := ", ".join(line.key for line in unrung if line.check == "read"):
        reasons.append(
            f"Nobody has recorded reading these again at their sources: {to_read}. Never ring them to try them. Read "
            "the source that 'fingerpost lifelines list' names, then record it with 'fingerpost lifelines rung'."
        )
    return reasons
