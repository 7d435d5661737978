"""A man on Telegram, from hello to a service and away again, over real HTTP, by polling and by webhook."""

from __future__ import annotations

import asyncio

from tests.journeys.conftest import Served
from tests.support.botapi import Man

HELPLINE = "0808 800 1170"


async def at_the_signposts(served: Served, man: Man) -> None:
    await man.says("/start")
    await man.sees("Is it OK to chat here now?")
    await man.taps("Yes")
    await man.sees("What would help most")
    await man.taps("Talk to someone")
    await man.sees("Roughly where")
    await man.says("leeds")
    await man.sees("Recorded as meeting")
    await served.api.settled()


async def test_from_hello_to_a_service_and_away(telegram: Served) -> None:
    man = telegram.api.man()
    await at_the_signposts(telegram, man)
    cards = [message for message in man.chat.from_bot if "EXAMPLE" in message.text]
    assert len(cards) == 3
    await man.taps("More", on=cards[0])
    await man.sees("These details were checked on")
    telegram.clock.forward(seconds=3)
    await man.taps("Leave now")
    await man.sees(lambda standing: [message.text for message in standing] == ["All clear."])
    await telegram.api.settled()
    telegram.clock.forward(seconds=3)
    await man.says("this is his wife, what did he say")
    await man.sees("Is it OK to chat here now?")
    assert not any("leeds" in message.text.lower() for message in man.chat.from_bot)


async def test_everything_is_silent_and_bland_at_first_sight_and_carries_the_helpline(telegram: Served) -> None:
    man = telegram.api.man()
    await at_the_signposts(telegram, man)
    assert telegram.api.notifications(man) == ()
    for message in man.chat.from_bot:
        assert HELPLINE in message.text
        assert "Leave now" in message.buttons
        assert not message.protected
        first_line = message.text.splitlines()[0]
        assert not any(word in first_line.lower() for word in ("abuse", "help", "men", "hurt", "police", "safe"))


async def test_a_tap_edits_the_tapped_message_and_leaves_no_trail(telegram: Served) -> None:
    man = telegram.api.man()
    await man.says("/start")
    await man.sees("Is it OK to chat here now?")
    standing = len(man.chat.messages)
    for label, next_words in (("Yes", "What would help most"), ("Talk to someone", "Roughly where")):
        await man.taps(label)
        await man.sees(next_words)
    assert len(man.chat.messages) == standing


async def test_danger_is_answered_first_and_leads_back(telegram: Served) -> None:
    man = telegram.api.man()
    await man.says("/start")
    await man.sees("Is it OK to chat here now?")
    await man.says("shes back with a knife")
    await man.sees("999")
    await man.taps("Carry on")
    await man.sees(lambda standing: "Is it OK to chat here now?" in standing[-1].text)


async def test_a_message_with_a_name_in_it_can_be_deleted_by_a_tap(telegram: Served) -> None:
    man = telegram.api.man()
    await man.says("/start")
    await man.sees("Is it OK to chat here now?")
    await man.says("im dave jones, 07700 900123")
    await man.sees("You don't need to tell me names, numbers or addresses.")
    await man.taps("Delete my message")
    await man.sees("Your message is deleted from this chat.")
    await telegram.api.settled()
    assert not any("dave" in message.text for message in man.chat.messages)
    assert telegram.api.notifications(man) == ()


async def test_an_hour_later_when_all_is_forgotten_a_kept_chat_still_lets_him_delete_it(telegram: Served) -> None:
    man = telegram.api.man()
    await at_the_signposts(telegram, man)
    await man.taps("Keep a number")
    await man.sees("Or keep this chat")
    await man.taps("Keep this chat")
    await man.sees("Should it stay?")
    await man.taps("Yes")
    await telegram.api.settled()
    await man.says("my name is Dave Jones")
    await man.sees("You don't need to tell me names, numbers or addresses.")
    await telegram.api.settled()
    telegram.clock.forward(minutes=61)
    await telegram.rooms.conversation.sweep()
    await man.taps("Delete my message")
    await man.sees("Your message is deleted from this chat.")
    await telegram.api.settled()
    assert not any("Dave" in message.text for message in man.chat.messages)


async def test_a_quiet_chat_is_cleared_after_an_hour_without_a_sound(telegram: Served) -> None:
    man = telegram.api.man()
    await at_the_signposts(telegram, man)
    telegram.clock.forward(minutes=61)
    await telegram.rooms.conversation.sweep()
    assert man.chat.messages == ()
    assert telegram.api.notifications(man) == ()


async def test_messages_too_old_to_delete_are_told_honestly(telegram: Served) -> None:
    man = telegram.api.man()
    await at_the_signposts(telegram, man)
    await man.taps("Keep a number")
    await man.sees("Or keep this chat")
    await man.taps("Keep this chat")
    await man.sees("Should it stay?")
    await man.taps("Yes")
    await telegram.api.settled()
    await man.sends_dice()
    await telegram.api.settled()
    await man.says("/exit")
    await man.sees("All clear but for 1 message")


async def test_blocking_forgets_him_at_once(telegram: Served) -> None:
    man = telegram.api.man()
    await at_the_signposts(telegram, man)
    await man.blocks()
    await telegram.api.settled()
    await man.unblocks()
    await telegram.api.settled()
    telegram.clock.forward(seconds=3)
    await man.says("hello")
    await man.sees("Is it OK to chat here now?")


async def test_many_men_are_answered_side_by_side(telegram: Served) -> None:
    men = [telegram.api.man(5_550_100 + number, first_name=f"Man {number}") for number in range(12)]
    await asyncio.gather(*(man.says("/start") for man in men))
    await asyncio.gather(*(man.sees("Is it OK to chat here now?") for man in men))
    await asyncio.gather(*(man.taps("Yes") for man in men))
    await asyncio.gather(*(man.sees("What would help most") for man in men))
    await telegram.api.settled()
    assert all(len(man.chat.from_bot) == 1 for man in men)


async def test_what_is_not_words_is_answered_kindly(telegram: Served) -> None:
    man = telegram.api.man()
    await man.says("/start")
    await man.sees("Is it OK to chat here now?")
    for send in (man.sends_sticker, man.sends_voice, man.sends_photo, man.sends_location, man.sends_contact):
        before = len(man.chat.from_bot)
        await send()
        await man.sees(before + 1)
        assert "only read words" in man.chat.from_bot[-1].text
    await man.forwards("she wrote this")
    await man.sees(7)
    assert "only read words" in man.chat.from_bot[-1].text


async def test_privacy_is_told_on_command(telegram: Served) -> None:
    man = telegram.api.man()
    await man.says("/privacy")
    await man.sees("No person reads this chat")


async def test_4096_characters_of_anything_are_answered(telegram: Served) -> None:
    man = telegram.api.man()
    await man.says("/start")
    await man.sees(1)
    odd = (
        "what " * 819,
        "😀" * 2048,
        "\u202e" + "مرحبا" * 500,
        "\u200b\u200dz" * 900,
        "' OR 1=1; DROP TABLE session;--",
        "<b>*_[x](y)`",
    )
    for number, text in enumerate(odd, start=2):
        await man.says(text)
        await man.sees(number)
        assert HELPLINE in man.chat.from_bot[-1].text
        assert text not in man.chat.from_bot[-1].text
