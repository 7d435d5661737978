"""What is wrong with a flow, told so that the person who wrote it can put it right."""

from __future__ import annotations

import json
import re
import shlex
import textwrap
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from dialogs.codes import CODES, Severity
from dialogs.spans import Span

MOST_SHOWN = 20
# Columns of a terminal that a finding is laid out for.
_WIDEST = 100
_BEFORE_CARET = 40
_CUT = "..."


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that explains a finding, such as where a name was used first."""

    file: str
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake. `code` is stable, and docs/flow-errors.md has a heading for it.

    `message` quotes the author's own words, `why` says why it matters, `hint` what to do. `replay` is the
    shortest conversation that shows the mistake (what he taps or types, in order), when there is one.
    """

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    message: str
    why: str
    hint: str = ""
    related: tuple[Related, ...] = ()
    replay: tuple[str, ...] | None = None
    source: str = ""
    width: int = 1

    def as_json(self) -> dict[str, Any]:
        """The finding as the documented object of `flows check --format json`."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "why": self.why,
            "hint": self.hint,
            "related": [asdict(related) for related in self.related],
            "replay": None if self.replay is None else list(self.replay),
        }


class FlowErrors(Exception):
    """The flows cannot be used. `findings` holds every mistake found, in the order of the files."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(findings)
        self.findings = tuple(findings)

    def __str__(self) -> str:
        return render_text(self.findings)


@dataclass(slots=True)
class Findings:
    """Collects mistakes while files are read, and knows the lines they were found on."""

    lines: dict[str, Sequence[str]] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)

    def add(
        self,
        code: str,
        at: Span,
        message: str,
        *,
        hint: str = "",
        related: Iterable[tuple[Span, str]] = (),
        replay: tuple[str, ...] | None = None,
    ) -> None:
        source = self.line_of(at)
        end = at.end_column if at.end_line == at.line else len(source) + 1
        self.found.append(
            Finding(
                code=code,
                severity=CODES[code].severity,
                file=at.file,
                line=at.line,
                column=at.column,
                # What it quotes can hold any sign: an author can write one as a code, between double quotes.
                message=_shown(message),
                why=CODES[code].why,
                hint=_shown(hint),
                related=tuple(Related(s.file, s.line, s.column, _shown(text)) for s, text in related),
                replay=replay,
                source=source,
                width=max(1, end - at.column),
            )
        )

    def line_of(self, at: Span) -> str:
        lines = self.lines.get(at.file, ())
        return lines[at.line - 1] if at.line <= len(lines) else ""

    def sorted(self) -> tuple[Finding, ...]:
        return tuple(sorted(self.found, key=lambda f: (f.file, f.line, f.column, f.code)))

    @property
    def has_errors(self) -> bool:
        return any(finding.severity == "error" for finding in self.found)


def closest(name: str, valid: Collection[str]) -> str:
    """The one of `valid` that `name` is most likely a slip for, or an empty string."""
    if not name or not valid:
        return ""
    allowed = 1 if len(name) < 4 else 2
    best = process.extractOne(name, sorted(valid), scorer=DamerauLevenshtein.distance, score_cutoff=allowed)
    if best is not None:
        return best[0]
    folded = name.casefold().strip(":;.,\u201c\u201d\u2018\u2019\"' ")
    alike = (v for v in sorted(valid) if v == folded or (v.startswith(folded) and len(folded) >= 3))
    return next(alike, "")


def did_you_mean(name: str, valid: Collection[str]) -> str:
    """A hint: the likely name when there is one, else a short list of the names valid here."""
    likely = closest(name, valid)
    if likely:
        return f"Did you mean `{likely}`?"
    if 0 < len(valid) <= 12:
        return "It can be " + listed(valid, "or") + "."
    return ""


