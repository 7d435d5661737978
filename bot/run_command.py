"""`fingerpost run`: the program as it serves."""

from __future__ import annotations

import gc

import click
import uvloop

from bot.explaining import explained
from bot.service import serve
from bot.settings import Settings


@click.command()
@click.option(
    "--with-example-directory",
    is_flag=True,
    help="Serve the example services, even to the public. Every card then says EXAMPLE.",
)
def run(with_example_directory: bool) -> None:
    """Serve the web chat, and Telegram when FINGERPOST_TELEGRAM_TOKEN is set."""
    # A turn makes much that goes by itself. To look through it for rubbish so often takes a tenth of its time.
    gc.set_threshold(20_000)
    with explained():
        uvloop.run(serve(Settings.read(), with_examples=with_example_directory, say=click.echo))
