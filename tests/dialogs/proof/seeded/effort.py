"""Too many questions, too long messages, no way past a question, no way to the end."""

from __future__ import annotations

from tests.dialogs.proof.seeded.planting import Edit, Seed, Told


def _asked(names: tuple[str, ...], then: str) -> str:
    """Questions one after the other, each with its reason and a way past it."""
    steps = []
    for name, after in zip(names, (*names[1:], then), strict=True):
        steps.append(f"""  {name}:
    ask:
      first: Thanks for that. Here is the next question.
      text: |
        Is this one more thing to ask?
      why: |
        It tells us more. You can skip it.
      options:
        - {{id: a, label: "Yes", go: {after}}}
        - {{id: b, label: "No", go: {after}}}
      skip: {after}

""")
    return "".join(steps)


def _pages(names: tuple[str, ...], then: str) -> str:
    """Pages one after the other, with nothing to do but read on."""
    steps = []
    for name, after in zip(names, (*names[1:], then), strict=True):
        steps.append(f"""  {name}:
    ask:
      first: OK. Here is one more part for you to read.
      text: |
        One more page.
      answerless: yes
      counts: no
      options:
        - {{id: more, label: Read on, go: {after}}}
      skip: {after}

""")
    return "".join(steps)


_LONG = "This is a sentence that says nothing at all, and says it at some length. " * 25
_FILL = "This line is here to fill it up. " * 95

