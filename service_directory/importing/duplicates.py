"""Services that may be the same one under two ids: pointed out to a steward, never merged. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from service_directory.importing.candidates import Candidate

#: How alike two names must be, of 100. Measured on the made-up names in the tests; word order does not count.
SIMILAR = 88
#: A number, an address or a word that more services share than this tells none of them apart.
_COMMON = 12
_COMMON_WORD = 400
_RAREST = 4
#: Words that half of all services carry in their names.
_PLAIN = re.compile(r"\b(the|a|and|of|for|in|at|to|ltd|limited|cic|uk|services?|project|support|charity|team)\b")
#: Hosts that lend their names to everybody.
_SHARED_HOSTS = frozenset(
    {
        "facebook.com",
        "m.facebook.com",
        "twitter.com",
        "x.com",
        "instagram.com",
        "linkedin.com",
        "youtube.com",
        "gov.uk",
        "nhs.uk",
        "sites.google.com",
        "gmail.com",
        "outlook.com",
        "hotmail.com",
        "hotmail.co.uk",
        "yahoo.com",
        "yahoo.co.uk",
        "btinternet.com",
        "icloud.com",
        "nhs.net",
    }
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A service as far as it tells two apart.

    `listed` is false for one that is on the do-not-list, `shown` for one that men cannot see.
    """

    id: str
    name: str
    organization_id: str
    organization: str
    numbers: frozenset[str]
    hosts: frozenset[str]
    listed: bool = True
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two services that may be one, and what they share (phone, domain, name)."""

    service_id: str
    other: Listed
    shared: tuple[str, ...]

    def __str__(self) -> str:
        return f"may be the same as {self.other.name} ({self.other.id}): {', '.join(self.shared)}"


def of_candidate(candidate: Candidate) -> Listed:
    """A candidate as far as it tells two apart."""
    return Listed(
        candidate.id,
        candidate.name,
        candidate.organization.id,
        candidate.organization.name,
        frozenset(phone.number for phone in candidate.phones),
        frozenset(host for contact in candidate.contacts if (host := host_of(contact.value))),
    )


def host_of(address: str) -> str:
    """The host of a web or email address; empty for one that is everybody's."""
    host = address.rpartition("@")[2] if "@" in address else urlsplit(address).hostname or ""
    host = host.lower().removeprefix("www.")
    return "" if host in _SHARED_HOSTS else host


def find(new: Sequence[Listed], known: Iterable[Listed]) -> list[Likeness]:
    """For each new service, those among the known and the new ones that may be the same. Each pair once."""
    everyone = [*known, *new]
    numbers: dict[str, list[Listed]] = defaultdict(list)
    hosts: dict[str, list[Listed]] = defaultdict(list)
    words: dict[str, list[Listed]] = defaultdict(list)
    same: dict[str, list[Listed]] = defaultdict(list)
    names = {one.id: plain_name(one.name) for one in everyone}
    for one in everyone:
        for number in one.numbers:
            numbers[number].append(one)
        for host in one.hosts:
            hosts[host].append(one)
        same[_in_order(names[one.id])].append(one)
        for word in set(names[one.id].split()):
            words[word].append(one)
    found: list[Likeness] = []
    pairs: set[frozenset[str]] = set()
    for one in new:
        shared: dict[str, list[str]] = defaultdict(list)
        others: dict[str, Listed] = {}
        for kind, values, table in (("phone", one.numbers, numbers), ("domain", one.hosts, hosts)):
            for value in sorted(values):
                for other in _apart(one, table[value]):
                    # One organization's services share its switchboard and its site, and are not the same for that.
                    if not _same_organization(one, other):
                        shared[other.id].append(f"{kind} {value}")
                        others[other.id] = other
        for other, likeness in _alike(one, names, words, same):
            shared[other.id].append(f"name {likeness:.0f} % alike")
            others[other.id] = other
        for other_id, what in shared.items():
            pair = frozenset((one.id, other_id))
            if pair not in pairs:
                pairs.add(pair)
                found.append(Likeness(one.id, others[other_id], tuple(what)))
    return found


def plain_name(name: str) -> str:
    """A name without case, marks and the words that half of all services carry."""
    letters = re.sub(r"[^\w\s]", "", name.casefold().replace("&", " and ").replace("-", " "))
    return " ".join(_PLAIN.sub(" ", letters).split()) or letters


def _apart(one: Listed, sharing: Sequence[Listed]) -> Iterable[Listed]:
    if len(sharing) > _COMMON:
        return ()
    return (other for other in sharing if other.id != one.id)


def _same_organization(one: Listed, other: Listed) -> bool:
    return one.organization_id == other.organization_id


def _in_order(name: str) -> str:
    return " ".join(sorted(name.split()))


def _alike(
    one: Listed,
    names: Mapping[str, str],
    words: Mapping[str, Sequence[Listed]],
    same: Mapping[str, Sequence[Listed]],
) -> Iterator[tuple[Listed, float]]:
    """Those of the same words, and those nearly so among the services that share one of its rarest words."""
    mine = names[one.id]
    seen = {one.id}
    for other in _apart(one, same[_in_order(mine)]):
        seen.add(other.id)
        yield other, 100.0
    rarest = sorted(set(mine.split()), key=lambda word: (len(words[word]), word))[:_RAREST]
    for word in rarest:
        if len(words[word]) > _COMMON_WORD:
            continue
        for other in words[word]:
            if other.id in seen:
                continue
            seen.add(other.id)
            likeness = fuzz.token_sort_ratio(mine, names[other.id], score_cutoff=SIMILAR)
            if likeness:
                yield other, likeness
