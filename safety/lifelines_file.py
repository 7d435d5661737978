"""Reading lifelines.yaml, and refusing what must not be given to anyone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import phonenumbers
import yaml
from opening_hours import validate

from safety.lifeline import NATIONS, Lifeline, LifelineError, Source, with_dates
from safety.yaml_text import read_yaml

_SHORT_CODES: Final = frozenset({"999", "101", "111", "116123", "85258", "18000"})
_SHOWN: Final = frozenset("ABC")
_WAYS: Final = frozenset({"text", "whatsapp", "email", "chat", "bsl", "relay"})
_RELAYED: Final = re.compile(r"1800[01](?: |$)")


def read(path: Path | None) -> dict[str, Any]:
    source = files("safety") / "lifelines.yaml" if path is None else path
    try:
        document = read_yaml(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LifelineError(f"The lifelines file {path} cannot be read: {error}") from error
    missing = {"lifelines", "any_hour", "retired"} - set(document if isinstance(document, dict) else ())
    if missing:
        raise LifelineError(f"The lifelines file has no {', no '.join(sorted(missing))}.")
    return dict(document)


def entries(document: Mapping[str, Any], retired: Mapping[str, str]) -> dict[str, Lifeline]:
    by_key: dict[str, Lifeline] = {}
    for entry in document["lifelines"]:
        key = str(entry.get("key", "")) if isinstance(entry, dict) else ""
        try:
            line = _entry(entry)
        except (KeyError, TypeError, AttributeError) as error:
            raise LifelineError(f"Lifeline `{key or entry}` is not complete: {error}.") from error
        _check(line, retired)
        if key in by_key or key in {"helpline", "any_hour"}:
            raise LifelineError(f"Two lifelines are called `{key}`.")
        by_key[key] = line
    return by_key


def _entry(entry: Mapping[str, Any]) -> Lifeline:
    number = str(entry["number"])
    return Lifeline(
        key=str(entry["key"]),
        name=str(entry["name"]),
        short=str(entry["short"]),
        what=str(entry["what"]),
        number=number,
        use=str(entry.get("use", "{number}")),
        serves=str(entry.get("serves", "")),
        nations=tuple(entry["nations"]),
        free=entry.get("free", False) is True,
        hours=entry["hours"],
        hours_confidence=entry["hours_confidence"],
        hours_checked=entry["hours_checked"],
        confidence=str(entry["confidence"]),
        check=str(entry.get("check", "ring")),
        rung=entry["rung"],
        words=entry.get("words"),
        ways={str(way): str(where) for way, where in entry.get("ways", {}).items()},
        sources=tuple(Source(str(source["url"]), source["seen"], source["dated"]) for source in entry["sources"]),
    )


def _check(line: Lifeline, retired: Mapping[str, str]) -> None:
    """LifelineError, naming the lifeline, when it must not be shown to anyone as it stands."""
    wrong = None
    if line.confidence not in _SHOWN:
        wrong = "has a confidence other than A, B or C: move it to `withheld`"
    elif digits(line.number) in retired:
        wrong = f"has {retired[digits(line.number)]}"
    elif digits(line.number) not in _SHORT_CODES and parsed(line.number) is None:
        wrong = f"has {line.number}, which is no UK number"
    elif not line.nations or not NATIONS.issuperset(line.nations):
        wrong = "names a nation that there is not"
    elif line.check not in {"ring", "read"}:
        wrong = "is checked neither by ringing nor by reading"
    elif not line.sources:
        wrong = "says no source"
    elif line.hours is not None and not _understood(line.hours):
        wrong = f"has hours that cannot be understood: {line.hours}"
    elif (line.hours is None) != (line.hours_confidence is None):
        wrong = "has hours without a confidence, or a confidence without hours"
    elif way := next((way for way, where in line.ways.items() if not _is_way(way, where)), None):
        wrong = f"can be reached by {way} in no way that we know: {line.ways[way]}"
    if wrong:
        raise LifelineError(f"Lifeline `{line.key}` {wrong}.")


def _understood(hours: str) -> bool:
    try:
        return validate(with_dates(hours, tuple(sorted(NATIONS)), 2026))
    except LifelineError:
        return False


def _is_way(way: str, where: str) -> bool:
    """Whether this is a way to reach somebody: a number that can be, an address, or words."""
    match way:
        case "text" | "whatsapp":
            return digits(where) in _SHORT_CODES or parsed(where) is not None
        case "email":
            return re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]+", where) is not None
        case "relay":
            return _RELAYED.match(where) is not None
        case _:
            return way in _WAYS and bool(where.strip())


def digits(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit())


def parsed(number: str) -> phonenumbers.PhoneNumber | None:
    """The number if it is a UK telephone number that anyone may be sent to: premium rate is not."""
    try:
        parsed = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return None
    if parsed.country_code != 44 or not phonenumbers.is_valid_number(parsed):
        return None
    premium = phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.PREMIUM_RATE
    return None if premium else parsed
