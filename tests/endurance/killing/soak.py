"""`make soak`: five hundred kills over all combinations, then thirty minutes of steady load.

    make soak ARGS="--kills 500 --minutes 30 --seed 7 --json soak.json"

Exits with 1 when a message was lost, a turn was stepped twice, or something grows for ever.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import secrets
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.endurance.killing.installation import COMBINATIONS, Combination, Started
from tests.endurance.killing.nursery import Nursery, nursery
from tests.endurance.killing.oracle import Oracle, oracle
from tests.endurance.killing.ordeal import Outcome, Plan, ordeal
from tests.endurance.killing.steady import Course, steady
from tests.support.postgres import Server, empty_database, running_server
from tests.support.processes import FINGERPOST

_STEADY: Final = ("webhook-postgresql-3", "polling-sqlite-1")
"""What the minutes are divided among: the largest installation, and the smallest."""
_TAKES_OVER_WITHIN: Final = 30.0
"""Seconds from the death of the process that fetches until another does."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; the exit code."""
    asked = _asked(arguments)
    print(f"seed {asked.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, running_server() as server:
        outcomes, courses = asyncio.run(_soak(asked, Path(folder), server))
    print()
    for each in outcomes:
        print(each.told() if each.wrong else each.line())
    if outcomes:
        print(
            f"{sum(len(each.kills) for each in outcomes)} kills, {sum(each.turns for each in outcomes)} turns, "
            f"{sum(each.repeats for each in outcomes)} repeats, {sum(len(each.wrong) for each in outcomes)} wrong"
        )
    for course in courses:
        print(f"\n{course.told()}")
    if asked.json:
        told = {"seed": asked.seed, "kills": [_as_json(each) for each in outcomes]}
        asked.json.write_text(json.dumps(told | {"steady": [each.as_json() for each in courses]}, indent=1))
    return int(any(each.wrong for each in outcomes) or any(each.wrong for each in courses))


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    names = [str(each) for each in COMBINATIONS]
    parser = argparse.ArgumentParser(prog="make soak", description="Kills under load, then steady load.")
    parser.add_argument("--kills", type=int, default=500, help="how many, over all combinations (500)")
    parser.add_argument("--minutes", type=float, default=30, help="of steady load, over two combinations (30)")
    parser.add_argument("--rate", type=float, default=30, help="turns a second of the steady load (30)")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="chooses moments, men and their walks")
    parser.add_argument("--json", type=Path, help="a file for all figures")
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="combinations to kill")
    parser.add_argument("--steady", nargs="+", choices=names, default=_STEADY, help="combinations to load steadily")
    parser.add_argument("--side-by-side", type=int, default=3, help="combinations killed at once (3)")
    parser.add_argument("--men", type=int, default=6, help="men who talk to each combination at once (6)")
    return parser.parse_args(arguments)


async def _soak(asked: argparse.Namespace, folder: Path, server: Server) -> tuple[list[Outcome], list[Course]]:
    outcomes: list[Outcome] = []
    async with oracle(folder / "oracle") as due:
        if asked.kills:
            async with nursery() as births:
                outcomes = await _killed(asked, folder, server, births, due)
        courses = [
            await _steady(each, asked, folder, server, due)
            for each in COMBINATIONS
            if asked.minutes and str(each) in asked.steady
        ]
    return outcomes, courses


async def _killed(
    asked: argparse.Namespace, folder: Path, server: Server, births: Nursery, due: Oracle
) -> list[Outcome]:
    chosen = [each for each in COMBINATIONS if str(each) in asked.only]
    free = asyncio.Semaphore(asked.side_by_side)

    async def one(number: int, combination: Combination) -> Outcome:
        kills = asked.kills // len(chosen) + (number < asked.kills % len(chosen))
        async with free:
            with _store(combination, server) as url:
                plan = Plan(kills=kills, men=asked.men)
                try:
                    came = await ordeal(combination, folder / f"k-{combination}", url, births, due, plan, asked.seed)
                except Exception:
                    # The others go on.
                    came = Outcome(combination, asked.seed, wrong=[traceback.format_exc()])
        judge(came)
        print(came.told() if came.wrong else came.line(), flush=True)
        return came

    return await asyncio.gather(*(one(number, each) for number, each in enumerate(chosen)))


def judge(outcome: Outcome) -> None:
    """Add to ``wrong`` how long nobody fetched, where another process was there to do so."""
    longest = max(outcome.takeovers, default=0.0)
    if outcome.combination.processes > 1 and longest > _TAKES_OVER_WITHIN:
        outcome.wrong.append(f"nobody fetched for {longest:.1f} s after the death of who did")


async def _steady(
    combination: Combination, asked: argparse.Namespace, folder: Path, server: Server, due: Oracle
) -> Course:
    seconds = asked.minutes * 60 / len(asked.steady)
    with _store(combination, server) as url:
        return await steady(
            combination, folder / f"s-{combination}", url, Started(FINGERPOST), due,
            seconds=seconds, rate=asked.rate, seed=asked.seed,
        )  # fmt: skip


def _store(combination: Combination, server: Server) -> contextlib.AbstractContextManager[str | None]:
    return empty_database(server) if combination.store == "postgresql" else contextlib.nullcontext()


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "combination": str(outcome.combination),
        "kills": [[time.strftime("%FT%TZ", time.gmtime(at)), name, served] for at, name, served in outcome.kills],
        **{
            name: getattr(outcome, name)
            for name in (
                "stops", "takeovers", "walks", "turns", "repeats", "left_over", "overtaken", "unserved", "stumbles",
                "longest_wait", "seconds", "wrong",
            )
        },
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
