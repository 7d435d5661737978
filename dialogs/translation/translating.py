"""A book in another language: its catalogue put in, and English wherever the catalogue cannot be trusted.

Nothing here ever stops a check: a correction to the English must go out whatever the translations are like. So a text
that is missing, out of date or unfit is said in English, and a warning tells which; and a language that nobody has
reviewed is not offered at all (dialogs.translation.tongues).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from rapidfuzz import fuzz, process

from dialogs.book import Book
from dialogs.known import Known
from dialogs.spans import Span
from dialogs.steps import Ask, Locate, Step
from dialogs.translation.catalogues import Catalogue
from dialogs.translation.fitting import Unfit, clash, english_too, misheard, sounds_of, unfit
from dialogs.translation.messages import Interpreter, Message, messages, respoken
from dialogs.understanding import normalise
from dialogs.words import Words

_NOTHING_KNOWN = Known()
# Alike enough, of 100, to be one text before and after an edit.
_ALIKE = 60.0
# What stands on these controls' buttons can be typed, and further words with it.
_CONTROLS = {"skip": "skip", "why": "why", "back": "back", "start_again": "start_again", "none": "none_of_these"}
# The program's own buttons that stand beside the options of every question.
_EVERYWHERE = ("button.leave", "button.urgent")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is said in English because its translation is unfit. `span` is the English, None for what stands in no
    flow; `line` is the translation's in the catalogue."""

    unfit: Unfit
    span: Span | None
    line: int


@dataclass(frozen=True, slots=True)
class Translation:
    """A book in another language, and what of it is said in English all the same.

    `outdated`: the English was changed since it was translated, or a translator was in doubt. `missing`: never
    translated. Each message once, in the order of the book; `of` is how many there are.
    """

    book: Book
    faults: tuple[Fault, ...]
    outdated: tuple[Message, ...]
    missing: tuple[Message, ...]
    of: int


def in_language(book: Book, catalogue: Catalogue, known: Known = _NOTHING_KNOWN) -> Book:
    """The whole book in the catalogue's language, English where a translation is missing, out of date or unfit."""
    return translate(book, catalogue, known).book


def translate(book: Book, catalogue: Catalogue, known: Known = _NOTHING_KNOWN) -> Translation:
    """The same, telling what is said in English."""
    translator = _Translator(book, catalogue, known)
    translated = respoken(book, translator)
    wanted: dict[tuple[str, str], Message] = {}
    for message in messages(book):
        wanted.setdefault(message.key, message)
    outdated, missing = _untranslated(tuple(wanted.values()), catalogue)
    return Translation(
        book=replace(translated, name=catalogue.name, tongues=MappingProxyType({})),
        faults=tuple(translator.faults.values()),
        outdated=outdated,
        missing=missing,
        of=len(wanted),
    )


