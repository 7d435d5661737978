"""Which version is served, and the history; publishing a version and rolling back to one, without a shell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from bot.desk_pages.showing import Version, of, shown
from bot.desk_pages.workshop import FOLDER, SHIPPED, Looked, Workshop
from bot.publications import Overtaken, Publication
from bot.publish_commands import sentence
from bot.publishing import SHIPPED_BY, SHIPPED_WHY, Listed, Refused, Report, Request
from dialogs.source import SourceError
from dialogs.versions.carrying import Moves, where_from_word
from service_directory.desk.logbook import note
from service_directory.desk.people import EDITORS
from service_directory.desk.switches import BOT
from service_directory.desk.web.forms import DeskForm, Help
from service_directory.desk.web.pages import Call, Pages

_LONGEST_WHY: Final = 500
_SAVED_SINCE: Final = "The files were saved again while this page was open. Look at them, then send it once more."


class PublishForm(DeskForm):
    """Why, and what becomes of people who could not go on. `over` is the publication that the page was made over, and
    `digest` what lay in the folder then.
    """

    over = HiddenField()
    digest = HiddenField()
    why = StringField(
        "Why?",
        [DataRequired("Say why, for the history."), Length(max=_LONGEST_WHY, message="Say it in 500 characters.")],
        description=Help("It stands in the history beside your name, for good.", "Samaritans' new number"),
    )
    finish_old = BooleanField("Let whoever cannot go on finish on the version that he is in")
    moves = TextAreaField(
        "Where people go on who stand at a step that is gone",
        [Length(max=4000, message="Those are too many.")],
        description=Help("One step a line. Leave it empty when no step went.", "main/where=main/place"),
    )


class RollBackForm(DeskForm):
    """Why, and over which publication the page was made."""

    over = HiddenField()
    why = StringField(
        "Why?",
        [DataRequired("Say why, for the history."), Length(max=_LONGEST_WHY, message="Say it in 500 characters.")],
        description=Help("It stands in the history beside your name, for good.", "the new words confuse"),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the history as the page shows it."""

    listed: Listed
    name: str
    """What stands in the address of its page."""
    done: str
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A version that can be published: what lies in the folder, or what came with the program. `why_not`: it cannot."""

    name: str
    title: str
    digest: str = ""
    current: bool = False
    why_not: str = ""


def publishing_pages(workshop: Workshop) -> Pages:
    """The pages of publishing."""
    pages = Pages()
    pages.menu("Conversations", "/conversations", may=EDITORS)

    @pages.get("/conversations", may=EDITORS)
    async def served(call: Call) -> Response:
        listed = await workshop.publishing(call.at).versions()
        lines = [_line(one, workshop) for one in listed]
        current = next((line for line in lines if line.listed.current), None)
        offers = [await _offer(workshop, FOLDER), await _offer(workshop, SHIPPED)]
        paused = next((switch for switch in await workshop.rooms.switches.all() if switch.name == BOT), None)
        return call.page(
            "editors/served.html",
            paused=paused,
            lines=lines,
            current=current,
            offers=offers,
            folder=str(workshop.folder),
        )

    @pages.get("/conversations/{version}/publish", may=EDITORS)
    async def before(call: Call) -> Response:
        version = await of(workshop, call)
        form = _form(version)
        form["over"].data = await _newest(workshop)
        if "digest" in form:
            form["digest"].data = version.digest
        return await _page(call, version, form)

    @pages.post("/conversations/{version}/publish", may=EDITORS)
    async def publish(call: Call) -> Response:
        version = await of(workshop, call)
        form = _form(version, call)
        if not form.validate():
            return await _page(call, version, form, status=422)
        try:
            moves = _moves(str(form["moves"].data or "")) if "moves" in form else {}
        except ValueError as error:
            form.complain("moves", str(error))
            return await _page(call, version, form, status=422)
        if form["over"].data != await _newest(workshop):
            return await _overtaken(call, version, form)
        if "digest" in form and form["digest"].data != version.digest:
            form["digest"].data = version.digest
            return await _page(call, version, form, wrong=_SAVED_SINCE, status=409)
        request = Request(
            by=call.visitor.name,
            why=" ".join(str(form["why"].data).split()),
            moves=moves,
            finish_old=bool(form["finish_old"].data) if "finish_old" in form else True,
            dry_run="look" in call.form,
        )
        try:
            report = await _switch(call, version, request)
        except Overtaken:
            return await _overtaken(call, version, form)
        except Refused as refused:
            return await _page(call, version, form, wrong=str(refused), status=409)
        if report.refused or request.dry_run:
            return await _page(
                call, version, form, report=report, request=request, status=409 if report.refused else 200
            )
        await workshop.rooms.versions.take_up()
        return call.go("/conversations", told=sentence(report, request))

    async def _switch(call: Call, version: Version, request: Request) -> Report:
        publishing = workshop.publishing(call.at)
        if version.published:
            report = await publishing.rollback(version.name, request)
        else:
            report = await publishing.publish(version.looked.source, request)
        if not (report.refused or report.already or request.dry_run):
            what = "rolled back" if version.published else "published"
            async with call.desk.database.write() as connection:
                await note(
                    connection, at=call.at, who=request.by, what=what, about=f"version {report.digest}: {request.why}"
                )
        return report

    async def _overtaken(call: Call, version: Version, form: DeskForm) -> Response:
        newest = await workshop.rooms.publications.current()
        form["over"].data = "0" if newest is None else str(newest.number)
        return await _page(call, version, form, overtaken=newest, status=409)

    async def _page(
        call: Call,
        version: Version,
        form: DeskForm,
        *,
        report: Report | None = None,
        request: Request | None = None,
        overtaken: Publication | None = None,
        wrong: str = "",
        status: int = 200,
    ) -> Response:
        errors = [] if report is None else [one for one in report.findings if one.severity == "error"]
        return call.page(
            "editors/publish.html",
            status=status,
            version=version,
            form=form,
            overtaken=overtaken,
            wrong=wrong,
            outcome="" if report is None or request is None else sentence(report, request),
            refused=report is not None and report.refused,
            findings=shown(version, errors),
        )

    return pages


def _form(version: Version, call: Call | None = None) -> DeskForm:
    kind = RollBackForm if version.published else PublishForm
    return kind(None if call is None else call.form)


async def _newest(workshop: Workshop) -> str:
    """The number of the newest publication; "0" before the first."""
    newest = await workshop.rooms.publications.current()
    return "0" if newest is None else str(newest.number)


async def _offer(workshop: Workshop, name: str) -> Offer:
    title = "The folder on the server" if name == FOLDER else "What came with the program"
    try:
        looked: Looked | None = await workshop.look(name)
    except SourceError as error:
        return Offer(name, title, why_not=str(error))
    if looked is None:
        return Offer(name, title, why_not="There is no such folder yet.")
    digest = looked.source.digest
    return Offer(name, title, digest, current=digest == workshop.rooms.versions.current.book.digest)


def _line(listed: Listed, workshop: Workshop) -> Line:
    line = listed.publication
    if line is None:
        shipped = listed.digest == workshop.rooms.shipped.digest
        return Line(listed, SHIPPED if shipped else listed.digest, "Never published", SHIPPED_BY, SHIPPED_WHY)
    return Line(listed, listed.digest, line.action.capitalize(), line.who, line.why)


def _moves(text: str) -> Moves:
    """The moves of the form, one a line. Raises ValueError, with a sentence for the editor."""
    moves = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        parts: Sequence[str] = line.split("=")
        try:
            start, end = (where_from_word(part.strip()) for part in parts)
        except ValueError:
            raise ValueError(f"\u201c{line}\u201d is not a move. Write it like main/where=main/place.") from None
        if start in moves:
            raise ValueError(f"\u201c{parts[0].strip()}\u201d is moved twice.")
        moves[start] = end
    return moves
