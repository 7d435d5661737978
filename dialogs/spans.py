"""Where in a file something was written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file. Lines and columns count from one; the end is just past the last character."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def of_file(cls, file: str) -> Span:
        """The first character: where to point when the whole file is meant."""
        return cls(file, 1, 1, 1, 2)


@dataclass(frozen=True, slots=True)
class Ref:
    """A name that points at something else (a step, a flow, an answer), and where it was written.

    An empty name stands for one that was missing or unreadable: the mistake has been reported already,
    so whoever follows the reference passes over it.
    """

    name: str
    span: Span

    def __bool__(self) -> bool:
        return bool(self.name)
