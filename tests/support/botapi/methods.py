"""What each method of the Bot API does, and when it refuses."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiogram import methods as api
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)

from tests.support.botapi.chats import Chat, Message, checked_keyboard, text_content
from tests.support.botapi.manners import PRYING, watch_text
from tests.support.botapi.oracle import AnyMethod, Refused, bad_request, given
from tests.support.botapi.webhook import Target

if TYPE_CHECKING:
    from tests.support.botapi.server import FakeBotApi

Json = dict[str, Any]

TAP_WAITS = timedelta(seconds=15)
DELETE_AT_ONCE = 100
ACTIONS = frozenset({"typing", "upload_photo", "upload_document", "find_location", "choose_sticker"})
WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_NO_LONGER = "message can't be deleted for everyone"


class Methods:
    """Carries out calls on the world of a :class:`FakeBotApi`. Every method raises Refused as Telegram would."""

    def __init__(self, world: FakeBotApi) -> None:
        self._world = world
        profile = world.profile
        self._immediate: Mapping[type[AnyMethod], Callable[[Any], object]] = {
            api.GetMe: lambda call: world.me,
            api.SendMessage: self.send_message,
            api.EditMessageText: self.edit_message_text,
            api.EditMessageReplyMarkup: self.edit_message_reply_markup,
            api.DeleteMessage: self.delete_message,
            api.DeleteMessages: self.delete_messages,
            api.AnswerCallbackQuery: self.answer_callback_query,
            api.SendChatAction: self.send_chat_action,
            api.LeaveChat: self.leave_chat,
            api.GetWebhookInfo: lambda call: world.webhook.info(),
            api.SetMyCommands: profile.set_commands,
            api.GetMyCommands: profile.get_commands,
            api.SetMyName: profile.set_name,
            api.SetMyDescription: profile.set_description,
            api.SetMyShortDescription: profile.set_short_description,
            api.SetChatMenuButton: profile.set_menu_button,
        }
        self._waiting: Mapping[type[AnyMethod], Callable[[Any], Awaitable[object]]] = {
            api.GetUpdates: self.get_updates,
            api.SetWebhook: self.set_webhook,
            api.DeleteWebhook: self.delete_webhook,
        }

    async def carry_out(self, call: AnyMethod) -> object:
        """The result of a call, as JSON would hold it. Raises Refused."""
        kind = type(call)
        if kind.__api_method__ in PRYING:
            self._world.note("privacy", f"{kind.__api_method__}: asks for more than he chose to send")
            raise Refused(403, f"Forbidden: {kind.__api_method__} breaches his privacy and is refused here")
        if kind in self._waiting:
            return await self._waiting[kind](call)
        if kind not in self._immediate:
            self._world.note("unknown-method", f"{kind.__api_method__}: the fake has no such method")
            raise Refused(404, "Not Found: method not found")
        return self._immediate[kind](call)

    # Messages

    def send_message(self, call: api.SendMessage) -> Json:
        """A new message from the bot."""
        chat = self._chat(call.chat_id)
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

    def _chat(self, chat_id: int | str | None) -> Chat:
        chat = self._world.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def _editable(self, chat_id: int | str | None, message_id: int | None) -> tuple[Chat, Message]:
        chat = self._chat(chat_id)
        chat.check_can_hear()
        message = chat.standing.get(message_id or 0)
        if message is None:
            raise bad_request("message to edit not found")
        if not message.from_bot:
            raise bad_request("message can't be edited")
        return chat, message

    def _deletable(self, chat_id: int | str) -> Chat:
        # Being blocked does not keep a bot from deleting: Telegram asks only whether the account lives.
        chat = self._chat(chat_id)
        if chat.deactivated:
            raise Refused(403, "Forbidden: user is deactivated")
        return chat

    def send_chat_action(self, call: api.SendChatAction) -> bool:
        """`typing ...` above the chat."""
        self._chat(call.chat_id).check_can_hear()
        if call.action not in ACTIONS:
            raise bad_request("wrong parameter action in request")
        return True

    def leave_chat(self, call: api.LeaveChat) -> bool:
        """The bot goes out of a group; Telegram tells it so."""
        chat = self._chat(call.chat_id)
        if chat.private:
            raise bad_request("chat member status can't be changed in private chats")
        chat.check_can_hear()
        self._world.bot_is_out(chat)
        return True

    def answer_callback_query(self, call: api.AnswerCallbackQuery) -> bool:
        """The end of the spinner on a tapped button: once, and within 15 seconds."""
        tap = self._world.taps.get(call.callback_query_id)
        if tap is None:
            raise bad_request(_TOO_OLD)
        tap.tried = True
        if len(call.text or "") > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        if tap.answered or self._world.now() - tap.at > TAP_WAITS:
            raise bad_request(_TOO_OLD)
        tap.answered, tap.answer, tap.alert = True, call.text, bool(call.show_alert)
        return True

    # Updates

    async def get_updates(self, call: api.GetUpdates) -> list[Json]:
        """What has come since ``offset``."""
        queue = self._world.queue
        webhook = self._world.webhook.target is not None
        if not webhook:
            self._want(call.allowed_updates)
        else:
            self._world.note("two-pollers", "getUpdates while a webhook is set")
        limit = 100 if call.limit is None else call.limit
        return await queue.poll(offset=call.offset or 0, limit=limit, seconds=call.timeout or 0, webhook=webhook)

    async def set_webhook(self, call: api.SetWebhook) -> bool:
        """Updates go to a URL from now on; an empty one means getUpdates again."""
        self._drop_pending(call.drop_pending_updates)
        if not call.url:
            await self._world.webhook.aim(None)
            return True
        if not call.secret_token:
            self._world.note("no-secret", "setWebhook: without secret_token anybody may speak for Telegram")
        elif not _SECRET.fullmatch(call.secret_token):
            raise bad_request("secret token contains unallowed characters")
        _check_target(call.url)
        if self._world.token in call.url:
            self._world.note("leak", "setWebhook: the bot's token in the address")
        self._want(call.allowed_updates)
        connections = 40 if call.max_connections is None else min(max(call.max_connections, 1), 100)
        target = Target(call.url, call.secret_token, connections, tuple(call.allowed_updates or ()))
        if target != self._world.webhook.target:
            await self._world.webhook.aim(target)
        return True

    async def delete_webhook(self, call: api.DeleteWebhook) -> bool:
        """Back to getUpdates."""
        self._drop_pending(call.drop_pending_updates)
        await self._world.webhook.aim(None)
        return True

    def _want(self, kinds: list[str] | None) -> None:
        for kind in set(kinds or ()) - set(Update.model_fields):
            self._world.note("wrong-type", f"allowed_updates: Telegram has no {kind!r}")
        self._world.queue.want(kinds)

    def _drop_pending(self, drop: bool | None) -> None:
        if drop:
            self._world.note("drop-pending", "drop_pending_updates throws away what people wrote")
            self._world.queue.forget_all()


def _check_target(url: str) -> None:
    """Telegram wants https on four ports; a machine's own address may be plain, as in the server's local mode."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise bad_request("bad webhook: invalid URL") from None
    if parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}:
        return
    if parts.scheme != "https" or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in WEBHOOK_PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def _keyboard(markup: InlineKeyboardMarkup | None) -> list[list[Json]] | None:
    if markup is None:
        return None
    told = markup.model_dump(mode="json", exclude_none=True)["inline_keyboard"]
    known = InlineKeyboardButton.model_fields
    return checked_keyboard([[{key: button[key] for key in button if key in known} for button in row] for row in told])


def _previews(call: api.SendMessage | api.EditMessageText) -> bool:
    options = given(call.link_preview_options)
    return not (isinstance(options, LinkPreviewOptions) and options.is_disabled is True)
