"""Finding a service by its name, its organization or where it works, however it is spelt. Pure.

Words are looked up, not texts: a directory of a hundred thousand services has some tens of thousands of words.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from service_directory.misspelling import Spellings, near

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’‘`")
#: Where a word stands says how much it tells: in the service's own name, in that of its organization, or in a place.
_OF_NAME, _OF_ORGANIZATION, _OF_PLACE = 3.0, 2.0, 1.5
#: What a word counts that only begins with what was typed.
_BEGINNING = 0.8
#: What each slip of the fingers takes away.
_SLIP = 0.25
#: Of how many words one may be missing.
_MISSES_IN = 3
#: Beginnings that more words share than this tell nothing apart.
_MOST_WORDS = 400


@dataclass(frozen=True, slots=True)
class Known:
    """A service as far as stewards look for it. `places` are the names of the areas it covers, and of what they lie in.

    `areas` are the codes of those areas and of all they lie in. `suspended`: today, whole or in part.
    """

    id: str
    name: str
    also: str
    organization: str
    places: tuple[str, ...]
    areas: frozenset[str]
    needs: frozenset[str]
    suspended: bool


class Catalogue:
    """All services by the words they are known by. Immutable: a change makes a new one beside it."""

    def __init__(self, services: Iterable[Known], *, before: Catalogue | None = None) -> None:
        """A catalogue of these services; or one that differs from the one `before` only in these."""
        self.services: dict[str, Known] = {} if before is None else dict(before.services)
        self._postings: dict[str, dict[str, float]] = {} if before is None else dict(before._postings)
        # The words of one that is changed are taken out of copies: the catalogue before goes on being read.
        own: set[str] = set()
        for one in services:
            if (was := self.services.get(one.id)) is not None:
                for word in _weights(was):
                    self._own(word, own).pop(one.id, None)
            self.services[one.id] = one
            for word, weight in _weights(one).items():
                self._own(word, own)[one.id] = weight
        if before is not None and before._postings.keys() == self._postings.keys():
            self._sorted: list[str] = before._sorted
            self.__dict__["_spellings"] = before._spellings
        else:
            self._sorted = sorted(self._postings)

    def _own(self, word: str, own: set[str]) -> dict[str, float]:
        if word not in own:
            own.add(word)
            self._postings[word] = dict(self._postings.get(word, ()))
        return self._postings[word]

    @cached_property
    def _order(self) -> dict[str, int]:
        """The place of each service by its name."""
        by_name = sorted(self.services.values(), key=lambda one: (one.name.casefold(), one.id))
        return {one.id: place for place, one in enumerate(by_name)}

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings.of(self._postings)

    def find(self, asked: str) -> list[str]:
        """The ids of the services that have the words that were asked for, or some near them; the likeliest first.

        Of three words one may be missing altogether. All services, by name, when nothing was asked.
        """
        typed = words(asked)
        if not typed:
            return list(self._order)
        if len(typed) == 1:
            found = self._with(typed[0])
            return sorted(found, key=lambda one: (-found[one], self._order[one]))
        scores: dict[str, float] = {}
        heard: dict[str, int] = {}
        for word in typed:
            for service, score in self._with(word).items():
                scores[service] = scores.get(service, 0.0) + score
                heard[service] = heard.get(service, 0) + 1
        least = len(typed) - len(typed) // _MISSES_IN
        fit = [service for service, times in heard.items() if times >= least]
        return sorted(fit, key=lambda one: (-heard[one], -scores[one], self._order[one]))

    def _with(self, word: str) -> dict[str, float]:
        """The services that have a word, one that begins with it, or one near it, each with what that counts."""
        alike = {word: 1.0} if word in self._postings else {}
        alike |= {longer: _BEGINNING for longer in self._beginning(word)}
        for cost, other in near(word, self._spellings):
            alike[other] = max(alike.get(other, 0.0), 1.0 - _SLIP * (1 + cost)) if other != word else 1.0
        scores: dict[str, float] = {}
        # The longest list first, taken over whole: one word may be that of most services.
        for other in sorted(alike, key=lambda one: -len(self._postings[one])):
            likeness = alike[other]
            if not scores:
                scores = {service: likeness * weight for service, weight in self._postings[other].items()}
                continue
            for service, weight in self._postings[other].items():
                if scores.get(service, 0.0) < likeness * weight:
                    scores[service] = likeness * weight
        return scores

    def _beginning(self, word: str) -> Sequence[str]:
        begins = bisect_left(self._sorted, word)
        ends = bisect_left(self._sorted, word + "\U0010ffff", lo=begins)
        found = self._sorted[begins : min(ends, begins + _MOST_WORDS)]
        return found[1:] if found and found[0] == word else found


def _weights(one: Known) -> dict[str, float]:
    """The words that a service is known by, each with what it counts."""
    found: dict[str, float] = {}
    for weight, texts in (
        (_OF_PLACE, one.places),
        (_OF_ORGANIZATION, (one.organization,)),
        (_OF_NAME, (one.name, one.also, one.id)),
    ):
        for text in texts:
            for word in words(text):
                found[word] = weight
    return found


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The words of a text without case, marks and apostrophes; each once, in their order."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_APOSTROPHES)
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(dict.fromkeys(_WORD.findall(letters)))
