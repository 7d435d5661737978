"""`fingerpost desk pause` and `resume`: the switch of the whole bot, for when nobody can get to the desk."""

from __future__ import annotations

import click

from bot.commanding import read_words, with_directory
from bot.explaining import Refused
from bot.pause_message import objections, tidy
from bot.rooms import now
from bot.settings import Settings
from bot.switchboard import Switchboard
from safety.lifelines import Lifelines
from service_directory.desk.keeping import desk_database
from service_directory.desk.switches import BOT, AlreadySwitched, Switches
from service_directory.store import Directory

_LIVE = "Every process that serves goes by it within five seconds."


@click.command("pause")
@click.argument("message")
@click.option("--why", required=True, callback=read_words, help="Why, for those who work at the desk.")
@click.option("--who", required=True, callback=read_words, help="Who answers for it.")
def desk_pause(message: str, why: str, who: str) -> None:
    """Pause the bot: whoever writes reads MESSAGE, with the helpline, urgent help and the way out.

    Words that mean danger are answered first all the same, and leaving works.
    """
    said = tidy(message)

    async def off(directory: Directory) -> None:
        switches = Switches(await desk_database(directory))
        settings = Settings.read()
        every = Lifelines.load(helpline_name=settings.helpline_name, helpline=settings.helpline)
        board = Switchboard(every, switches.all)
        await board.take_up()
        if against := objections(said, board.lifelines):
            raise Refused("\n".join(against))
        try:
            await switches.off(BOT, message=said, why=why, who=who, at=now())
        except AlreadySwitched:
            raise Refused(f"It is paused already. Men read: {board.pause}") from None

    with_directory(off)
    click.echo(f"The bot is paused. {_LIVE}")


@click.command("resume")
@click.option("--who", required=True, callback=read_words, help="Who answers for it.")
def desk_resume(who: str) -> None:
    """Let the bot go on after a pause."""

    async def on(directory: Directory) -> None:
        try:
            await Switches(await desk_database(directory)).on(BOT, who=who, at=now())
        except AlreadySwitched:
            raise Refused("It is not paused.") from None

    with_directory(on)
    click.echo(f"The bot goes on. {_LIVE}")