class _Translator(Interpreter):
    """Says what the catalogue says, where that may be said."""

    def __init__(self, book: Book, catalogue: Catalogue, known: Known) -> None:
        self.faults: dict[tuple[str, str], Fault] = {}
        self._catalogue = catalogue
        self._leaves = known.leaves
        # Without any test of first lines none is asked for; with one, a language that it cannot judge passes none.
        self._bland = _anything if known.bland is None else known.bland_in.get(catalogue.language)
        # What options are said by as they are written: an option that is not translated goes on being said so.
        self._options = frozenset(_sounds_of_options(book))
        # What an option must not be said by: the controls of every question.
        self._taken: frozenset[str] = frozenset()

    def say(self, message: Message) -> str:
        entry = self._catalogue.entries.get(message.key)
        if entry is None or entry.doubtful or not entry.text.strip():
            return message.source
        said = entry.text.strip()
        # The way out may be said by its own name.
        leaves = None if message.place.startswith("around/") else self._leaves
        wrong = None if said == message.source else unfit(message, said, bland=self._bland, leaves=leaves)
        if wrong is None:
            return said
        self.faults.setdefault(message.key, Fault(wrong, message.span, entry.line))
        return message.source

    def words(self, written: Words, said: Words) -> Words:
        before, after = _controls(written), _controls(said)
        done = _Control("done", said.done)
        answers = _Control("yes", "", said.yes_typed), _Control("no", "", said.no_typed)
        taken = self._options.difference(*map(sounds_of, before))
        if sound := clash([*after, done], taken) or clash(answers, ()):
            self._clash("words", f"`{sound}` says two things at a question", None)
            said, after, done = written, before, _Control("done", written.done)
        typed = english_too(after, before, sounds_of(done))
        heard = [replace(control, words=words) for control, words in zip(after, typed, strict=True)]
        self._taken = frozenset(sound for control in (*heard, done) for sound in sounds_of(control))
        changed: dict[str, Any] = {f"{control.id}_typed": control.words for control in heard}
        for name in ("yes_typed", "no_typed", "joining", "denying"):
            changed[name] = tuple(dict.fromkeys((*getattr(said, name), *getattr(written, name))))
        return replace(said, **changed)

    def around(self, written: Mapping[str, str], said: Mapping[str, str]) -> Mapping[str, str]:
        labels = [normalise(text) for name, text in said.items() if name.startswith("button.")]
        changed = (said[name] for name in _EVERYWHERE if name in said and said[name] != written[name])
        if len(set(labels)) != len(labels) or not self._options.isdisjoint(map(normalise, changed)):
            self._clash("around", "One of the program's own buttons looks like another button", None)
            said = written
        self._taken |= {normalise(words[name]) for words in (written, said) for name in _EVERYWHERE if name in words}
        return said

    def step(self, written: Step, said: Step) -> Step:
        if (
            not isinstance(said, Ask | Locate)
            or not isinstance(written, Ask | Locate)
            or said.options == written.options
        ):
            return said
        typed = english_too(said.options, written.options, self._taken)
        options = tuple(replace(option, words=words) for option, words in zip(said.options, typed, strict=True))
        if sound := clash(said.options, self._taken) or misheard(options):
            self._clash(f"{written.span}", f"`{sound}` says two things at step `{written.id}`", written.span)
            return replace(said, options=written.options)
        return replace(said, options=options)

    def _clash(self, what: str, sentence: str, span: Span | None) -> None:
        self.faults.setdefault(("", what), Fault(Unfit("F257", f"{sentence} in translation."), span, 1))


@dataclass(frozen=True, slots=True)
class _Control:
    id: str
    label: str
    words: tuple[str, ...] = ()
    shown: bool = True


def _controls(words: Words) -> tuple[_Control, ...]:
    return tuple(
        _Control(name, getattr(words, button), getattr(words, f"{name}_typed")) for name, button in _CONTROLS.items()
    )


def _sounds_of_options(book: Book) -> Iterator[str]:
    for flow in book.flows.values():
        for step in flow.steps.values():
            if isinstance(step, Ask | Locate):
                for option in step.options:
                    yield from sounds_of(option)


def _anything(line: str) -> bool:
    return True


def _untranslated(wanted: Sequence[Message], catalogue: Catalogue) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """The messages that are outdated, and those that are missing."""
    keys = {message.key for message in wanted}
    left_over: dict[str, list[str]] = {}
    for (context, source), entry in catalogue.entries.items():
        if (context, source) not in keys and entry.text:
            left_over.setdefault(context, []).append(source)
    outdated: list[Message] = []
    missing: list[Message] = []
    for message in wanted:
        found = catalogue.entries.get(message.key)
        if found is None:
            (outdated if _was(message, left_over) else missing).append(message)
        elif found.doubtful:
            outdated.append(message)
        elif not found.text.strip():
            missing.append(message)
    return tuple(outdated), tuple(missing)


def _was(message: Message, left_over: Mapping[str, Sequence[str]]) -> bool:
    """Whether a translation of what this message said before an edit is still there."""
    before = left_over.get(message.context, ())
    return process.extractOne(message.source, before, scorer=fuzz.ratio, score_cutoff=_ALIKE) is not None
