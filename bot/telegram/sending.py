"""How a turn reaches a chat, and how messages are taken out of it again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from telegram import Bot, error

from bot.arrival import Erased, Gone, NotSent
from bot.telegram.pace import PACE, Pace
from bot.telegram.requests import ask, never_sent
from safety.envelope import Message, Turn

MOST_IDS_A_CALL = 100
_LARGEST_ID = 2**31 - 1  # one greater id, and Telegram refuses the whole call
_NO_PREVIEW = {"is_disabled": True}
# Other words of Telegram's for a chat that nothing can be sent to, beside every 403.
_NOBODY_THERE = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found")

_Answer = TypeVar("_Answer")


class TelegramOut:
    """Answers one chat during one turn (the :class:`bot.arrival.Out` of this channel).

    All of its sending and erasing together ends ``pace.sending`` seconds after it was made, so that the
    turn always has time left to be remembered.
    """

    def __init__(self, bot: Bot, chat: str, pace: Pace = PACE) -> None:
        self._bot = bot
        self._chat = int(chat)
        self._pace = pace
        self._ends = asyncio.get_running_loop().time() + pace.sending
        # What is begun later may be cut off when it has been sent and nobody knows it yet, and would be said twice.
        self._begins_until = self._ends - pace.sending / 10

    async def send(self, turn: Turn, *, onto: int | None = None) -> tuple[int, ...]:
        """Show a turn; the ids of the messages that now stand for it.

        The first message replaces the message ``onto`` where that can still be edited, which notifies
        nobody; the others come silently as new ones. Raises :class:`Gone` when there is nobody to send to,
        :class:`NotSent` (with the ids of what did go out) when it could not all be delivered in time or
        nobody knows whether it was.
        """
        sent: list[int] = []
        try:
            async with asyncio.timeout_at(self._ends):
                for message in turn.messages:
                    sent.append(await self._show(message, onto if not sent else None))
        except error.TelegramError as trouble:
            if _nobody_there(trouble):
                raise Gone from None
            raise NotSent(type(trouble).__name__, sent=tuple(sent)) from None
        except TimeoutError:
            raise NotSent("no time left", sent=tuple(sent)) from None
        return tuple(sent)

    async def erase(self, ids: Sequence[int]) -> Erased:
        """Delete these messages on both sides, oldest first, as far as Telegram allows.

        One message that may not be deleted (over 48 hours old, a dice under 24) makes Telegram refuse the
        whole call: it is then halved until that one stands alone. Messages that are not there any more
        count as gone. Never raises: what could not be deleted is told.
        """
        wanted = sorted({number for number in ids if 0 < number <= _LARGEST_ID})
        left = sorted(set(ids) - set(wanted))
        gone = 0
        pending = [wanted[start : start + MOST_IDS_A_CALL] for start in range(0, len(wanted), MOST_IDS_A_CALL)]
        pending.reverse()
        try:
            async with asyncio.timeout_at(self._ends):
                while pending:
                    chunk = pending[-1]
                    rest: list[list[int]] = []
                    try:
                        await self._delete(chunk)
                        gone += len(chunk)
                    except error.TelegramError as trouble:
                        if _one_is_refused(trouble) and len(chunk) > 1:
                            middle = len(chunk) // 2
                            rest = [chunk[middle:], chunk[:middle]]
                        else:
                            left += chunk
                    pending[-1:] = rest
        except TimeoutError:
            left += [number for chunk in pending for number in chunk]
        return Erased(gone, tuple(sorted(left)))

    async def _show(self, message: Message, onto: int | None) -> int:
        said = {"text": message.text, "link_preview_options": _NO_PREVIEW, **_keyboard(message)}
        if onto is not None and await self._edited(said, onto):
            return onto
        if asyncio.get_running_loop().time() >= self._begins_until:
            raise TimeoutError
        shown = await self._ask("sendMessage", {**said, "disable_notification": True}, repeatable=False)
        if not isinstance(shown, dict) or not isinstance(shown.get("message_id"), int):
            raise error.TelegramError("sendMessage answered with something else than a message")
        return int(shown["message_id"])

    async def _edited(self, said: Mapping[str, object], onto: int) -> bool:
        """Does ``onto`` now say this? ``False``: it cannot be edited (any more), so it has to be said anew."""
        try:
            await self._ask("editMessageText", {**said, "message_id": onto}, repeatable=True)
        except error.BadRequest as refused:
            return "not modified" in refused.message.lower()  # a second tap on the same button: it says it already
        return True

    async def _delete(self, chunk: Sequence[int]) -> None:
        await self._ask("deleteMessages", {"message_ids": list(chunk)}, repeatable=True)

    async def _ask(self, method: str, fields: Mapping[str, object], *, repeatable: bool) -> Any:
        return await persist(
            lambda: ask(self._bot, method, chat_id=self._chat, **fields),
            until=self._ends,
            pace=self._pace,
            repeatable=repeatable,
        )


async def persist(request: Callable[[], Awaitable[_Answer]], *, until: float, pace: Pace, repeatable: bool) -> _Answer:
    """Ask Telegram until it answers, or raise its last error when no try is left before the loop's time ``until``.

    What is not ``repeatable`` (a new message) is asked again only where Telegram cannot have done it: after
    a request that never got through, or one it answered with an error.
    """
    pause = pace.first_pause
    trouble: error.TelegramError
    while True:
        try:
            return await request()
        except error.BadRequest:
            raise
        except error.RetryAfter as flood:
            wait, trouble = seconds(flood), flood
        except error.NetworkError as failed:
            if not (repeatable or never_sent(failed)):
                raise
            wait, trouble = pause, failed
            pause = min(pause * 2, pace.longest_pause)
        if asyncio.get_running_loop().time() + wait >= until:
            raise trouble
        await asyncio.sleep(wait)


def seconds(flood: error.RetryAfter) -> float:
    """How long Telegram wants to be left alone."""
    wait = flood.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _keyboard(message: Message) -> Mapping[str, object]:
    rows = [[{"text": each.label, "callback_data": each.token} for each in row] for row in message.rows]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _one_is_refused(trouble: error.TelegramError) -> bool:
    """Was a whole call refused because of what it asked for, so that part of it may still be granted?"""
    return isinstance(trouble, error.BadRequest) and not _nobody_there(trouble)


def _nobody_there(trouble: error.TelegramError) -> bool:
    return isinstance(trouble, error.Forbidden) or (
        isinstance(trouble, error.BadRequest) and any(words in trouble.message.lower() for words in _NOBODY_THERE)
    )
