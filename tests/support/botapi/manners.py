"""House manners: what Telegram allows and this bot must all the same not do."""

from __future__ import annotations

import re

from tests.support.botapi.chats import Chat
from tests.support.botapi.oracle import Problems

# Methods that fetch more about a person than he chose to send.
PRYING = frozenset(
    {
        "getChat",
        "getChatAdministrators",
        "getChatMember",
        "getChatMemberCount",
        "getFile",
        "getUserChatBoosts",
        "getUserProfileAudios",
        "getUserProfilePhotos",
    }
)


def watch_text(
    problems: Problems, method: str, chat: Chat, text: str, *, token: str, preview: bool, parse_mode: str | None
) -> None:
    """Note what is wrong with words the bot is about to show."""
    if preview:
        problems.note("link-preview", f"{method}: link previews left on")
    if parse_mode is not None:
        problems.note("parse-mode", f"{method}: {parse_mode}: words are sent plain here")
    secret = token.partition(":")[2]
    if token in text or (secret and secret in text):
        problems.note("leak", f"{method}: the bot's token in the text")
    if chat.private and len(str(chat.id)) >= 5 and re.search(rf"(?<!\d){chat.id}(?!\d)", text):
        problems.note("leak", f"{method}: the man's id in the text")
    username = chat.about.get("username")
    if username and f"@{username}".lower() in text.lower():
        problems.note("leak", f"{method}: the man's username in the text")
