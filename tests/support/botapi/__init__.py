"""A strict fake of Telegram's Bot API, over real HTTP, for tests.

It refuses what Telegram refuses, in Telegram's words; it loses, delays and repeats what Telegram may lose,
delay and repeat; and it keeps a list of everything a careful bot would not have done
(:attr:`FakeBotApi.problems`). Requests and answers are checked against aiogram's models of the Bot API, so
the fake cannot drift to suit the bot it tests. The rules follow the published server
(github.com/tdlib/telegram-bot-api) and https://core.telegram.org/bots/api.

::

    async def test_a_tap_is_answered_in_place(botapi: FakeBotApi) -> None:
        man = botapi.man()
        async with the_bot(token=botapi.token, api=botapi.base_url):
            await man.says("/start")
            await man.sees("OK to chat here now?")
            tap = await man.taps("Yes")
            await botapi.settled()
        assert tap.answered
        assert len(man.chat.from_bot) == 1
        assert botapi.notifications(man) == ()
"""

from __future__ import annotations

from tests.support.botapi.chats import Button, Chat, Shown
from tests.support.botapi.man import Group, Man, Sent, Tap
from tests.support.botapi.oracle import Problem
from tests.support.botapi.server import FakeBotApi
from tests.support.botapi.transport import Call

__all__ = ["Button", "Call", "Chat", "FakeBotApi", "Group", "Man", "Problem", "Sent", "Shown", "Tap"]
