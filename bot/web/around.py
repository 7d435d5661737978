"""What the page itself says, in the language of the chat: English, marked as such, where a translation is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final

from markupsafe import Markup

from bot.page_words import PAGE

SOURCE: Final = "en-GB"
"""The language in which everything is written first."""

# Languages written from right to left, by the first part of their codes.
_FROM_THE_RIGHT: Final = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "ku-arab", "nqo", "pa-arab", "prs", "ps", "sd", "syr", "ug", "ur", "yi")
)
_ENGLISH: Final = Markup('<span lang="{}" dir="ltr">{}</span>')


@dataclass(frozen=True, slots=True)
class Around:
    """The words of the page in one language. ``said`` has its translations by name, ``code`` is "" for English."""

    code: str = ""
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def lang(self) -> str:
        """The language for the ``lang`` attribute."""
        return self.code or SOURCE

    @property
    def dir(self) -> str:
        """The direction in which the language is written: ``ltr`` or ``rtl``."""
        code = self.code.lower().replace("_", "-")
        return "rtl" if not _FROM_THE_RIGHT.isdisjoint((code, code.partition("-")[0])) else "ltr"

    @property
    def path(self) -> str:
        """What follows the address of a page that is there in every language."""
        return f"/{self.code}" if self.code else ""

    def __call__(self, name: str, /, **slots: object) -> Markup:
        """The words of that name, as HTML, with their slots filled; KeyError for a name that there is not."""
        english = PAGE[f"page.{name}"]
        words = self.said.get(f"page.{name}", english)
        html = Markup(escape(words, quote=False)).format(**slots)  # noqa: S704 escaped but for quotes, it is no attribute
        return html if not self.code or words != english else _ENGLISH.format(SOURCE, html)

    def heard(self, name: str) -> frozenset[str]:
        """A list of words with commas between them, in this language and in English."""
        lists = PAGE[f"page.{name}"], self.said.get(f"page.{name}", "")
        return frozenset(word.strip().lower() for words in lists for word in words.split(",")) - {""}
