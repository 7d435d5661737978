"""Words that nobody can reach, states that nothing answers, ways that go round, answers read before they are given."""

from __future__ import annotations

from tests.dialogs.proof.seeded.planting import Edit, Seed, Told

_PLACE = "      go: services\n      skip: services\n"
_BY_NEED = """  by_need:
    branch:
      on: need
      cases: {%s}
      else: %s

"""


def _before_services(steps: str) -> tuple[Edit, Edit]:
    """A step `by_need` between the question where he is and the services, for those who type or skip."""
    return (
        Edit("main", _PLACE, _PLACE.replace("services", "by_need")),
        Edit("main", "  services:\n", steps + "  services:\n"),
    )


SEEDS = (
    # --- No dead text (4.3/2) -----------------------------------------------------------------------------
    Seed(
        slip="All ways were led past what is said to him once, and the words stayed behind",
        breaks=("4.3/2",),
        edits=(
            Edit("main", "go: it_happens}", "go: need}", times=3),
            Edit("main", "skip: it_happens", "skip: need", times=2),
        ),
        told=(Told("F201", "main", "it_happens:"),),
    ),
    Seed(
        slip="Whatever he answers about suicide leads past the emergency number",
        breaks=("4.3/2", "4.3/11"),
        edits=(
            Edit("dark_thoughts", "go: lines}", "go: not_that}", times=2),
            Edit("dark_thoughts", "skip: lines", "skip: not_that"),
        ),
        told=(Told("F201", "dark_thoughts", "lines:"),),
    ),
    Seed(
        slip="The option for those under 18 calls the flow above it in the list",
        breaks=("4.3/2",),
        edits=(Edit("main", "call: under_18, saves: no, go: need}", "call: own_behaviour, saves: no, go: need}"),),
        told=(Told("F207", "under_18", "language: 1"),),
    ),
    Seed(
        slip="A branch on a need that no option keeps: Just reading hands over and keeps nothing",
        breaks=("4.3/2", "4.3/14"),
        edits=_before_services(_BY_NEED % ("browsing: after", "services")),
        told=(Told("F208", "main", "browsing: after"),),
    ),
    Seed(
        slip="A second branch on the same answer asks for what the first one took",
        breaks=("4.3/2", "4.3/7"),
        edits=_before_services(
            _BY_NEED % ("money: after", "once_more")
            + (_BY_NEED % ("money: done", "services")).replace("by_need", "once_more")
        ),
        told=(Told("F208", "main", "money: done"),),
    ),
    Seed(
        slip="A case for several choices is shadowed by the branch before it",
        breaks=("4.3/2", "4.3/7"),
        folder="small",
        edits=(
            Edit("main", "      else: channels\n", "      else: again\n"),
            Edit(
                "main",
                "  channels:\n    branch:",
                "  again:\n    branch:\n      on: extras\n      cases: {work: typed, pets: where}\n"
                "      else: channels\n  channels:\n    branch:",
            ),
        ),
        told=(Told("F208", "main", "pets: where"),),
    ),
    Seed(
        slip="A case for a channel stands behind a branch that has sent that channel elsewhere",
        breaks=("4.3/2", "4.3/7"),
        edits=(
            Edit("keep_a_number", "      skip: _return\n\n  next:", "      skip: by_web\n\n  next:"),
            Edit(
                "keep_a_number",
                "  keep_chat:\n",
                "  by_web:\n    branch:\n      on: channel\n"
                "      cases: {web: next}\n      else: _return\n\n  keep_chat:\n",
            ),
        ),
        told=(Told("F208", "keep_a_number", "web: next"),),
    ),
    # --- Every state answers everything (4.3/6) -----------------------------------------------------------
    Seed(
        slip="The options of a question were deleted and the question was left",
        breaks=("4.3/6",),
        edits=(
            Edit(
                "under_18",
                "      options:\n        - {id: back, label: Carry on, words: [continue, ok, thanks], go: _return}\n",
                "      options: []\n",
            ),
        ),
        told=(Told("F152", "under_18", "options: []"),),
    ),
    Seed(
        slip="Nothing is said for a place that is not known",
        breaks=("4.3/6",),
        edits=(
            Edit(
                "main",
                "      unknown: |\n        I don't know that place. Try a bigger town near it, the council, or the "
                "first half of a postcode. Or pick a nation.\n",
                "",
            ),
        ),
        told=(Told("F113", "main", "where:"),),
    ),
    Seed(
        slip="Nothing is said for the hour when the directory is out of reach",
        breaks=("4.3/6", "4.3/16"),
        edits=(
            Edit(
                "main",
                "      unavailable: |\n        I can't reach my list just now.\n\n"
                "        Please try again in a few minutes. Until then, these lines can talk it through:\n\n"
                "        {helpline}\n\n        {lifeline.mens_advice_line}\n",
                "",
            ),
        ),
        told=(Told("F113", "main", "services:"),),
    ),
    Seed(
        slip="An option of the small print leads nowhere",
        breaks=("4.3/6",),
        edits=(
            Edit("reading", "words: [continue, ok, find help], go: _return}", "words: [continue, ok, find help]}", 2),
        ),
        told=(Told("F139", "reading", "{id: back"),),
    ),
    Seed(
        slip="The start flow goes back to whoever called it, and nobody did",
        breaks=("4.3/6",),
        edits=(Edit("main", "thanks, thank you], go: helped}", "thanks, thank you], go: _return}"),),
        told=(Told("F205", "main", "go: _return"),),
    ),
    Seed(
        slip="To skip the last question of the start flow goes back to nothing",
        breaks=("4.3/6", "DESIGN 2"),
        edits=(Edit("main", "      skip: done\n", "      skip: _return\n"),),
        told=(Told("F205", "main", "skip: _return"),),
    ),
    # --- Branches cover everything, one way each (4.3/7) --------------------------------------------------
    Seed(
        slip="A branch has no way for a man who skipped the question",
        breaks=("4.3/7", "4.3/6"),
        edits=(Edit("sexual", "      else: nation\n", ""),),
        told=(Told("F113", "sexual", "lines:"),),
    ),
    Seed(
        slip="The same case stands in a branch twice, with two ways on",
        breaks=("4.3/7",),
        edits=(Edit("sexual", "W92000004: wales,", "W92000004: wales, E92000001: wales,"),),
        told=(Told("F109", "sexual", "E92000001: wales"),),
    ),
    Seed(
        slip="A branch asks for a channel that there is not",
        breaks=("4.3/7",),
        edits=(Edit("keep_a_number", "cases: {telegram: in_this_chat}", "cases: {whatsapp: in_this_chat}"),),
        told=(Told("F153", "keep_a_number", "whatsapp"),),
    ),
    # --- Something happens, and it ends (4.3/8) -----------------------------------------------------------
    Seed(
        slip="What is said leads to itself",
        breaks=("4.3/8",),
        edits=(
            Edit(
                "main",
                "a lot of men. It isn't your fault.\n      go: need\n",
                "a lot of men. It isn't your fault.\n      go: it_happens\n",
            ),
        ),
        told=(Told("F149", "main", "it_happens:"),),
    ),
    Seed(
        slip="Two branches send him to each other",
        breaks=("4.3/8",),
        edits=(
            Edit("this_bot", "else: vanish_on_telegram", "else: stays"),
            Edit("this_bot", "else: stays_on_telegram", "else: vanish"),
        ),
        told=(Told("F149", "this_bot", "vanish:"),),
    ),
    Seed(
        slip="Two flows hand over to each other",
        breaks=("4.3/8",),
        edits=(
            Edit(
                "contact",
                "words: [share, private, tell, pass on], go: share}",
                "words: [share, private, tell, pass on], call: reading}",
            ),
        ),
        told=(Told("F151", "contact", "call: reading"), Told("F151", "reading", "call: contact")),
    ),
    Seed(
        slip="A search leads on to itself",
        breaks=("4.3/8",),
        edits=(Edit("main", "      more: More\n      go: after\n", "      more: More\n      go: services\n"),),
        told=(Told("F149", "main", "services:"),),
    ),
    Seed(
        slip="Before the services are shown he is thanked, which is a sixth message in one turn",
        breaks=("4.3/8", "4.3/3"),
        edits=_before_services("  by_need:\n    say:\n      text: Thanks for that.\n      go: services\n\n"),
        told=(Told("F211", "main", "services:"),),
    ),
    # --- Nothing is read that cannot have been given (4.3/14) ---------------------------------------------
    Seed(
        slip="What is said to him depends on an answer that comes a question later",
        breaks=("4.3/14",),
        edits=(
            Edit(
                "main",
                "a lot of men. It isn't your fault.\n      go: need\n",
                "a lot of men. It isn't your fault.\n      go: by_need\n",
            ),
            Edit("main", "  need:\n    ask:", _BY_NEED % ("money: where", "need") + "  need:\n    ask:"),
        ),
        told=(Told("F209", "main", "on: need"),),
        also=("F208",),
    ),
    Seed(
        slip="A search looks by an age that nobody is asked for",
        breaks=("4.3/14",),
        edits=(
            Edit("main", "  where: area\n", "  where: area\n  age: [young, older]\n"),
            Edit("main", "      area: where\n", "      area: where\n      age: age\n"),
        ),
        told=(Told("F209", "main", "age: age"),),
    ),
    Seed(
        slip="The question that a branch reads was taken out, and the branch was not",
        breaks=("4.3/14", "4.3/2"),
        folder="small",
        edits=(
            Edit("main", "      save: extras\n", "      save: need\n"),
            Edit(
                "main",
                "        - {id: children, label: Children}\n        - {id: pets, label: Pets}\n"
                "        - {id: work, label: Work}\n",
                "        - {id: talk, label: Talk}\n        - {id: stay, label: Stay}\n",
            ),
        ),
        told=(Told("F209", "main", "on: extras"),),
        also=("F201", "F208"),
    ),
)
