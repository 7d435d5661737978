"""The desk put together. It stands beside the chat (bot/desk_to_come.py).

It shares nothing with the chat but the process: no cookie, no session, no page.
"""

from __future__ import annotations

from starlette.applications import Starlette

from bot.desk_pages import TEMPLATES, desk_pages
from bot.rooms import CannotStart, Clock, Rooms, now
from bot.settings import Settings
from service_directory.areas import Areas
from service_directory.database import DatabaseError
from service_directory.desk.collected import COLLECTIONS
from service_directory.desk.desk import Desk
from service_directory.desk.keeping import desk_database
from service_directory.desk.post import Post
from service_directory.desk.web.app import desk_app
from service_directory.store import Directory


async def desk_of(settings: Settings, directory: Directory, areas: Areas, clock: Clock = now) -> Desk:
    """The desk over a directory: the operator's own. Raises :class:`CannotStart`."""
    try:
        database = await desk_database(directory)
    except DatabaseError as error:
        raise CannotStart(f"FINGERPOST_DIRECTORY_URL: {error}.") from None
    return Desk(
        directory=directory,
        database=database,
        secret=settings.secret,
        post=Post(database, clock=clock),
        areas=areas,
        clock=clock,
        base_url=settings.desk_address,
        helpline_name=settings.helpline_name,
        helpline=settings.helpline,
        operator=settings.operator,
        sends_mail=settings.mail_server is not None,
        proxy_header=settings.proxy_header,
    )


async def app_of(rooms: Rooms, clock: Clock = now) -> Starlette:
    """The desk as it is served. Raises :class:`CannotStart`."""
    desk = await desk_of(rooms.settings, rooms.own, rooms.areas, clock)
    return desk_app(desk, (*COLLECTIONS, *desk_pages(rooms)), templates=[TEMPLATES])
