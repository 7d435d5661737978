"""What can go wrong with a command, told to the operator in plain sentences."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import click

from bot.catalogue_files import CannotExtract
from bot.rooms import CannotStart
from bot.settings import SettingsError
from dialogs.findings import FlowErrors
from dialogs.source import SourceError
from safety.lifelines import LifelineError
from service_directory.database import DatabaseError
from service_directory.hiding import HiddenPlaceError


class Refused(click.ClickException):
    """An error for the operator: what is wrong and what to do, no traceback."""


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turn what can go wrong at start into plain sentences."""
    try:
        yield
    except (SettingsError, SourceError, CannotStart, CannotExtract, DatabaseError, LifelineError) as error:
        raise Refused(str(error)) from None
    except HiddenPlaceError as error:
        raise Refused(f"Nothing was written: {error}.") from None
    except FlowErrors as error:
        raise Refused("The conversations have mistakes; 'fingerpost flows check' shows them.\n" + str(error)) from None
