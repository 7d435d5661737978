"""An unmodified python-telegram-bot application lives against the fake as it would against Telegram."""

from __future__ import annotations

import pytest

from tests.support.botapi import FakeBotApi, Shown
from tests.support_tests.conftest import SECRET, Hook, echo_bot, polling


async def test_an_echo_bot_answers_over_long_polling(botapi: FakeBotApi) -> None:
    man = botapi.man(first_name="Alex", username="alex_here")
    async with polling(botapi):
        await man.says("/start")
        await man.sees("Hello. OK to chat?")
        tap = await man.taps("Yes")
        await man.sees("You said y")
        await man.says("words")
        await man.sees("echo words")
        await botapi.settled()
    assert tap.answered
    assert [message.text for message in man.chat.messages] == ["/start", "You said y", "words", "echo words"]
    assert len(botapi.notifications(man)) == 2
    assert all(not message.link_preview for message in man.chat.from_bot)


async def test_what_was_written_while_the_bot_was_away_is_answered_when_it_comes(botapi: FakeBotApi) -> None:
    man = botapi.man()
    await man.says("one")
    await man.says("two")
    async with polling(botapi):
        await man.sees(2)
        await botapi.settled()


async def test_an_echo_bot_answers_over_a_webhook(botapi: FakeBotApi, hook: Hook) -> None:
    man = botapi.man()
    hook.application = echo_bot(botapi)
    async with hook.application as application:
        await application.bot.set_webhook(hook.url, secret_token=SECRET)
        sent = await man.says("/start")
        await botapi.settled()
        assert sent.acknowledged
        await man.taps("Yes")
        await botapi.settled()
        assert [message.text for message in man.chat.from_bot] == ["You said y"]
        assert set(hook.secrets) == {SECRET}
        await application.bot.delete_webhook()


async def test_sees_fails_telling_what_stands_instead(botapi: FakeBotApi) -> None:
    man = botapi.man()
    sent = await man.says("Anybody there?")
    with pytest.raises(AssertionError, match=r"man: 'Anybody there\?'"):
        await man.sees("Hello", within=0.01)

    def stands_alone(messages: tuple[Shown, ...]) -> bool:
        return messages == (sent.message,)

    assert await man.sees(stands_alone) == (sent.message,)


async def test_settled_fails_telling_what_is_not_confirmed(botapi: FakeBotApi) -> None:
    await botapi.man().says("Anybody there?")
    with pytest.raises(AssertionError, match=r"Anybody there\?"):
        await botapi.settled(within=0.01)