SEEDS = (
    # --- What the channels can carry (4.3/3) --------------------------------------------------------------
    Seed(
        slip="A label is a whole sentence",
        breaks=("4.3/3",),
        edits=(Edit("main", "label: Somewhere to stay,", "label: I need somewhere to stay tonight,", times=2),),
        told=(Told("F136", "main", "I need somewhere to stay tonight"),),
    ),
    Seed(
        slip="A text fits into one message until its numbers are put in",
        breaks=("4.3/3",),
        edits=(
            Edit(
                "own_behaviour",
                "        It takes something to say that.",
                f"        {_FILL}\n\n        It takes something to say that.",
            ),
        ),
        told=(Told("F212", "own_behaviour", "text: |"),),
    ),
    Seed(
        slip="Two texts that fit by themselves are said in one message",
        breaks=("4.3/3",),
        edits=(
            Edit("main", "        Being hit, watched,", f"        {_LONG}\n\n        Being hit, watched,"),
            Edit(
                "main",
                "        What would help most right now? You",
                f"        {_LONG}\n\n        What would help most right now? You",
            ),
        ),
        told=(Told("F212", "main", "it_happens:"),),
    ),
    # --- A way to the end without luck (4.3/9, DESIGN 4) --------------------------------------------------
    Seed(
        slip="Every way to the end was led round again: it can only be left by Back or Start again",
        breaks=("4.3/9", "DESIGN 4"),
        edits=(
            Edit("main", "go: done}", "go: it_happens}", times=4),
            Edit("main", "      skip: done\n", "      skip: where\n"),
        ),
        told=(Told("F203", "main", "need:"), Told("F201", "main", "done:")),
        also=("F203", "F218"),
    ),
    Seed(
        slip="The pages for a friend lead to each other, and none of them back",
        breaks=("4.3/9", "DESIGN 4"),
        edits=(
            Edit("friend", "go: _return}", "go: start}"),
            Edit("friend", "skip: _return", "skip: start", times=5),
        ),
        told=(Told("F203", "friend", "to_say:"), Told("F203", "friend", "not_to_do:")),
        also=("F201", "F204", "F218"),
    ),
    Seed(
        slip="Only those who asked about money, and typed where they are, come into a part without an end",
        breaks=("4.3/9", "DESIGN 4"),
        edits=(
            Edit("main", "      go: services\n      skip: services\n", "      go: by_need\n      skip: services\n"),
            Edit(
                "main",
                "  services:\n",
                """  by_need:
    branch:
      on: need
      cases: {money: budget}
      else: services

  budget:
    ask:
      first: OK. Here is one more part for you to read.
      text: |
        Add up what you spend.
      answerless: yes
      counts: no
      options:
        - {id: again, label: Once more, go: by_need}
      skip: by_need

  services:
""",
            ),
        ),
        told=(Told("F203", "main", "budget:"),),
        also=("F204", "F218"),
    ),
    Seed(
        slip="A flow that is called never comes back, and does not end either",
        breaks=("4.3/9", "DESIGN 4"),
        edits=(
            Edit("under_18", "go: _return}", "go: start}"),
            Edit("under_18", "skip: _return", "skip: start"),
        ),
        told=(Told("F203", "under_18", "start:"),),
        also=("F204", "F218"),
    ),
    # --- Five questions, ten taps (4.3/10, DESIGN 4) ------------------------------------------------------
    Seed(
        slip="Three more questions are asked before where he is, each of them harmless",
        breaks=("4.3/10", "DESIGN 4"),
        edits=(
            Edit("main", "      skip: where\n", "      skip: q1\n", times=2),
            Edit("main", "  where:\n    locate:", _asked(("q1", "q2", "q3"), "where") + "  where:\n    locate:"),
        ),
        told=(Told("F202", "main", "where:"),),
    ),
    Seed(
        slip="A friend is asked three things of his own, which makes six on his way alone",
        breaks=("4.3/10", "DESIGN 4"),
        edits=(
            Edit("friend", "first_step: start", "first_step: q1"),
            Edit("friend", "steps:\n", "steps:\n" + _asked(("q1", "q2", "q3"), "start")),
        ),
        told=(Told("F202", "main", "where:"),),
    ),
    Seed(
        slip="The sixth question comes only to those who look for a place to stay",
        breaks=("4.3/10", "DESIGN 4"),
        edits=(
            Edit("main", "      go: services\n      skip: services\n", "      go: by_need\n      skip: services\n"),
            Edit(
                "main",
                "  services:\n",
                "  by_need:\n    branch:\n      on: need\n      cases: {stay: q1}\n      else: services\n\n"
                + _asked(("q1", "q2", "q3"), "services")
                + "  services:\n",
            ),
        ),
        told=(Told("F202", "main", "q3:"),),
    ),
    Seed(
        slip="Seven pages to read before anything else: from the first of them an end is eleven taps away",
        breaks=("4.3/10", "DESIGN 4"),
        edits=(
            Edit("friend", "first_step: start", "first_step: p1"),
            Edit("friend", "steps:\n", "steps:\n" + _pages(tuple(f"p{n}" for n in range(1, 8)), "start")),
        ),
        told=(Told("F218", "friend", "p1:"),),
        also=("F218",),
    ),
    # --- Every question can be skipped, and says why (DESIGN 2) -------------------------------------------
    Seed(
        slip="A question cannot be skipped",
        breaks=("DESIGN 2",),
        edits=(Edit("main", "      skip: after\n", ""),),
        told=(Told("F113", "main", "other_need:"),),
    ),
    Seed(
        slip="A question does not say why it is asked",
        breaks=("DESIGN 2",),
        edits=(
            Edit(
                "own_behaviour",
                "      why: |\n        There are different lines for different worries. "
                "This tells me which to show. It isn't kept. You can skip it.\n",
                "",
            ),
        ),
        told=(Told("F113", "own_behaviour", "question:"),),
    ),
    Seed(
        slip="To skip a question asks it again",
        breaks=("DESIGN 2",),
        edits=(Edit("main", "      skip: after\n", "      skip: other_need\n"),),
        told=(Told("F204", "main", "skip: other_need"),),
    ),
    Seed(
        slip="To skip a question says something and asks it again",
        breaks=("DESIGN 2",),
        edits=(Edit("main", "      skip: where\n\n  need_for_him:", "      skip: it_happens\n\n  need_for_him:"),),
        told=(Told("F204", "main", "skip: it_happens"),),
    ),
    Seed(
        slip="To skip goes by the answer, and without one it leads back",
        breaks=("DESIGN 2", "4.3/7"),
        edits=(
            Edit("main", "      skip: after\n", "      skip: by_need\n"),
            Edit(
                "main",
                "  services:\n",
                "  by_need:\n    branch:\n      on: need\n"
                "      cases: {stay: after}\n      else: other_need\n\n  services:\n",
            ),
        ),
        told=(Told("F204", "main", "skip: by_need"), Told("F209", "main", "on: need")),
    ),
    Seed(
        slip="A question is called answerless, to be rid of its reason, and yet keeps the answer",
        breaks=("DESIGN 2", "DESIGN 5"),
        edits=(
            Edit("keep_a_number", "      counts: no\n      save: chat\n", "      answerless: yes\n      save: chat\n"),
        ),
        told=(Told("F154", "keep_a_number", "save: chat"),),
    ),
)
