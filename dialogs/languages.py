"""The English names of languages, for a man who types which one he wants."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SOURCE_LANGUAGE = "en"
"""The language that the flows are written in."""

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "ar": "Arabic",
        "bn": "Bengali",
        "cy": "Welsh",
        "en": "English",
        "es": "Spanish",
        "fa": "Persian",
        "fr": "French",
        "ga": "Irish",
        "gd": "Gaelic",
        "gu": "Gujarati",
        "hi": "Hindi",
        "it": "Italian",
        "lt": "Lithuanian",
        "pa": "Punjabi",
        "pl": "Polish",
        "pt": "Portuguese",
        "ro": "Romanian",
        "sco": "Scots",
        "so": "Somali",
        "ta": "Tamil",
        "tr": "Turkish",
        "uk": "Ukrainian",
        "ur": "Urdu",
        "zh": "Chinese",
    }
)
