"""What the program around the flows offers and forbids: data, so that dialogs imports nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class LifelineFacts:
    """What a check has to know of a lifeline.

    `always_open`: somebody answers at every hour. `emergency`: it belongs to the emergency services. `longest`
    is how many characters its worded line has at most.
    """

    always_open: bool
    emergency: bool
    longest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What lies outside the flows. What is None is not known here, and what depends on it is not checked.

    `lifelines` are those that texts can name, `labels` the risk labels that flows can answer, `asides` the occasions
    that need words. `bland` says whether a first line gives nothing away, `telling` which word of it does (None where
    no word does), `leaves` whether a message as a whole is a way of leaving. `urgent` is the label behind the button
    that stands under every message. `longest_message` is how many characters a flow may say in one message: the rest is
    the envelope's. `today` is the day by which reviews are judged overdue. `bland_in` has the test of first lines for
    each further language in which it can be made ("cy"). `around` are the words in which the program surrounds the
    flows, by names that begin with what they are (`button.leave`, `first.opening`, `text.gate`): they are translated
    with the flows. `commands` are those of the labels that stand for a command and not for a danger, `ways_in` what he
    can tap or type to be answered for each label, and `read_elsewhere` the answers that the program itself reads.
    """

    lifelines: Mapping[str, LifelineFacts] | None = None
    labels: Collection[str] | None = None
    asides: Collection[str] | None = None
    bland: Callable[[str], bool] | None = None
    telling: Callable[[str], str | None] | None = None
    leaves: Callable[[str], bool] | None = None
    urgent: str = "immediate_danger"
    longest_message: int = 3_600
    today: date | None = None
    bland_in: Mapping[str, Callable[[str], bool]] = field(default_factory=dict)
    around: Mapping[str, str] = field(default_factory=dict)
    commands: Collection[str] = ()
    ways_in: Mapping[str, str] = field(default_factory=dict)
    read_elsewhere: Collection[str] | None = None

    def __hash__(self) -> int:
        # Those that are equal have these in common; the rest has no hash.
        return hash((self.urgent, self.longest_message, self.today))
