"""Whether the desk's letters leave and its work is done, for the doctor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from bot.desk import desk_of
from bot.desk_work import jobs_of
from bot.rooms import Rooms
from bot.settings import PREFIX
from service_directory.desk.post import Post
from service_directory.desk.post.sending import try_server
from service_directory.desk.schedule import Schedule

MAIL_WITHIN = timedelta(seconds=10)
STUCK_AFTER = timedelta(hours=6)
"""A letter that waits longer was tried several times."""
LATE_AFTER = timedelta(days=1)
LOST_WITHIN = timedelta(days=30)


async def desk_findings(rooms: Rooms, at: datetime) -> AsyncIterator[tuple[bool, str]]:
    """What is wrong with the desk: whether it stands in the way of going live, and words for an operator."""
    if not rooms.settings.has_desk:
        yield (
            False,
            f"There is no desk: it needs {PREFIX}PUBLIC_URL, or to listen on this machine alone, so that nobody can "
            "listen in while people sign in.",
        )
        return
    server = rooms.settings.mail_server
    if server is None:
        yield (
            False,
            f"{PREFIX}SMTP_URL is not set: services are not asked whether their entries are still right, and whoever "
            "wants to sign in at the desk needs a link from 'fingerpost desk invite'.",
        )
    elif trouble := await try_server(server, within=MAIL_WITHIN):
        yield True, f"{PREFIX}SMTP_URL: no letter can be sent by {server.host}: {trouble}."
    desk = await desk_of(rooms.settings, rooms.own, rooms.areas, lambda: at)
    letters = await Post(desk.database, clock=desk.clock).letters()
    stuck = [one for one in letters if one.state == "waiting" and one.queued_at < at - STUCK_AFTER]
    if stuck and server is not None:
        last = next((one.trouble for one in stuck if one.trouble), "nobody has tried; is 'fingerpost run' running?")
        yield True, f"{_counted(len(stuck))} for more than {STUCK_AFTER.seconds // 3600} hours: {last}"
    lost = [one for one in letters if one.state == "failed" and one.queued_at > at - LOST_WITHIN]
    if lost:
        yield False, f"{len(lost)} of the desk's letters of the last 30 days could not be sent and were given up."
    schedule = Schedule(desk.database, jobs_of(desk, mails=server is not None), clock=lambda: at - LATE_AFTER)
    behind = [job.name for job in await schedule.standing() if job.is_behind and job.done_for]
    if behind:
        yield True, f"The desk's work is not done ({', '.join(behind)}). It is while 'fingerpost run' runs."


def _counted(letters: int) -> str:
    return "A letter of the desk's waits" if letters == 1 else f"{letters} of the desk's letters wait"
