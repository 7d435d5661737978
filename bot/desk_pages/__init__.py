"""The desk's pages for editors and leads that need the conversations: versions, previews, publishing, switches."""

from __future__ import annotations

from pathlib import Path

from jinja2 import BaseLoader, FileSystemLoader

from bot.desk_pages.previewing import preview_pages
from bot.desk_pages.publishing import publishing_pages
from bot.desk_pages.reading import reading_pages
from bot.desk_pages.switching import switch_pages
from bot.desk_pages.workshop import Workshop
from bot.rooms import Rooms
from service_directory.desk.web.pages import Pages

TEMPLATES: BaseLoader = FileSystemLoader(Path(__file__).parent / "templates")
"""The templates of these pages, for `desk_app`."""


def desk_pages(rooms: Rooms) -> tuple[Pages, ...]:
    """The pages, over the rooms of a running program."""
    workshop = Workshop(rooms)
    return (publishing_pages(workshop), reading_pages(workshop), preview_pages(workshop), switch_pages(rooms))
