"""A standard: its sections and criteria, versioned, as data that stewards may replace by their own. Pure once read.

The shipped one lies in data/standards. Its words are this project's own: never quote them as the Standards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from service_directory.fields import Fields, Rejection

#: The four sections, and the two of them that the rule "recorded as meeting" asks for.
SECTIONS = ("LG", "AE", "SD", "OE")
ACCESS, DELIVERY = "AE", "SD"
REQUIRED = (ACCESS, DELIVERY)

_FORMAT = 1
_SHIPPED = "mdan-da-1.yaml"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to be judged: its words, what would show it, and what it tells a man."""

    code: str
    text: str
    evidence: str
    tells: str
    essential: bool


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    title: str
    aim: str
    criteria: tuple[Criterion, ...]

    @property
    def essential(self) -> tuple[str, ...]:
        """The criteria that must be met for the section to count."""
        return tuple(criterion.code for criterion in self.criteria if criterion.essential)


@dataclass(frozen=True, slots=True)
class Standard:
    """One version of a standard.

    `wording` says whose words it holds. `counts`: attestations under it are accepted by the rule. `replaces` are
    the older versions that it puts out of use.
    """

    code: str
    version: str
    title: str
    wording: str
    counts: bool
    replaces: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def id(self) -> str:
        return standard_id(self.code, self.version)

    @property
    def essential(self) -> Mapping[str, tuple[str, ...]]:
        """The criteria that must be met, by section."""
        return MappingProxyType({section.code: section.essential for section in self.sections})

    def criteria(self, section: str) -> tuple[str, ...]:
        """The codes of a section's criteria; none for a section that it does not have."""
        return next((tuple(one.code for one in of.criteria) for of in self.sections if of.code == section), ())


class StandardError(ValueError):
    """A standard cannot be read; `mistakes` names each thing to put right."""

    def __init__(self, mistakes: Iterable[Rejection]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(str(one) for one in self.mistakes))


#: Every standard that is known, by its id.
Standards = Mapping[str, Standard]


def standard_id(code: str, version: str) -> str:
    return f"{code}/{version}"


@cache
def shipped() -> Standard:
    """The standard that comes with the program."""
    text = (files("service_directory") / "data" / "standards" / _SHIPPED).read_text(encoding="utf-8")
    # Ten times as quick, where PyYAML was built with libyaml; not for files of others, which may be nested too deeply.
    loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return read_standard(yaml.load(text, Loader=loader))  # noqa: S506 (a safe loader)


def read_standard(source: str | Mapping[str, Any]) -> Standard:
    """Read a standard: its YAML text, or the same already read. Raises StandardError."""
    try:
        values = yaml.safe_load(source) if isinstance(source, str) else source
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise StandardError([Rejection("the standard", "", "cannot be read as YAML")]) from error
    if not isinstance(values, Mapping):
        raise StandardError([Rejection("the standard", "", "must begin with “standard: 1”")])
    problems: list[Rejection] = []
    top = Fields("the standard", values, date.min, False, problems)
    if not top.has("standard") or values["standard"] != _FORMAT:
        top.reject("standard", "must be 1, the format this program reads")
    made = Standard(
        code=top.text("code", longest=32, required=True),
        version=top.text("version", longest=32, required=True),
        title=top.text("title", longest=120, required=True),
        wording=top.text("wording", required=True),
        counts=top.flag("counts", default=False),
        replaces=tuple(str(version) for version in top.items("replaces")),
        sections=tuple(_section(section) for section in top.parts("sections")),
    )
    top.finish()
    _complete(top, made)
    if problems:
        raise StandardError(problems)
    return made


def _section(fields: Fields) -> Section:
    code = fields.choice("code", SECTIONS)
    section = Section(
        code=code,
        title=fields.text("title", longest=120, required=True),
        aim=fields.text("aim"),
        criteria=tuple(_criterion(criterion, code) for criterion in fields.parts("criteria")),
    )
    codes = [criterion.code for criterion in section.criteria]
    if len(codes) != len(set(codes)):
        fields.reject("criteria", "two of them have the same code")
    fields.finish()
    return section


def _criterion(fields: Fields, section: str) -> Criterion:
    code = fields.text("code", longest=32, required=True)
    if code and not (code.startswith(section) and code[len(section) :].isdigit()):
        fields.reject("code", f"“{code}” must be {section} and a number, such as {section}1")
    criterion = Criterion(
        code=code,
        text=fields.text("text", required=True),
        evidence=fields.text("evidence"),
        tells=fields.text("tells"),
        essential=fields.flag("essential", default=False),
    )
    fields.finish()
    return criterion


def _complete(top: Fields, standard: Standard) -> None:
    """A standard that counts must leave the rule something to ask in both sections: fail closed, not open."""
    for name, value in (("code", standard.code), ("version", standard.version)):
        if value and not re.fullmatch(r"[A-Za-z0-9._-]+", value):
            top.reject(name, "may hold letters, digits, dots and hyphens")
    codes = [section.code for section in standard.sections]
    if sorted(codes) != sorted(SECTIONS):
        top.reject("sections", f"must be {', '.join(SECTIONS)}, each once")
    for section in REQUIRED:
        if standard.counts and section in codes and not standard.essential[section]:
            top.reject("sections", f"{section} has no essential criterion, so that anything would meet it")
