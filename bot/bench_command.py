"""`fingerpost bench`: how fast and how large it is, beside others and beside itself."""

from __future__ import annotations

import asyncio

import click

from bot.bench import measure
from bot.benchmarks.measuring import side_by_side
from bot.benchmarks.telegram.racing import races
from bot.explaining import explained


@click.command()
@click.option("--turns", default=2000, show_default=True, help="How many turns to take of each kind.")
@click.option("--services", default=100_000, show_default=True, help="How many made-up services to match among.")
@click.option("--telegram", is_flag=True, help="Also whole turns over HTTP, beside echo bots: takes a minute or two.")
def bench(turns: int, services: int, telegram: bool) -> None:
    """The benchmarks: ratios within one run, because machines are noisy."""
    with explained():
        for line in asyncio.run(measure(turns, services)):
            click.echo(line)
        click.echo()
        for line in side_by_side(seconds=turns / 10_000):
            click.echo(line)
        if telegram:
            click.echo()
            for line in asyncio.run(races(runs=3, pile=turns // 4, seconds=10)):
                click.echo(line)
