"""The judge: aiogram's models say what a request and an answer may hold; this file keeps the complaints."""

from __future__ import annotations

import functools
import json
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, Union, get_args, get_origin

import aiogram.methods
from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from pydantic import BaseModel, TypeAdapter, ValidationError

AnyMethod: TypeAlias = TelegramMethod[Any]


class Refused(Exception):
    """The Bot API's answer to a call it will not carry out."""

    def __init__(self, status: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after


def bad_request(what: str) -> Refused:
    """A 400 in Telegram's form."""
    return Refused(400, f"Bad Request: {what}")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a careful bot does not do. ``kind`` is a short fixed word, ``detail`` says what happened."""

    kind: str
    detail: str


class Problems:
    """The complaints so far."""

    def __init__(self) -> None:
        self.noted: list[Problem] = []

    def note(self, kind: str, detail: str) -> None:
        """Keep a complaint; the fixture fails the test with it at the end."""
        self.noted.append(Problem(kind, detail))

    def excuse(self, kind: str) -> tuple[Problem, ...]:
        """Take out and return the complaints of one kind: for a test that provokes them on purpose."""
        excused = tuple(problem for problem in self.noted if problem.kind == kind)
        self.noted = [problem for problem in self.noted if problem.kind != kind]
        return excused


def _all_methods() -> Iterator[type[AnyMethod]]:
    for name in aiogram.methods.__all__:
        candidate = getattr(aiogram.methods, name)
        if isinstance(candidate, type) and candidate is not TelegramMethod and issubclass(candidate, TelegramMethod):
            yield candidate


METHODS: Mapping[str, type[AnyMethod]] = {method.__api_method__.lower(): method for method in _all_methods()}


def given(value: Any) -> Any:
    """A parameter's value, or None where aiogram puts a stand-in for its own defaults."""
    return None if isinstance(value, Default) else value


def read_request(name: str, raw: Mapping[str, object], problems: Problems) -> AnyMethod:
    """Turn the fields of a request into aiogram's model of the method, noting whatever does not belong.

    Values may be typed (a JSON body) or text (a form); text that stands for a number, a truth value, a list
    or an object is JSON. Raises Refused (404) for an unknown method, (400) for values of a wrong type.
    """
    model = METHODS.get(name.lower())
    if model is None:
        problems.note("unknown-method", name)
        raise Refused(404, "Not Found: method not found")
    values = {}
    for key, value in raw.items():
        if key not in model.model_fields:
            problems.note("unknown-parameter", f"{name}: {key}")
            continue
        values[key] = _decoded(value) if isinstance(value, str) and not _is_text(model, key) else value
    try:
        call = model.model_validate_json(json.dumps(values), strict=True)
    except ValidationError as error:
        wrong = ", ".join(sorted({str(each["loc"][0]) if each["loc"] else "?" for each in error.errors()}))
        problems.note("wrong-type", f"{name}: {wrong}: {error}")
        raise bad_request(f"wrong or missing parameter: {wrong}") from None
    for path in _unknown_within(call):
        problems.note("unknown-parameter", f"{name}: {path}")
    return call


def _decoded(value: str) -> object:
    try:
        decoded: object = json.loads(value)
    except ValueError:
        return value
    return decoded


@functools.cache
def _is_text(model: type[AnyMethod], field: str) -> bool:
    annotation = model.model_fields[field].annotation
    union = get_origin(annotation) in {Union, types.UnionType}
    admitted = set(get_args(annotation)) if union else {annotation}
    return admitted - {type(None), Default} == {str}


def _unknown_within(value: object, path: str = "") -> Iterator[str]:
    """Paths of everything in a validated model that aiogram's models have no place for."""
    if isinstance(value, BaseModel):
        for name in value.model_extra or {}:
            yield f"{path}.{name}".lstrip(".")
        for name in type(value).model_fields:
            yield from _unknown_within(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _unknown_within(item, f"{path}[{number}]")


@functools.cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def check_emitted(kind: Any, value: object) -> None:
    """Raise AssertionError unless what the fake is about to emit is a ``kind`` of aiogram's, and no more."""
    try:
        read = _adapter(kind).validate_python(value)
    except ValidationError as error:
        raise AssertionError(f"the fake emits what Telegram does not: {error}") from error
    unknown = list(_unknown_within(read))
    if unknown:
        raise AssertionError(f"the fake emits fields Telegram does not have: {unknown}")
