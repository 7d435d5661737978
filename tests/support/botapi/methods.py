"""What each method of the Bot API does, and when it refuses."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiogram import methods as api
from aiogram.types import Update

from tests.support.botapi.manners import PRYING
from tests.support.botapi.messages import Messages
from tests.support.botapi.oracle import AnyMethod, Refused, bad_request
from tests.support.botapi.webhook import Target

if TYPE_CHECKING:
    from tests.support.botapi.server import FakeBotApi

Json = dict[str, Any]

TAP_WAITS = timedelta(seconds=15)
ACTIONS = frozenset({"typing", "upload_photo", "upload_document", "find_location", "choose_sticker"})
WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Methods:
    """Carries out calls on the world of a :class:`FakeBotApi`. Every method raises Refused as Telegram would."""

    def __init__(self, world: FakeBotApi) -> None:
        self._world = world
        messages, profile = Messages(world), world.profile
        self._immediate: Mapping[type[AnyMethod], Callable[[Any], object]] = {
            api.GetMe: lambda call: world.me,
            api.SendMessage: messages.send_message,
            api.EditMessageText: messages.edit_message_text,
            api.EditMessageReplyMarkup: messages.edit_message_reply_markup,
            api.DeleteMessage: messages.delete_message,
            api.DeleteMessages: messages.delete_messages,
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

    # Chats and taps

    def send_chat_action(self, call: api.SendChatAction) -> bool:
        """`typing ...` above the chat."""
        self._world.chat(call.chat_id).check_can_hear()
        if call.action not in ACTIONS:
            raise bad_request("wrong parameter action in request")
        return True

    def leave_chat(self, call: api.LeaveChat) -> bool:
        """The bot goes out of a group; Telegram tells it so."""
        chat = self._world.chat(call.chat_id)
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
