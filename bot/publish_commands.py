"""`fingerpost flows publish`, `rollback` and `versions`: what an editor asks for, and what he is told."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import click

from bot.explaining import Refused as Explained
from bot.explaining import explained
from bot.flow_knowledge import known
from bot.publications import Overtaken
from bot.publishing import SHIPPED_BY, SHIPPED_WHY, Listed, Publishing, Refused, Report, Request
from bot.rooms import now, open_publications, open_sessions
from bot.settings import Settings
from dialogs.findings import as_json, render_text
from dialogs.source import Source, SourceError
from dialogs.versions.carrying import Moves, moves_as_words, where_from_word
from safety.lifelines import Lifelines

_LONDON = ZoneInfo("Europe/London")
_Result = TypeVar("_Result")


def read_moves(ctx: click.Context, param: click.Parameter, words: Sequence[str]) -> Moves:
    """The moves of a command line, each FLOW/STEP=FLOW/STEP."""
    moves = {}
    for word in words:
        try:
            start, end = map(where_from_word, word.split("="))
        except ValueError:
            raise click.BadParameter(
                f"{word!r} is not a move. Write it like main/where=main/place.", ctx, param
            ) from None
        if start in moves:
            raise click.BadParameter(f"{word.partition('=')[0]!r} is moved twice.", ctx, param)
        moves[start] = end
    return moves


def publish(path: Path, request: Request, *, form: str) -> None:
    """Publish the conversations of a folder, or tell why not and leave with exit code 1."""
    try:
        source = Source.read(path)
    except SourceError as error:
        raise Explained(f"{path}: {error}") from None
    _tell(_run(lambda publishing: publishing.publish(source, request)), request, form)


def rollback(digest: str | None, request: Request, *, form: str) -> None:
    """Make a version current again, or tell why not and leave with exit code 1."""
    _tell(_run(lambda publishing: publishing.rollback(digest, request)), request, form)


def versions(*, as_lines: bool) -> None:
    """Every version: which is current, who published it when and why, and how many people are in the middle of it."""
    for listed in _run(lambda publishing: publishing.versions()):
        click.echo(json.dumps(_record(listed), ensure_ascii=False) if as_lines else _line(listed))


def _run(work: Callable[[Publishing], Awaitable[_Result]]) -> _Result:
    """Do it over the stores of this installation; what can go wrong is told in plain sentences."""

    async def main() -> _Result:
        settings = Settings.read()
        lifelines = Lifelines.load(helpline_name=settings.helpline_name, helpline=settings.helpline)
        facts = known(lifelines, today=now().astimezone(_LONDON).date())
        publications = await open_publications(settings)
        try:
            sessions = await open_sessions(settings)
            try:
                return await work(Publishing(publications, sessions, Source.read(), facts, now))
            finally:
                await sessions.close()
        finally:
            await publications.close()

    with explained():
        try:
            return asyncio.run(main())
        except Refused as refused:
            raise Explained(str(refused)) from None
        except Overtaken:
            raise Explained(
                "Somebody else published in the meantime, so nothing was changed. 'fingerpost flows versions' shows "
                "what is current now."
            ) from None


def _tell(report: Report, request: Request, form: str) -> None:
    if form == "json":
        if report.findings:
            click.echo(as_json(report.findings))
        click.echo(json.dumps(_outcome(report, request)))
    else:
        # What an editor was told by `flows check` already would push what became of it off the screen.
        errors = [finding for finding in report.findings if finding.severity == "error"]
        if errors:
            click.echo(render_text(errors))
        if warnings := len(report.findings) - len(errors):
            click.echo(f"{warnings} warning{'s' if warnings > 1 else ''}: `fingerpost flows check` tells of them.")
        click.echo(sentence(report, request))
    if report.refused:
        sys.exit(1)


def _outcome(report: Report, request: Request) -> dict[str, object]:
    return {
        "digest": report.digest,
        "current": report.already or not (report.refused or request.dry_run),
        "refused": report.refused,
        "carried": report.carried,
        "finishing": report.finishing,
    }


def sentence(report: Report, request: Request) -> str:
    """What became of it, for the editor."""
    if report.already:
        return f"The version {report.digest} is current already: nothing was changed."
    if report.refused:
        return "Nothing was changed: put right first what is an error."
    people = "Nobody is in the middle of a conversation now."
    if report.carried or report.finishing:
        people = f"Of the people who are in the middle of a conversation now, {report.carried} go on in it and "
        people += f"{report.finishing} finish on the version that they are in."
    if request.dry_run:
        return f"The version {report.digest} would be current now. {people} Nothing was changed: it was a dry run."
    return f"The version {report.digest} is current. {people} Running processes take it up within five seconds."


def _record(listed: Listed) -> dict[str, object]:
    line = listed.publication
    return {
        "digest": listed.digest,
        "current": listed.current,
        "at": None if line is None else line.at.isoformat(),
        "by": SHIPPED_BY if line is None else line.who,
        "why": SHIPPED_WHY if line is None else line.why,
        "action": "shipped" if line is None else line.action,
        "moves": {} if line is None else moves_as_words(line.moves),
        "finish_old": line is not None and line.finish_old,
        "live": listed.live,
    }


def _line(listed: Listed) -> str:
    line = listed.publication
    mark = "current" if listed.current else "       "
    people = "1 person is" if listed.live == 1 else f"{listed.live} people are"
    done = f"never published. {SHIPPED_WHY}"
    if line is not None:
        when = line.at.astimezone(_LONDON)
        done = f"{line.action} {when:%Y-%m-%d %H:%M} by {line.who}: {line.why}"
    return f"{listed.digest}  {mark}  {done}\n  {people} in the middle of it."
