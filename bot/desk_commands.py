"""The operator's commands for the desk: who may work there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import click

from bot.commanding import read_words, with_directory
from bot.desk import desk_of
from bot.explaining import Refused
from bot.rooms import now
from bot.settings import Settings
from bot.switch_commands import desk_pause, desk_resume
from service_directory.areas import Areas
from service_directory.desk.accounts import Account
from service_directory.desk.desk import Desk
from service_directory.desk.people import Role
from service_directory.desk.post.bounces import arrives_again, note_bounced
from service_directory.desk.signing.inviting import invite, send_way_in
from service_directory.importing.proposals import NotDone
from service_directory.store import Directory

_ROLES = [role.value for role in Role]


@click.group("desk")
def desk() -> None:
    """Who may work at the desk, in the browser at /desk."""


desk.add_command(desk_pause)
desk.add_command(desk_resume)


@desk.command("invite")
@click.argument("name", callback=read_words)
@click.argument("email", callback=read_words)
@click.option("--role", "roles", type=click.Choice(_ROLES), multiple=True, help="What he may do; repeatable.")
@click.option("--who", required=True, callback=read_words, help="Who invites, for the log.")
def desk_invite(name: str, email: str, roles: tuple[str, ...], who: str) -> None:
    """Invite NAME at EMAIL, or give somebody who was invited a new link.

    With a mail server the link is sent; without one it is printed, to be handed over. It works once.
    """

    async def work(desk: Desk) -> None:
        account = await desk.accounts.by_name(name)
        if account is None:
            if not roles:
                raise Refused("Say what this person may do: --role steward, --role lead or --role editor.")
            account, link = await invite(desk, name, email, map(Role, roles), who=who, at=now())
        else:
            if account.email.casefold() != email.casefold():
                raise Refused(f"{account.name} is known by another address: {account.email}.")
            if roles and account.roles != frozenset(map(Role, roles)):
                raise Refused(f"{account.name} has other roles already. Leads change them at the desk, under Team.")
            link = await send_way_in(desk, account, who=who, at=now())
        what = "sign in" if account.joined else "join"
        if link:
            click.echo(f"No mail server is set. Give {account.name} this link to {what}; it works once:\n{link}")
        else:
            click.echo(f"A letter with a link to {what} is on its way to {account.email}.")

    _with_desk(work)


@desk.command("accounts")
def desk_accounts() -> None:
    """Who may work at the desk, and who could once."""

    async def work(desk: Desk) -> None:
        for account in await desk.accounts.all():
            roles = ", ".join(role.value for role in Role if role in account.roles)
            state = "closed" if account.closed else "joined" if account.joined else "invited"
            click.echo(f"{account.name}  {account.email}  {roles}  {state}")

    _with_desk(work)


@desk.command("close")
@click.argument("name", callback=read_words)
@click.option("--who", required=True, callback=read_words, help="Who closes it, for the log.")
def desk_close(name: str, who: str) -> None:
    """Close NAME's account for good. It is signed out at once, and its name stays taken."""

    async def work(desk: Desk) -> None:
        account = await _known(desk, name)
        await desk.accounts.close(account.number, who=who, at=now())
        click.echo(f"The account of {account.name} is closed.")

    _with_desk(work)


@desk.command("reset")
@click.argument("name", callback=read_words)
@click.option("--who", required=True, callback=read_words, help="Who resets it, for the log.")
def desk_reset(name: str, who: str) -> None:
    """Take NAME's second factor away, such as when a phone was lost. He has to join anew.

    Make sure first that it is NAME who asks. 'fingerpost desk invite' then gives a new link.
    """

    async def work(desk: Desk) -> None:
        account = await _known(desk, name)
        await desk.accounts.reset(account.number, who=who, at=now())
        click.echo(f"{account.name} has to join anew. Send a link: fingerpost desk invite")

    _with_desk(work)


@desk.command("bounced")
@click.argument("address", callback=read_words)
@click.option("--reaches-again", is_flag=True, help="The opposite: mail to it arrives after all.")
def desk_bounced(address: str, reaches_again: bool) -> None:
    """Mail to ADDRESS came back: nothing more is sent there until a steward has looked.

    A refusal that the mail server gives at once is noted by itself. What comes back later reaches the mailbox that
    letters are sent from, which this program does not read.
    """

    async def work(desk: Desk) -> None:
        async with desk.database.write() as connection:
            if reaches_again:
                services = await arrives_again(connection, address)
            else:
                services = await note_bounced(connection, address, now())
        if not services:
            raise Refused(f"{address} is not among the addresses of services that could be noted so.")
        told = "is written to again" if reaches_again else "is not written to until a steward has looked"
        click.echo(f"{address} {told}. It keeps: {', '.join(services)}.")

    _with_desk(work)


async def _known(desk: Desk, name: str) -> Account:
    account = await desk.accounts.by_name(name)
    if account is None:
        raise Refused(f"Nobody of the name {name!r} has an account. 'fingerpost desk accounts' lists them.")
    return account


def _with_desk(work: Callable[[Desk], Awaitable[None]]) -> None:
    """Open the desk of the operator's own directory, do the work, close it; tell what cannot be done."""

    async def over(directory: Directory) -> None:
        try:
            await work(await desk_of(Settings.read(), directory, Areas.load()))
        except NotDone as refused:
            raise Refused(str(refused)) from None

    with_directory(over)