def listed(names: Iterable[str], word: str = "and") -> str:
    """`a`, `b` and `c`."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + f" {word} {quoted[-1]}"


def render_text(findings: Sequence[Finding], *, chat: str = "") -> str:
    """The findings as a person reads them, each with its line and a caret; MOST_SHOWN of them in full.

    With `chat`, the command that talks to these flows, a conversation that shows a mistake can be had by one command.
    """
    if len(findings) > MOST_SHOWN:
        # No warning may crowd out a mistake.
        findings = sorted(findings, key=lambda finding: finding.severity != "error")
    shown = [_render(finding, chat) for finding in findings[:MOST_SHOWN]]
    if len(findings) > MOST_SHOWN:
        shown.append(f"... and {len(findings) - MOST_SHOWN} more. Put these right first.\n")
    return "\n".join(shown)


def _render(finding: Finding, chat: str) -> str:
    lines = [f"{finding.file}:{finding.line}:{finding.column}: {finding.severity} {finding.code}: {finding.message}"]
    margin = " " * len(str(finding.line))
    if finding.source:
        source, carets = _snippet(finding, _WIDEST - len(margin) - len("   | "))
        lines.append(f"  {finding.line} | {source}".rstrip())
        lines.append(f"  {margin} | {carets}")
    lines.extend(f"  {margin} = {r.message}: {r.file}:{r.line}:{r.column}" for r in finding.related)
    lines.extend(_note(note, margin) for note in (finding.why, finding.hint) if note)
    if finding.replay is not None:
        lines.append(_note("The shortest conversation that shows it:", margin))
        lines.extend(f"  {margin}     {_shown(turn)}" for turn in finding.replay or ("(the first message)",))
        if chat:
            # Not wrapped: it is there to be copied.
            lines.append(f"  {margin} = See it: {chat} --replay {quoted(in_one_line(finding.replay))}")
    return "\n".join(lines) + "\n"


def in_one_line(replay: Iterable[str]) -> str:
    """The turns of a conversation as `fingerpost chat --replay` takes them: `Yes; Skip`."""
    return "; ".join(turn.replace(";", r"\;") for turn in replay)


def quoted(word: str) -> str:
    """A word as every shell takes it."""
    if re.fullmatch(r"[\w./-]+", word):
        return word
    return f'"{word}"' if not re.search(r'["$`\\!%]', word) else shlex.quote(word)


def _snippet(finding: Finding, widest: int) -> tuple[str, str]:
    """The line, or what stands around the caret of a long one, and the carets below it."""
    source = _shown(finding.source)
    column = min(finding.column - 1, len(source))
    if len(source) > widest:
        start = max(0, min(column - _BEFORE_CARET, len(source) - widest))
        cut_after = start + widest < len(source)
        source = source[start : start + widest]
        column -= start
        if start:
            source = _CUT + source[len(_CUT) :]
        if cut_after:
            source = source[: -len(_CUT)] + _CUT
    # A tab is one column to the parser and several on a screen: keep it in the caret line too.
    before = "".join(c if c == "\t" else " " for c in source[:column])
    return source, before + "^" * max(1, min(finding.width, len(source) - column))


def _shown(text: str) -> str:
    """A text as it is shown: signs that cannot be seen (a bell, an escape) must not reach a terminal."""
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(sign: str) -> str:
    if sign.isprintable() or sign == "\t":
        return sign
    return "\N{OPEN BOX}" if sign.isspace() else "\N{REPLACEMENT CHARACTER}"


def _note(text: str, margin: str) -> str:
    """A remark under a line, wrapped for a terminal."""
    return textwrap.fill(
        text,
        _WIDEST,
        initial_indent=f"  {margin} = ",
        subsequent_indent=f"  {margin}   ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_json(findings: Sequence[Finding]) -> str:
    """One JSON object a line."""
    return "\n".join(json.dumps(finding.as_json(), ensure_ascii=False) for finding in findings)


def as_github(findings: Sequence[Finding]) -> str:
    """GitHub's workflow commands: each finding is shown beside its line in a pull request."""
    return "\n".join(
        f"::{f.severity} file={_escaped(f.file, ':,')},line={f.line},col={f.column},endColumn={f.column + f.width},"
        f"title={_escaped(f'{f.code} {CODES[f.code].title}', ':,')}::"
        + _escaped(" ".join(filter(None, (f.message, f.why, f.hint))))
        for f in findings
    )


def _escaped(text: str, further: str = "") -> str:
    for sign in "%\r\n" + further:
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
