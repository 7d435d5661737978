"""What it means for those who are in the middle of a conversation when another version becomes current."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.session import Whereabouts
from dialogs.findings import Finding, Findings, FlowErrors
from dialogs.known import Known
from dialogs.loading import load_published
from dialogs.proof import proved
from dialogs.proof.model import Where
from dialogs.source import Source
from dialogs.versions.carrying import Moves, Passage, where_as_word
from dialogs.versions.comparing import Comparison, Objection, Version, compare

Census = Counter[Whereabouts]

# Who publishes looked first at what it would do.
_REMEMBERED = 32


def can_be_used(source: Source, known: Known) -> bool:
    """Whether this program can serve a version that was published once."""
    try:
        _version(source, known)
    except FlowErrors:
        return False
    return True


def compared(source: Source, replaced: Iterable[Source], moves: Moves, known: Known) -> dict[str, Comparison]:
    """Each of the versions that are replaced, by its digest, compared with the new one.

    One that this program cannot read is left out: whoever is in the middle of it is not carried.
    """
    usable = [old for old in replaced if can_be_used(old, known)]
    if not usable or not can_be_used(source, known):
        return {}
    return {old.digest: _comparison(old, source, tuple(moves.items()), known) for old in usable}


@lru_cache(_REMEMBERED)
def _comparison(old: Source, new: Source, moves: tuple[tuple[Where, Where], ...], known: Known) -> Comparison:
    return compare(_version(old, known), _version(new, known), known, dict(moves))


def _version(source: Source, known: Known) -> Version:
    """A version as it is served. Raises FlowErrors when this program cannot use it."""
    book = load_published(source, known)
    return Version(book, proved(book, known))


def carried_of(census: Census, digest: str, passages: Mapping[str, Passage]) -> int:
    """How many people go on in the version of this digest."""
    return sum(
        count
        for who, count in census.items()
        if who.version == digest or (who.version in passages and passages[who.version].takes(who.places) is not None)
    )


def told(comparison: Comparison, digest: str, census: Census) -> tuple[Finding, ...]:
    """What speaks against carrying everybody from the version of this digest, with how many stand where now."""
    findings = Findings()
    for objection in comparison.objections:
        message = objection.message
        if objection.stacks:
            message += " " + _standing(objection, comparison, digest, census)
        findings.add(objection.code, objection.span, message, hint=objection.hint, replay=objection.replay)
    return findings.sorted()


def _standing(objection: Objection, comparison: Comparison, digest: str, census: Census) -> str:
    """How many people it is about, by the step that they are at. The steps are all that is told of them."""
    steps = dict.fromkeys(sorted(stack[-1] for stack in objection.stacks), 0)
    for who, count in census.items():
        if who.version == digest and comparison.against(who.places) is objection:
            # The interrupt that somebody is in may be sound, and what it came upon not.
            at = next((where for where in reversed(who.places) if where in steps), who.places[-1])
            steps[at] = steps.get(at, 0) + count
    total = sum(steps.values())
    people = "Nobody is" if not total else "1 person is" if total == 1 else f"{total} people are"
    listed = ", ".join(f"`{where_as_word(where)}` ({count})" for where, count in steps.items())
    return f"{people} there now: {listed}."
