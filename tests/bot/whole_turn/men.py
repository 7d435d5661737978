"""A man as the model knows him: what stands in his chat, what he did, and what has to come of what he does next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from bot.arrival import Address, Arrival, Commanded, Erased, Gone, Taken, Tapped, Typed
from safety.envelope import Message, Turn

LATE_AFTER = timedelta(minutes=10)
TOO_LATE_AFTER = timedelta(hours=1)
REMEMBERED_FOR = timedelta(hours=24)
TAPS_LIVE_FOR = timedelta(seconds=150)
_ANSWER = re.compile(r"\d+\.")
EXIT_WORDS = frozenset({"x", "bye", "shes back"})


class Chat:
    """What the program can do in a chat. The web has no messages, so nothing stands there."""

    def __init__(self, *, keeps_messages: bool) -> None:
        self.turns: list[Turn] = []
        self.sent: list[tuple[int, ...]] = []
        self.standing: dict[int, Message | str] = {}
        self.is_gone = False
        self._keeps_messages = keeps_messages
        self._ids = count(1)

    def put(self, message: Message | str) -> int:
        """One more message, his or the bot's; its id."""
        number = next(self._ids)
        self.standing[number] = message
        return number

    async def send(self, turn: Turn, *, onto: int | None) -> tuple[int, ...]:
        """Show a turn."""
        if self.is_gone:
            raise Gone
        ids: list[int] = []
        if self._keeps_messages:
            first, *rest = turn.messages
            if onto is not None and onto in self.standing:
                self.standing[onto] = first
                ids.append(onto)
            else:
                ids.append(self.put(first))
            ids += [self.put(message) for message in rest]
        self.turns.append(turn)
        self.sent.append(tuple(ids))
        return tuple(ids)

    async def erase(self, ids: Sequence[int]) -> Erased:
        """Delete messages; all can be."""
        return Erased(sum(self.standing.pop(number, None) is not None for number in ids))


class Shadow:
    """The same chat beside the real one: what is sent is compared, and gets the ids that it has there."""

    def __init__(self, chat: Chat) -> None:
        self.turns: list[Turn] = []
        self.ids: list[tuple[int, ...]] = []
        self._chat = chat

    async def send(self, turn: Turn, *, onto: int | None) -> tuple[int, ...]:
        """Note a turn."""
        if self._chat.is_gone:
            raise Gone
        self.turns.append(turn)
        return self.ids.pop(0) if self.ids else ()

    async def erase(self, ids: Sequence[int]) -> Erased:
        """Nothing stands here."""
        return Erased(len(ids))


@dataclass
class Man:
    """One man. ``taken`` are his updates that were seen to, and when; ``left`` is when he left, and when he asked."""

    address: Address
    chat: Chat
    held_up: list[Arrival] = field(default_factory=list)
    came: list[Arrival] = field(default_factory=list)
    taken: dict[str, datetime] = field(default_factory=dict)
    tokens: list[tuple[str, int | None]] = field(default_factory=list)
    unkept: set[int] = field(default_factory=set)
    """Which of the turns that he was given were not kept."""
    left: tuple[datetime, datetime] | None = None
    lost: set[int] = field(default_factory=set)
    """Messages that no erase can find, because the store failed when they were to be remembered."""
    _updates: count[int] = field(default_factory=count)

    @property
    def on_the_web(self) -> bool:
        """Is he on the web chat, where nothing waits upstream and no message has an id?"""
        return self.address.channel == "web"

    def does(self, what: Typed | Tapped | Commanded, now: datetime, ago: timedelta = timedelta(0)) -> Arrival:
        """What he types, taps or commands (or did some time ago), as an arrival that has not been handed in yet."""
        update = f"{self.address.chat}/{next(self._updates)}"
        if self.on_the_web:
            return Arrival(self.address, what, update=update, sent_at=now)
        if isinstance(what, Tapped):
            return Arrival(self.address, what, update=update)
        message = self.chat.put(what.text if isinstance(what, Typed) else f"/{what.name}")
        return Arrival(self.address, what, update=update, sent_at=now - ago, message=message)

    def is_out_of_date(self, token: str) -> bool:
        """Is it an answer to a question that has been followed by two others? Then it answers nothing. What was said
        while the store failed was not kept, and so follows nothing."""
        asked = [(number, tokens) for number, turn in enumerate(self.chat.turns) if (tokens := _answers(turn))]
        unkept = [tokens for number, tokens in asked if number in self.unkept]
        current = [tokens for number, tokens in asked if number not in self.unkept][-2:]
        return _ANSWER.match(token) is not None and not any(token in tokens for tokens in [*unkept, *current])

    def buttons(self) -> list[tuple[str, int | None]]:
        """The buttons before him, and the message each is under."""
        if self.on_the_web:
            newest = self.chat.turns[-1:] or []
            return [(b.token, None) for turn in newest for m in turn.messages for row in m.rows for b in row]
        shown = [(n, m) for n, m in self.chat.standing.items() if isinstance(m, Message)]
        return [(button.token, number) for number, m in shown[-4:] for row in m.rows for button in row]

    def outcome(self, arrival: Arrival, now: datetime, *, has_session: bool) -> Taken:
        """What has to come of an arrival. A tap that asks for nothing new may be met with silence instead."""
        assert arrival.update is not None
        if arrival.update in self.taken:
            return Taken.REPEATED
        if leaves(arrival):
            return Taken.LEFT
        if self.chat.is_gone or self._was_sent_before_he_left(arrival, now, has_session=has_session):
            return Taken.SILENT
        return Taken.SILENT if arrival.age(now) > TOO_LATE_AFTER else Taken.ANSWERED

    def _was_sent_before_he_left(self, arrival: Arrival, now: datetime, *, has_session: bool) -> bool:
        if self.left is None:
            return False
        at, asked_at = self.left
        if arrival.sent_at is not None:
            return arrival.sent_at <= asked_at
        return not has_session and now - at <= TAPS_LIVE_FOR

    def kinds(self, arrival: Arrival, outcome: Taken, now: datetime) -> list[str]:
        """The kinds of the turns that he then sees."""
        age = arrival.age(now)
        if outcome is Taken.ANSWERED:
            return ["late" if age > LATE_AFTER else "full"]
        return ["left"] if outcome is Taken.LEFT and age <= TOO_LATE_AFTER and not self.chat.is_gone else []

    def goes(self, at: datetime, asked_at: datetime) -> None:
        """He has left. Of two leavings the later one counts."""
        before = self.left or (at, asked_at)
        self.left = max(at, before[0]), max(asked_at, before[1])

    def stands(self) -> list[Message | str]:
        """What stands in his chat that could have been deleted, beside the line that all is clear."""
        waiting = {arrival.message for arrival in self.held_up}
        return [
            message
            for number, message in self.chat.standing.items()
            if number not in waiting | self.lost and not is_all_clear(message)
        ]


def _answers(turn: Turn) -> set[str]:
    """The tokens of a turn's buttons that are answers to a question of it."""
    tokens = {button.token for message in turn.messages for row in message.rows for button in row}
    return {token for token in tokens if _ANSWER.match(token)}


def leaves(arrival: Arrival) -> bool:
    """Is it a way of leaving?"""
    match arrival.what:
        case Tapped(token=token):
            return token == "x"
        case Typed(text=text):
            return text in EXIT_WORDS
        case Commanded(name=name):
            return name == "exit"
        case _:
            return False


def is_all_clear(message: Message | str) -> bool:
    """Is it the line after leaving?"""
    return isinstance(message, Message) and message.first.startswith("All clear")
