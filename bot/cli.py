"""The command line. Stable: people and scripts rely on it. Each command is a few lines over the rooms.

A command is loaded when it is asked for: what one of them needs takes a second to load.
"""

from __future__ import annotations

import ast
import importlib
import os
import sys
from pathlib import Path
from typing import Any, Final, cast

import click

from bot.quiet import describe, quiet_last_words, quiet_libraries
from bot.rubbish import loading

COMMANDS: Final = {
    "bench": "bot.bench_command",
    "chat": "bot.chat_command",
    "counts": "bot.count_commands",
    "desk": "bot.desk_commands",
    "directory": "bot.directory_commands",
    "doctor": "bot.doctor_command",
    "flows": "bot.flow_commands",
    "lifelines": "bot.lifeline_commands",
    "places": "bot.place_commands",
    "run": "bot.run_command",
    "safety": "bot.safety_commands",
}
"""Every command, and the module in which it has the same name."""


class _Commands(click.Group):
    """The commands; a fault of our own is told by its kind and place, never with what it was handling."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        with loading():
            return cast(click.Command, getattr(importlib.import_module(COMMANDS[cmd_name]), cmd_name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with what their sources say of them: to load them all for that takes seconds."""
        widest = formatter.width - 6 - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, click.Command(name, help=_said_of(name)).get_short_help_str(widest)) for name in COMMANDS]
            )

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            # Whoever reads our output has seen enough ("| head"). Python would complain of it once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(1)
        except Exception as error:
            raise click.ClickException(
                f"Something went wrong inside Fingerpost ({describe(error)}). Please report it."
            ) from None


def _said_of(command: str) -> str:
    """What the source of a command says of it."""
    file = Path(__file__).with_name(f"{COMMANDS[command].rpartition('.')[2]}.py")
    code = ast.parse(file.read_text(encoding="utf-8")).body
    function = next(one for one in code if isinstance(one, ast.FunctionDef) and one.name == command)
    return ast.get_docstring(function) or ""


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fingerpost")
@click.pass_context
def main(context: click.Context) -> None:
    """A chat that a man being hurt, scared or controlled can use without saying who he is."""
    # Words, ids and tokens must not reach any log, whichever command runs.
    quiet_libraries()
    context.with_resource(quiet_last_words())
    # What is written is for the user who runs it: the databases and keys of an installation are nobody else's.
    os.umask(0o077)
