"""Sending, editing and deleting messages: what the Bot API does and when it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiogram import methods as api
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from tests.support.botapi.chats import Chat, Message, checked_keyboard, text_content
from tests.support.botapi.manners import watch_text
from tests.support.botapi.oracle import Refused, bad_request, given

if TYPE_CHECKING:
    from tests.support.botapi.server import FakeBotApi

Json = dict[str, Any]

DELETE_AT_ONCE = 100
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_NO_LONGER = "message can't be deleted for everyone"


class Messages:
    """The methods about messages. Every one raises Refused as Telegram would."""

    def __init__(self, world: FakeBotApi) -> None:
        self._world = world

    def send_message(self, call: api.SendMessage) -> Json:
        """A new message from the bot."""
        chat = self._world.chat(call.chat_id)
        if not chat.written_to and chat.private:
            self._world.note("wrote-first", "sendMessage: to a man who has not written")
        chat.check_can_hear()
        content = self._content(chat, call)
        keyboard = None
        if isinstance(call.reply_markup, InlineKeyboardMarkup):
            keyboard = _keyboard(call.reply_markup)
        reply = call.reply_parameters
        if reply and not given(reply.allow_sending_without_reply) and reply.message_id not in chat.standing:
            raise bad_request("message to be replied not found")
        protected = bool(given(call.protect_content))
        if protected:
            self._world.note("protected", "sendMessage: protect_content locks numbers he may need to keep")
        message = chat.put(self._world.sender, self._world.now(), content)
        message.keyboard, message.protected = keyboard, protected
        message.silent = bool(call.disable_notification)
        message.link_preview = _previews(call)
        chat.notified.append(message.shown())
        chat.told.append(message.shown())
        if isinstance(call.reply_markup, ReplyKeyboardMarkup):
            chat.reply_keyboard = tuple(button.text for row in call.reply_markup.keyboard for button in row)
        elif isinstance(call.reply_markup, ReplyKeyboardRemove):
            chat.reply_keyboard = ()
        return message.as_json(chat.about)

    def edit_message_text(self, call: api.EditMessageText) -> Json:
        """Other words and other buttons on a message of the bot's; nobody is notified."""
        chat, message = self._editable(call.chat_id, call.message_id)
        return self._edit(chat, message, self._content(chat, call), call.reply_markup, _previews(call))

    def edit_message_reply_markup(self, call: api.EditMessageReplyMarkup) -> Json:
        """Other buttons, or none."""
        chat, message = self._editable(call.chat_id, call.message_id)
        return self._edit(chat, message, message.content, call.reply_markup, message.link_preview)

    def _edit(
        self, chat: Chat, message: Message, content: Json, markup: InlineKeyboardMarkup | None, preview: bool
    ) -> Json:
        keyboard = _keyboard(markup)
        if (content, keyboard) == (message.content, message.keyboard):
            raise bad_request(_NOT_MODIFIED)
        message.content, message.keyboard, message.link_preview = content, keyboard, preview
        message.edited_at = self._world.now()
        chat.told.append(message.shown())
        return message.as_json(chat.about)

    def delete_message(self, call: api.DeleteMessage) -> bool:
        """One message gone on both sides, if it may be."""
        chat = self._deletable(call.chat_id)
        message = chat.standing.get(call.message_id)
        if message is None:
            raise bad_request("message to delete not found")
        if not chat.may_delete(message, self._world.now()):
            raise bad_request(_NO_LONGER)
        chat.remove(message.id)
        return True

    def delete_messages(self, call: api.DeleteMessages) -> bool:
        """All of them or, when one may not be deleted, none; unknown ids are passed over."""
        chat = self._deletable(call.chat_id)
        if not call.message_ids:
            raise bad_request("message identifiers are not specified")
        if len(call.message_ids) > DELETE_AT_ONCE:
            self._world.note("too-many-ids", f"deleteMessages: {len(call.message_ids)} ids")
            raise bad_request("too many message identifiers specified")
        if any(not 0 < number < 2**31 for number in call.message_ids):
            raise bad_request("invalid message identifier specified")
        found = {number: chat.standing[number] for number in call.message_ids if number in chat.standing}
        if not all(chat.may_delete(message, self._world.now()) for message in found.values()):
            raise bad_request(_NO_LONGER)
        for number in found:
            chat.remove(number)
        return True

    def _content(self, chat: Chat, call: api.SendMessage | api.EditMessageText) -> Json:
        if call.text is None:
            raise bad_request("message text is empty")
        parse_mode = given(call.parse_mode)
        watch_text(
            self._world.problems_noted, call.__api_method__, chat, call.text,
            token=self._world.token, preview=_previews(call), parse_mode=parse_mode,
        )  # fmt: skip
        entities = None
        if call.entities is not None:
            entities = [entity.model_dump(mode="json", exclude_none=True) for entity in call.entities]
        return text_content(call.text, entities)

    def _editable(self, chat_id: int | str | None, message_id: int | None) -> tuple[Chat, Message]:
        chat = self._world.chat(chat_id)
        chat.check_can_hear()
        message = chat.standing.get(message_id or 0)
        if message is None:
            raise bad_request("message to edit not found")
        if not message.from_bot:
            raise bad_request("message can't be edited")
        return chat, message

    def _deletable(self, chat_id: int | str) -> Chat:
        # Being blocked does not keep a bot from deleting: Telegram asks only whether the account lives.
        chat = self._world.chat(chat_id)
        if chat.deactivated:
            raise Refused(403, "Forbidden: user is deactivated")
        return chat


def _keyboard(markup: InlineKeyboardMarkup | None) -> list[list[Json]] | None:
    if markup is None:
        return None
    told = markup.model_dump(mode="json", exclude_none=True)["inline_keyboard"]
    known = InlineKeyboardButton.model_fields
    return checked_keyboard([[{key: button[key] for key in button if key in known} for button in row] for row in told])


def _previews(call: api.SendMessage | api.EditMessageText) -> bool:
    options = given(call.link_preview_options)
    return not (isinstance(options, LinkPreviewOptions) and options.is_disabled is True)
