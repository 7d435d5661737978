"""The whole way: a service is silent, a letter reaches it, the link in it opens its entry, one tap answers."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from service_directory.desk.post import Post
from service_directory.desk.post.sending import Sender
from service_directory.desk.post.server import MailServer
from service_directory.desk.reminders import Reminders
from tests.support.desk import desk_world
from tests.support.mailbox import Mailbox, mailbox
from tests.support.services import written, written_service


def link_in(box: Mailbox) -> str:
    body = box.letters[-1].get_body(("plain",))
    assert body is not None
    return str(re.findall(r"\S+(/link/\S+)", body.get_content())[0])


async def test_a_service_that_was_silent_answers_with_three_taps_from_its_mailbox(tmp_path: Path) -> None:
    silent = written(written_service(assured=date(2026, 8, 1)))
    async with mailbox() as box, desk_world(tmp_path, document=silent) as world:
        desk = world.desk
        await world.keeper("leeds-men", "sam@leedsmen.org.uk")
        reminders = Reminders(
            desk.directory,
            desk.database,
            post=Post(desk.database, clock=world.clock),
            letters=desk.letters,
            links=desk.links,
            link_url=desk.link_url,
            desk_url=desk.base_url,
        )
        sender = Sender(desk.database, MailServer.read(box.url), clock=world.clock)
        assert await reminders.ask(world.clock()) == 1
        assert await sender.send_due() == 1

        phone = await world.as_nobody()
        link = link_in(box)
        # A scanner in the mail program opens it first, and takes nothing from her.
        await (await world.as_nobody()).get(link)
        assert (await phone.get(link)).status_code == 200
        entry = await phone.after(await phone.post(link))
        while entry.status_code == 303:
            entry = await phone.after(entry)
        assert "Leeds Men" in entry.text
        await phone.post("/entry/still-right")

        line = (await desk.stewarding.history("leeds-men"))[-1].recorded
        assert line.who == "the service (sam@leedsmen.org.uk)"
        world.clock.forward(days=30)
        assert await reminders.ask(world.clock()) == 0
        world.clock.forward(days=62)
        assert await reminders.ask(world.clock()) == 1
        assert await sender.send_due() == 1
        assert link_in(box) != link
