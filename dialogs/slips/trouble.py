"""Where YAML's parser stopped, and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import yaml

# Spaces that look like one and are none to YAML: they come from word processors and web pages.
FALSE_SPACES = "\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200C))) + "\u202f\u205f\u3000\ufeff"
AFTER_BAR = "Put the text after `|` on a line of its own, or in straight quotes."
OR_AFTER_BAR = " If it is part of a text: put the text after `|` on a line of its own, or in straight quotes."
# `name:` at the beginning of a line, alone or with a value.
KEY = re.compile(r"[ \t]*(?:- +)?(\w[\w.]*|\"[^\"]*\"|'[^']*'):(?=[ \t]|$)")
# The same in the spelling that entries have: all lower case. A text seldom begins like that.
ENTRY = re.compile(r"[ \t]*(?:- +)?([a-z_]+):(?=[ \t]|$)")
_BLOCK_SIGN = re.compile(r":[ \t]+[|>][+-]?\d?[ \t]*(#.*)?$")


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong and what to do, with its place. Lines and columns count from one.

    `because` is a further place that explains it, and why it does; None for none.
    """

    line: int
    column: int
    width: int
    message: str
    hint: str
    because: tuple[int, int, str] | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Where the parser stopped (`number` and `column`), and where the part began that it was reading (`began`).

    Lines and columns count from nought here. `problem` and `context` are the parser's own words.
    """

    lines: Sequence[str]
    number: int
    column: int
    began: int
    began_column: int
    problem: str
    context: str

    @classmethod
    def of(cls, error: yaml.MarkedYAMLError, lines: Sequence[str]) -> Trouble:
        # Every error of the scanner and the parser carries the place of the problem.
        problem = cast(yaml.Mark, error.problem_mark)
        began = error.context_mark or problem
        lines = lines or [""]
        last = len(lines) - 1
        return cls(
            lines=lines,
            number=min(problem.line, last),
            column=problem.column if problem.line <= last else len(lines[last]),
            began=min(began.line, last),
            began_column=began.column,
            problem=error.problem or "",
            context=error.context or "",
        )

    @property
    def line(self) -> str:
        return self.lines[self.number]

    @property
    def found(self) -> str:
        """What the parser found where it expected something else: a sign, or its name for a kind of part."""
        match = re.search(r"but (?:got|found) '?(<[^>]+>|.)'?", self.problem)
        return match.group(1) if match else ""

    def here(self, message: str, hint: str) -> Slip:
        """A slip at the very place where the parser stopped."""
        return self.at(self.number, self.column, message, hint, width=1)

    def at(
        self,
        number: int,
        column: int,
        message: str,
        hint: str,
        *,
        width: int = 0,
        because: tuple[int, int, str] | None = None,
    ) -> Slip:
        """A slip on a line; without a width it is the rest of the line."""
        rest = len(self.lines[number].rstrip()) - column
        return Slip(number + 1, column + 1, width or max(1, rest), message, hint, because)

    def whole(self, number: int, message: str, hint: str, because: tuple[int, int, str] | None = None) -> Slip:
        """A slip that is a whole line."""
        return self.at(number, indent(self.lines[number]), message, hint, because=because)

    def above(self, number: int) -> int | None:
        """The line above that has something on it."""
        ahead = range(number - 1, -1, -1)
        return next((n for n in ahead if self.lines[n].strip() and not self.lines[n].lstrip().startswith("#")), None)

    def block_above(self, number: int) -> int | None:
        """The line above whose `|` or `>` begins the text that this line could be part of."""
        for n in range(number - 1, -1, -1):
            if _BLOCK_SIGN.search(self.lines[n]):
                return n
            if ENTRY.match(self.lines[n]):
                return None
        return None


def indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def spaces(number: int) -> str:
    return "1 space" if number == 1 else f"{number} spaces"
