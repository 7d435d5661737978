"""A process dies while somebody leaves: his exit comes again, and he leaves no second time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.arrival import Taken
from safety import envelope
from tests.support.world import Clock, Phone, at_the_signposts, world

EXIT = "his exit"


class Killed(BaseException):
    """The process is no more."""


async def leaves_as_the_process_dies(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> int:
    """He taps Leave now; all is cleared, and nothing of it recorded. The message that he tapped."""
    tapped = max(phone.standing)

    with monkeypatch.context() as killed:
        killed.setattr(phone.rooms.sessions, "wiped", _dies)
        with pytest.raises(Killed):
            await phone.taps_token(envelope.LEAVE.token, on=tapped, update=EXIT)
    assert [message.text for message in phone.standing.values() if not isinstance(message, str)] == ["All clear."]
    return tapped


async def test_who_is_back_by_then_goes_on_where_he_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    async with world(tmp_path, clock) as rooms:
        phone = Phone(rooms, clock)
        await at_the_signposts(phone)
        tapped = await leaves_as_the_process_dies(phone, monkeypatch)
        clock.forward(seconds=3)
        await phone.says("hello")
        standing = dict(phone.standing)
        clock.forward(seconds=20)
        assert await phone.taps_token(envelope.LEAVE.token, on=tapped, update=EXIT) is Taken.LEFT
        assert phone.standing == standing, "nothing that he was shown since is taken away, and nothing said"
        await phone.taps("Yes")
        assert "What would help most" in phone.seen
        assert await phone.taps_token(envelope.LEAVE.token, on=tapped, update=EXIT) is Taken.REPEATED


async def test_what_he_said_before_it_came_again_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    async with world(tmp_path, clock) as rooms:
        phone = Phone(rooms, clock)
        await at_the_signposts(phone)
        tapped = await leaves_as_the_process_dies(phone, monkeypatch)
        clock.forward(seconds=30)
        await phone.taps_token(envelope.LEAVE.token, on=tapped, update=EXIT)
        clock.forward(seconds=1)
        assert await phone.says("hello", ago=timedelta(seconds=20)) is Taken.ANSWERED
        assert "Is it OK to chat here now?" in phone.seen


async def test_what_could_not_be_cleared_before_is_cleared_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    async with world(tmp_path, clock) as rooms:
        phone = Phone(rooms, clock)
        await at_the_signposts(phone)
        tapped = max(phone.standing)
        with monkeypatch.context() as killed:
            killed.setattr(phone, "erase", _dies)
            with pytest.raises(Killed):
                await phone.taps_token(envelope.LEAVE.token, on=tapped, update=EXIT)
        assert len(phone.standing) > 1
        clock.forward(seconds=10)
        await phone.taps_token(envelope.LEAVE.token, on=tapped, update=EXIT)
        assert [message.text for message in phone.standing.values() if not isinstance(message, str)] == ["All clear."]


def _dies(*_: object, **__: object) -> None:
    raise Killed
