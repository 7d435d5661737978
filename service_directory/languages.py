"""The names of the languages that services in the UK most often speak, by ISO 639 code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LANGUAGES: Mapping[str, str] = MappingProxyType(
    {
        "ar": "Arabic",
        "bfi": "British Sign Language",
        "bg": "Bulgarian",
        "bn": "Bengali",
        "cy": "Welsh",
        "el": "Greek",
        "en": "English",
        "es": "Spanish",
        "fa": "Farsi",
        "fr": "French",
        "ga": "Irish",
        "gd": "Gaelic",
        "gu": "Gujarati",
        "hi": "Hindi",
        "hu": "Hungarian",
        "it": "Italian",
        "ku": "Kurdish",
        "lt": "Lithuanian",
        "pa": "Punjabi",
        "pl": "Polish",
        "ps": "Pashto",
        "pt": "Portuguese",
        "ro": "Romanian",
        "ru": "Russian",
        "so": "Somali",
        "sq": "Albanian",
        "ta": "Tamil",
        "ti": "Tigrinya",
        "tr": "Turkish",
        "uk": "Ukrainian",
        "ur": "Urdu",
        "vi": "Vietnamese",
        "zh": "Chinese",
    }
)
