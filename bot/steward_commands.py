"""What stewards type: `fingerpost directory due`, `why`, `attest`, `checked`, `still-right`, `suspend`, `resume`, and
`history`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click
import yaml

from bot.commanding import LONDON, read_day, read_words, with_directory, with_rooms
from bot.explaining import Refused
from bot.rooms import Rooms, now
from bot.steward_words import (
    duties_in_words,
    duty_record,
    history_in_words,
    history_record,
    men_read,
    missing_in_words,
    standing_in_words,
    standing_record,
)
from service_directory.attested import BASES, OUTCOMES
from service_directory.criteria import SECTIONS
from service_directory.standing import Explanation, NotDone
from service_directory.stewarding import Stewarding
from service_directory.store import Directory

_Command = TypeVar("_Command", bound=Callable[..., Any])

json_lines = click.option("--json", "as_lines", is_flag=True, help="JSON, one object a line.")
section_option = click.option(
    "--section", type=click.Choice(SECTIONS), help="Only this section; else the whole service."
)


def _day(ctx: click.Context, param: click.Parameter, text: str | None) -> date | None:
    return None if text is None else read_day(text)


def answered_for(why: str | None = None) -> Callable[[_Command], _Command]:
    """Who changes something and why; a `why` that is given here need not be typed."""

    def add(command: _Command) -> _Command:
        reason = {"required": True} if why is None else {"default": why, "show_default": True}
        command = click.option("--why", callback=read_words, help="Why, for the history.", **reason)(command)
        who = click.option("--who", "--by", "who", required=True, callback=read_words, help="Who does it.")
        return who(command)

    return add


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _refused(error: NotDone) -> Refused:
    """In plain sentences, with a word on what it means that this was refused."""
    return Refused("\n".join(error.reasons))


@click.command("due")
@click.option("--within", type=click.IntRange(0, 3660), default=60, show_default=True, help="How many days ahead.")
@json_lines
def due(within: int, as_lines: bool) -> None:
    """What needs checking, the most urgent first.

    Decisions that run out, contacts that nobody tried for 183 days, services that do not answer, reviews and changes
    that wait, funding that ends, hours that nobody checked, suspensions that end.
    """

    async def work(directory: Directory) -> None:
        duties = await Stewarding(directory).due(now(), within=within)
        _say(json.dumps(duty_record(d), ensure_ascii=False) for d in duties) if as_lines else _say(
            duties_in_words(duties, within)
        )

    with_directory(work)


@click.command("why")
@click.argument("service")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def why(service: str, as_json: bool) -> None:
    """Why men are shown SERVICE today, or why not: each clause of the rule, what is recorded, and what to do."""

    async def work(rooms: Rooms) -> None:
        told = await _told(Stewarding(rooms.directory).why(service, now()))
        words = men_read(rooms.book, told.verdict if told.view else None)
        if as_json:
            click.echo(json.dumps(standing_record(told, words), ensure_ascii=False))
        else:
            _say(standing_in_words(told, words, lambda code: rooms.areas[code].name if code in rooms.areas else code))

    with_rooms(work, examples=False)


async def _told(work: Any) -> Explanation:
    try:
        told: Explanation = await work
    except NotDone as error:
        raise _refused(error) from None
    return told


@click.command("attest")
@click.argument("service")
@click.option("--section", type=click.Choice(SECTIONS), help="Which section was judged.")
@click.option("--basis", type=click.Choice(BASES), help="Whose word it is: the service's own, or somebody else's.")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="What was found.")
@click.option("--assessor", "by", help="Who judged it. Men read this name.")
@click.option("--role", help="What the assessor is, such as commissioner.")
@click.option("--decided-by", help="Who decided. That a section is met takes somebody other than --who.")
@click.option("--assessed", callback=_day, metavar="DATE", help="When it was looked at.")
@click.option("--decided", callback=_day, metavar="DATE", help="When it was decided; today when left out.")
@click.option("--valid-from", callback=_day, metavar="DATE", help="The first day it holds; that of the decision.")
@click.option("--valid-until", callback=_day, metavar="DATE", help="The last day; 36 months if independent, else 12.")
@click.option("--review-due", callback=_day, metavar="DATE", help="When to look again; 60 days before the end.")
@click.option("--version", help="The version of the standard, when it is not the newest.")
@click.option("--note", help="A remark on the decision. It names nobody.")
@click.option("--essential-met", is_flag=True, help="All essential criteria are met.")
@click.option(
    "--criterion",
    "criteria",
    multiple=True,
    metavar="CODE=RESULT",
    help='One criterion, such as SD3=partly or "AE2=not_applicable: all of it is open to men"; repeatable.',
)
@click.option(
    "--from",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A YAML file with the decision, as an attestation in docs/stewards.md. Options go before what it says.",
)
@click.option("--dry-run", is_flag=True, help="Say what would follow; record nothing.")
@answered_for()
def attest(service: str, file: Path | None, dry_run: bool, who: str, why: str, **given: Any) -> None:
    """Record the decision on one section of the standard for SERVICE.

    Refuses what the rule would never accept, and then tells whether men are shown the service, and what they read.
    """
    written = _written(file, given)

    async def work(rooms: Rooms) -> None:
        stewards = Stewarding(rooms.directory)
        told = await _told(stewards.attest(service, written, at=now(), who=who, why=why, apply=not dry_run))
        click.echo("This would be recorded; nothing was written. With it:" if dry_run else "Recorded.")
        _say(missing_in_words(told, men_read(rooms.book, told.verdict)))

    with_rooms(work, examples=False)


def _written(file: Path | None, given: dict[str, Any]) -> dict[str, Any]:
    """The decision as a directory document has it: what the file says, and what the options say instead."""
    written: dict[str, Any] = {} if file is None else _from_file(file)
    criteria = dict(map(_criterion, given.pop("criteria")))
    if given.pop("essential_met"):
        written["essential"] = "met"
    written |= {name: value for name, value in given.items() if value is not None}
    if criteria and isinstance(in_file := written.get("criteria") or {}, dict):
        written["criteria"] = {**in_file, **criteria}
    return written


def _from_file(file: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, ValueError, yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark is not None else ""
        raise Refused(
            f"{file} cannot be read as YAML{where}. docs/stewards.md shows how a decision is written."
        ) from None
    if not isinstance(values, dict):
        raise Refused(f"{file} must hold the fields of one decision, such as “section: AE”. See docs/stewards.md.")
    return {str(name): value for name, value in values.items()}


def _criterion(text: str) -> tuple[str, Any]:
    code, _, result = text.partition("=")
    result, _, reason = result.partition(":")
    if not code.strip() or not result.strip():
        raise click.BadParameter(f"{text!r} is not a result. Write it like SD3=partly.", param_hint="--criterion")
    result, reason = result.strip(), reason.strip()
    # What does not apply needs a reason; written this way, its lack is told as such.
    whole = reason or result == "not_applicable"
    return code.strip(), {"result": result, "reason": reason} if whole else result


@click.command("checked")
@click.argument("service")
@click.option("--way", "ways", multiple=True, help="A number or address that was tried, as men see it; repeatable.")
@click.option("--hours", is_flag=True, help="Its hours were asked for, and are as written.")
@click.option("--on", callback=_day, metavar="DATE", help="When; today when left out.")
@answered_for("tried and found as written")
def checked(service: str, ways: tuple[str, ...], hours: bool, on: date | None, who: str, why: str) -> None:
    """Record that somebody tried ways to reach SERVICE, or asked for its hours, and found them as written."""
    if not ways and not hours:
        raise click.UsageError("Say what was checked: --way NUMBER, --hours, or both.")
    moment = now()
    day = moment.astimezone(LONDON).date() if on is None else on

    async def work(directory: Directory) -> None:
        stewards = Stewarding(directory)
        told = await _told(stewards.checked(service, ways=ways, hours=hours, on=day, at=moment, who=who, why=why))
        click.echo("Recorded.")
        _say(missing_in_words(told, ""))

    with_directory(work)


@click.command("still-right")
@click.argument("service")
@click.option("--on", callback=_day, metavar="DATE", help="When; today when left out.")
@answered_for("asked, and the entry is right as it stands")
def still_right(service: str, on: date | None, who: str, why: str) -> None:
    """Record that SERVICE was asked and said that its entry is right as it stands."""
    moment = now()
    day = moment.astimezone(LONDON).date() if on is None else on

    async def work(directory: Directory) -> None:
        told = await _told(Stewarding(directory).still_right(service, on=day, at=moment, who=who, why=why))
        click.echo("Recorded.")
        _say(missing_in_words(told, ""))

    with_directory(work)


@click.command("suspend")
@click.argument("service")
@click.option("--until", callback=_day, metavar="DATE", help="The last day without it; until further notice else.")
@section_option
@answered_for()
def suspend(service: str, until: date | None, section: str | None, who: str, why: str) -> None:
    """Stop showing SERVICE to men, from this moment. Men are told nothing of the reason."""

    async def work(directory: Directory) -> None:
        stewards = Stewarding(directory)
        told = await _told(stewards.suspend(service, at=now(), who=who, why=why, until=until, section=section))
        click.echo("Suspended.")
        _say(missing_in_words(told, ""))

    with_directory(work)


@click.command("resume")
@click.argument("service")
@section_option
@answered_for()
def resume(service: str, section: str | None, who: str, why: str) -> None:
    """End the suspension of SERVICE at this moment. It is shown again if all the rest of the rule holds."""

    async def work(directory: Directory) -> None:
        told = await _told(Stewarding(directory).resume(service, at=now(), who=who, why=why, section=section))
        click.echo("Its suspension has ended.")
        _say(missing_in_words(told, ""))

    with_directory(work)


@click.command("history")
@click.option("--service", help="Only what was changed of this service.")
@click.option("--since", callback=_day, metavar="DATE", help="From this day on.")
@json_lines
def history(service: str | None, since: date | None, as_lines: bool) -> None:
    """Who changed what, when, from what to what, and why. The newest comes last."""

    async def work(directory: Directory) -> None:
        try:
            lines = await Stewarding(directory).history(service, since=since)
        except NotDone as error:
            raise _refused(error) from None
        if as_lines:
            _say(json.dumps(history_record(line), ensure_ascii=False) for line in lines)
        elif lines:
            _say(history_in_words(lines, whole=service is not None))
        else:
            click.echo("Nothing was changed.")

    with_directory(work)


COMMANDS: Sequence[click.Command] = (due, why, attest, checked, still_right, suspend, resume, history)
