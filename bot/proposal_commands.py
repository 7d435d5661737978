"""The commands with which two different people settle what waits for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from bot.commanding import read_day, read_words, with_directory
from bot.explaining import Refused
from bot.rooms import now
from service_directory.importing.proposals import APPROVE, BESIDES, NotDone, Proposal, Proposals
from service_directory.numbers import display_number
from service_directory.redacting import REDACTED
from service_directory.standards import day_in_london
from service_directory.store import Directory


@click.group("proposals")
def directory_proposals() -> None:
    """Changes of what men are shown, which need two different people."""


@directory_proposals.command("list")
@click.option("--settled", is_flag=True, help="Those that are settled, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def proposals_list(settled: bool, as_json: bool) -> None:
    """What waits, the oldest first."""

    async def work(directory: Directory) -> None:
        waiting = await Proposals(directory.database).waiting(settled=settled)
        for proposal in waiting:
            if as_json:
                click.echo(json.dumps(_proposal_record(proposal), ensure_ascii=False))
            else:
                _show(proposal)
        if not waiting and not as_json:
            click.echo("Nothing waits.")

    with_directory(work)


@directory_proposals.command("approve")
@click.argument("number", type=int)
@click.option(
    "--by",
    "--who",
    "who",
    required=True,
    callback=read_words,
    help="Who you are. Two different people have to approve.",
)
@click.option("--why", default="", help="Why, for the history.")
@click.option("--tried", metavar="DATE", help="The day on which you tried the new number or address and it worked.")
def proposals_approve(number: int, who: str, why: str, tried: str | None) -> None:
    """Agree to a change. When two different people have, it is made."""
    day = None if tried is None else read_day(tried)
    if day is not None and day > day_in_london(now()):
        raise click.BadParameter(f"{day.isoformat()} lies in the future.", param_hint="'--tried'")

    async def work(directory: Directory) -> None:
        proposals = Proposals(directory.database)
        settled = await _settled(lambda: proposals.approve(number, who=who, at=now(), reason=why, tried=day))
        if settled.state == "open":
            click.echo(f"Proposal {number} has one approval. It is made when another person approves it too.")
            return
        click.echo(f"Proposal {number} is made: {settled.service} is changed.")
        if day is None and any(one.resource_type in ("phone", "contact") for one in settled.fields):
            click.echo("Nobody has said that the new number or address works. Until somebody records having tried one")
            click.echo("way to reach it within 183 days, the service is not shown.")

    with_directory(work)


@directory_proposals.command("reject")
@click.argument("number", type=int)
@click.option("--by", "--who", "who", required=True, callback=read_words, help="Who you are.")
@click.option("--why", required=True, callback=read_words, help="Why, for whoever meets the same change again.")
def proposals_reject(number: int, who: str, why: str) -> None:
    """Turn a change down. One person's no is enough."""

    async def work(directory: Directory) -> None:
        proposals = Proposals(directory.database)
        await _settled(lambda: proposals.reject(number, who=who, at=now(), reason=why))
        click.echo(f"Proposal {number} is rejected; nothing was changed.")

    with_directory(work)


async def _settled(decide: Callable[[], Any]) -> Proposal:
    try:
        settled: Proposal = await decide()
    except NotDone as error:
        raise Refused(as_sentence(capital(str(error)))) from None
    return settled


def _show(proposal: Proposal) -> None:
    state = "" if proposal.state == "open" else f" [{proposal.state}]"
    click.echo(f"{proposal.number}: {proposal.service} ({proposal.service_id}){state}")
    click.echo(f"  proposed by {proposal.proposed_by} on {day_in_london(proposal.proposed_at)}: {proposal.reason}")
    for one in proposal.fields:
        if one.field in BESIDES:
            continue
        before, after = _readable(one.field, one.before), _readable(one.field, one.after)
        click.echo(f"  {one.action} {one.resource_type}, {one.field}: {before or 'nothing'} -> {after or 'nothing'}")
    for decision in proposal.decisions:
        said = f": {decision.reason}" if decision.reason else ""
        done = "approved" if decision.decision == APPROVE else "rejected"
        click.echo(f"  {done} by {decision.who} on {day_in_london(decision.at)}{said}")


def _readable(field: str, value: str) -> str:
    if field != "number" or not value or REDACTED in value:
        return value
    return display_number(value)


def _proposal_record(proposal: Proposal) -> dict[str, Any]:
    return {
        "number": proposal.number,
        "service_id": proposal.service_id,
        "service": proposal.service,
        "state": proposal.state,
        "proposed_by": proposal.proposed_by,
        "proposed_at": proposal.proposed_at.isoformat(),
        "reason": proposal.reason,
        "source": proposal.source,
        "changes": [
            {
                "action": one.action,
                "of": one.resource_type,
                "id": one.resource_id,
                "field": one.field,
                "before": one.before,
                "after": one.after,
            }
            for one in proposal.fields
        ],
        "decisions": [
            {"decision": one.decision, "who": one.who, "at": one.at.isoformat(), "reason": one.reason}
            for one in proposal.decisions
        ],
    }


def capital(words: str) -> str:
    """Words that begin a sentence."""
    return words[:1].upper() + words[1:]


def as_sentence(words: str) -> str:
    """Words that end one."""
    return words if words.endswith((".", "?")) else f"{words}."
