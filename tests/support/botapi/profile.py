"""What setMyCommands, setMyDescription and the like leave behind: the bot as people find it."""

from __future__ import annotations

import re
from typing import Any

from aiogram import methods as api

from tests.support.botapi.oracle import bad_request

Json = dict[str, Any]

COMMANDS = 100
COMMAND_DESCRIPTION = 256
DESCRIPTION = 512
SHORT_DESCRIPTION = 120
NAME = 64
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")


class Profile:
    """Texts by language code ("" for everybody) and commands by (scope type, language code)."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.menu_button: Json = {"type": "default"}

    def set_commands(self, call: api.SetMyCommands) -> bool:
        """Raises Refused (400) for a name or description Telegram would not take."""
        if len(call.commands) > COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in call.commands:
            if not _COMMAND.fullmatch(command.command.removeprefix("/")):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(command.description) <= COMMAND_DESCRIPTION:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[_audience(call)] = [
            {"command": each.command.removeprefix("/"), "description": each.description} for each in call.commands
        ]
        return True

    def get_commands(self, call: api.GetMyCommands) -> list[Json]:
        """The commands of exactly this scope and language."""
        return self.commands.get(_audience(call), [])

    def set_name(self, call: api.SetMyName) -> bool:
        """Raises Refused (400) for a name over 64 characters."""
        return _keep(self.names, call.name, call.language_code, NAME)

    def set_description(self, call: api.SetMyDescription) -> bool:
        """Raises Refused (400) for a description over 512 characters."""
        return _keep(self.descriptions, call.description, call.language_code, DESCRIPTION)

    def set_short_description(self, call: api.SetMyShortDescription) -> bool:
        """Raises Refused (400) for a short description over 120 characters."""
        return _keep(self.short_descriptions, call.short_description, call.language_code, SHORT_DESCRIPTION)

    def set_menu_button(self, call: api.SetChatMenuButton) -> bool:
        """Which button stands beside the input field."""
        self.menu_button = {"type": str(call.menu_button.type)} if call.menu_button else {"type": "default"}
        return True


def _audience(call: api.SetMyCommands | api.GetMyCommands) -> tuple[str, str]:
    return str(call.scope.type) if call.scope else "default", _language(call.language_code)


def _language(code: str | None) -> str:
    if code and not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code or ""


def _keep(where: dict[str, str], text: str | None, language: str | None, limit: int) -> bool:
    if len(text or "") > limit:
        raise bad_request("text is too long")
    where[_language(language)] = text or ""
    return True
