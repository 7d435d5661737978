"""What the desk does by itself while the program serves: letters leave, services are asked, stewards are told."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, time, timedelta

from bot.desk import desk_of
from bot.quiet import describe
from bot.rooms import Clock, Rooms, now
from service_directory.desk.desk import Desk
from service_directory.desk.post import Post
from service_directory.desk.post.sending import Sender
from service_directory.desk.reminders import Reminders
from service_directory.desk.schedule import Job, Schedule, daily, weekly

log = logging.getLogger(__name__)

SEND_EVERY = timedelta(seconds=2)
"""Somebody waits for the letter that lets him in."""
LOOK_EVERY = timedelta(minutes=1)
"""How often it is looked whether a job is due."""

STOP_WITHIN = timedelta(seconds=3)
"""How long what is being done may take to its end when the program is told to stop."""

ASK_AT, LAPSES_AT, STEWARDS_AT, TIDY_AT = time(9, 30), time(10), time(8), time(3)
"""When people read their letters, in London."""
MONDAY = 0


def jobs_of(desk: Desk, *, mails: bool) -> list[Job]:
    """What this desk does again and again. Without a mail server nobody is written to; nor are services where the links
    in their letters would lead to this machine alone.
    """
    post = Post(desk.database, clock=desk.clock)
    reminders = Reminders(
        desk.directory,
        desk.database,
        post=post,
        letters=desk.letters,
        links=desk.links,
        link_url=desk.link_url,
        desk_url=f"{desk.base_url}/",
    )
    tidying = [Job("tidy", daily(TIDY_AT), lambda at: _tidy(desk, post, at))]
    to_services = [
        Job("ask", daily(ASK_AT), _without_result(reminders.ask)),
        Job("lapses", daily(LAPSES_AT), _without_result(reminders.warn_of_lapses)),
    ]
    to_stewards = [Job("stewards", weekly(MONDAY, STEWARDS_AT), _without_result(reminders.tell_stewards))]
    return [*(to_services if mails and desk.encrypted else ()), *(to_stewards if mails else ()), *tidying]


@contextlib.asynccontextmanager
async def at_work(rooms: Rooms, clock: Clock = now, stop: asyncio.Event | None = None) -> AsyncIterator[None]:
    """The desk at work in the background, until the end, or until `stop` says that the end has begun. Raises
    :class:`CannotStart`.
    """
    if not rooms.settings.has_desk:
        yield
        return
    desk = await desk_of(rooms.settings, rooms.own, rooms.areas, clock)
    server = rooms.settings.mail_server
    schedule = Schedule(desk.database, jobs_of(desk, mails=server is not None), clock=clock)
    stop = stop or asyncio.Event()
    tasks = {asyncio.create_task(_until(stop, schedule.run_due, LOOK_EVERY, "The desk's work"))}
    if server is not None:
        sender = Sender(desk.database, server, clock=desk.clock, stop=stop.is_set)
        tasks.add(asyncio.create_task(_until(stop, sender.send_due, SEND_EVERY, "A letter")))
    finishing = asyncio.create_task(_finish(stop, tasks))
    try:
        yield
    finally:
        stop.set()
        await finishing


async def _finish(stop: asyncio.Event, tasks: set[asyncio.Task[None]]) -> None:
    """Once it is to stop, what is being sent is finished and written down: cut off in the middle, it would be sent
    twice.
    """
    await stop.wait()
    _, late = await asyncio.wait(tasks, timeout=STOP_WITHIN.total_seconds())
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=1)


async def _tidy(desk: Desk, post: Post, at: datetime) -> None:
    await post.tidy(at)
    await desk.links.sweep(at)
    await desk.visits.sweep(at)


def _without_result(work: Callable[[datetime], Awaitable[int]]) -> Callable[[datetime], Awaitable[None]]:
    async def done(at: datetime) -> None:
        await work(at)

    return done


async def _until(stop: asyncio.Event, work: Callable[[], Awaitable[object]], every: timedelta, what: str) -> None:
    """Do it again and again."""
    while not stop.is_set():
        try:
            await work()
        except Exception as fault:
            log.error("%s failed (%s); it is tried again.", what, describe(fault))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every.total_seconds())
