"""The terminal: the same conversation for a keyboard (``fingerpost chat``), or a line of JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO

from bot.arrival import Address, Arrival, Erased, NotSent, Taken, Tapped, Typed
from bot.conversation import Conversation
from bot.preview import Watch
from bot.rooms import CannotStart
from bot.sealing import new_chat
from dialogs.findings import Finding, FlowErrors
from safety.envelope import LEAVE, Button, Message, Turn

CHANNEL = "terminal"

CLEAR = "\x1b[2J\x1b[3J\x1b[H"
"""Clears the screen, then what was scrolled away, and goes to the top."""


@dataclass
class _Collected:
    """Takes a turn as it is sent. A terminal has no messages that could be deleted: leaving clears the screen."""

    turn: Turn | None = None

    async def send(self, turn: Turn, *, onto: int | None) -> tuple[int, ...]:
        self.turn = turn
        return ()

    async def erase(self, ids: Sequence[int]) -> Erased:
        self.turn = None
        return Erased(gone=len(ids))


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What became of conversations that were saved while they were talked to.

    `turn` is what is said now, None when what was saved cannot be used (`why`, and the `findings`); `lost` is the
    step he was at, when there is no such step any more and he starts again.
    """

    turn: Turn | None = None
    place: str = ""
    lost: str = ""
    why: str = ""
    findings: tuple[Finding, ...] = ()

    def __str__(self) -> str:
        if self.turn is None:
            return f"{self.why}\n(Saved, but it cannot be used. This goes on with what was saved before.)\n"
        if self.lost:
            return f"(Saved. There is no {self.lost} any more: this begins again.)\n"
        return f"(Saved. This goes on at {self.place}.)\n"


@dataclass
class Talk:
    """One stranger's conversation at this keyboard. With a `watch` it follows what is saved."""

    conversation: Conversation
    watch: Watch | None = None
    address: Address = field(default_factory=lambda: Address(CHANNEL, new_chat()))
    shown: tuple[Message, ...] = ()
    left: bool = False

    async def begin(self) -> Turn:
        """The first turn. He has said nothing yet, so nothing is kept yet either."""
        turn = await self.conversation.show(self.address)
        self.shown = turn.messages
        return turn

    async def say(self, line: str) -> Turn | None:
        """Answer a line: the label of a button that is on show taps it, anything else is typed words.

        None when there is nothing to answer (a second tap on what was tapped already). Raises ``NotSent``.
        """
        button = next((b for b in self.buttons() if b.label == line), None)
        out = _Collected()
        what = Typed(line) if button is None else Tapped(button.token)
        taken = await self.conversation.take(Arrival(self.address, what), out)
        if taken is Taken.LEFT:
            self.left = True
            self.address = Address(CHANNEL, new_chat())
        if out.turn is not None:
            self.shown = out.turn.messages
        return out.turn

    async def reload(self) -> Reloaded | None:
        """Take up what was saved since the last turn; None when nothing was."""
        if self.watch is None or not self.watch.saved():
            return None
        before = "/".join(await self.conversation.place(self.address))
        try:
            self.watch.take_up()
        except FlowErrors as errors:
            return Reloaded(why=str(errors), findings=errors.findings)
        except CannotStart as error:
            return Reloaded(why=str(error))
        turn = await self.begin()
        place = "/".join(await self.conversation.place(self.address))
        return Reloaded(turn, place, lost="" if place == before else before)

    def buttons(self) -> list[Button]:
        """Every button on show, in reading order."""
        return [button for message in self.shown for row in message.rows for button in row]


async def talk(talk: Talk, read: Callable[[], str | None], write: Callable[[str], None]) -> None:
    """Talk with the person at the keyboard until he leaves or closes the input."""
    write(_on_screen(await talk.begin()))
    while (line := read()) is not None:
        line = line.strip()
        if reloaded := await talk.reload():
            write(str(reloaded))
            if reloaded.turn is not None and (reloaded.lost or not line):
                # What he was about to say was meant for a question that is gone.
                write(_on_screen(reloaded.turn))
                continue
        if not line:
            continue
        if line.isdecimal() and 1 <= int(line) <= len(talk.buttons()):
            line = talk.buttons()[int(line) - 1].label
        try:
            turn = await talk.say(line)
        except NotSent:
            write("That took too long. Please send it again.\n")
            continue
        if talk.left:
            write(CLEAR)
            return
        if turn is not None:
            write(_on_screen(turn))


async def talk_jsonl(talk: Talk, lines: Iterable[str], out: IO[str]) -> None:
    """Answer each line of input with one line of JSON; the first answers nothing (``"in": null``).

    ``step`` and ``flow`` say where he is then; both are null after he has left.
    """

    async def answer(given: str | None, turn: Turn | None) -> None:
        replies = [] if turn is None else [_as_json(message) for message in turn.messages]
        gone = talk.left and given is not None
        flow, step = (None, None) if gone else await talk.conversation.place(talk.address)
        talk.left = False
        record = {"in": given, "replies": replies, "step": step, "flow": flow}
        # Half a character, which cannot be written as it is, comes back as an escape.
        out.write(json.dumps(record, ensure_ascii=not _writable(given)) + "\n")
        out.flush()

    await answer(None, await talk.begin())
    for line in lines:
        text = line.rstrip("\r\n")
        if not text.strip():
            continue
        text = spoken(text)
        if reloaded := await talk.reload():
            out.write(json.dumps(_reload_as_json(reloaded), ensure_ascii=False) + "\n")
        await answer(text, await talk.say(text))


def spoken(line: str) -> str:
    """A line of input as it was meant: plain words, or words written as a JSON string."""
    if line.lstrip().startswith('"'):
        try:
            read = json.loads(line)
        except ValueError:
            return line
        if isinstance(read, str):
            return read
    return line


def _writable(text: str | None) -> bool:
    try:
        (text or "").encode()
    except UnicodeEncodeError:
        return False
    return True


def _reload_as_json(reloaded: Reloaded) -> dict[str, object]:
    """A line of its own, told by `reloaded`: whether what was saved could be used."""
    if reloaded.turn is None:
        return {"reloaded": False, "findings": [finding.as_json() for finding in reloaded.findings]}
    flow, _, step = reloaded.place.partition("/")
    return {"reloaded": True, "step": step, "flow": flow, "lost": reloaded.lost or None}


def _as_json(message: Message) -> dict[str, object]:
    return {"text": message.text, "buttons": [button.label for row in message.rows for button in row]}


def _on_screen(turn: Turn) -> str:
    """A turn as lines of text, every button with the number that taps it."""
    lines: list[str] = []
    number = 0
    for message in turn.messages:
        lines += ["", message.body or message.first, ""]
        for row in message.rows:
            labels = []
            for button in row:
                number += 1
                labels.append(f"[{number}] {button.label}")
            lines.append("  " + "   ".join(labels))
        lines += [message.footer] if message.footer else []
    buttons = (button for message in turn.messages for row in message.rows for button in row)
    leave = next((button.label for button in buttons if button.token == LEAVE.token), LEAVE.label)
    lines += ["", f"Type a number or words. To leave, type x or choose {leave}.", ""]
    return "\n".join(lines)
