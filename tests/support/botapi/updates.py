"""Updates as Telegram words them, other than plain messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.support.botapi.chats import Chat, Message

Json = dict[str, Any]


def tap_update(query_id: str, user: Json, chat: Chat, message: Message | None, message_id: int, data: str) -> Json:
    """A tapped button. Of a message that is gone only the id is told, dated 0."""
    carrier = {"chat": chat.about, "message_id": message_id, "date": 0}
    if message is not None:
        carrier = message.as_json(chat.about)
    query = {"id": query_id, "from": user, "message": carrier, "chat_instance": str(-chat.id), "data": data}
    return {"callback_query": query}


def member_change(chat: Json, by: Json, bot: Json, before: str, after: str, at: datetime) -> Json:
    """The bot's own standing in a chat changed: blocked, let in, put out."""
    return {
        "my_chat_member": {
            "chat": chat,
            "from": by,
            "date": int(at.timestamp()),
            "old_chat_member": _member(bot, before),
            "new_chat_member": _member(bot, after),
        }
    }


def _member(bot: Json, status: str) -> Json:
    member: Json = {"user": {key: bot[key] for key in ("id", "is_bot", "first_name", "username")}, "status": status}
    return member | ({"until_date": 0} if status == "kicked" else {})
