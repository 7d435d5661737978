"""The web chat: one page that works without JavaScript, better with it, and can be left in a blink."""

from bot.web.app import web_app

__all__ = ["web_app"]
