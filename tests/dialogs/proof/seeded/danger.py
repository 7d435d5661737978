"""Danger that is answered late or not at all, interrupts that do not lead back, help that is not named."""

from __future__ import annotations

from tests.dialogs.proof.seeded.planting import Edit, Seed, Told

_NUMBERS = "        {helpline}\n\n        {lifeline.mens_advice_line}\n"


def _page(name: str, text: str, then: str) -> str:
    return f"""  {name}:
    ask:
      first: OK. Here is one more part for you to read.
      text: |
        {text}
      answerless: yes
      counts: no
      options:
        - {{id: more, label: Read on, go: {then}}}
      skip: {then}

"""


SEEDS = (
    # --- Danger is one tap away, and its first message is the emergency one (4.3/11) ----------------------
    Seed(
        slip="He is asked whether he can talk before he is told the emergency number",
        breaks=("4.3/11", "DESIGN 3"),
        edits=(
            Edit("danger", "first_step: call", "first_step: gently"),
            Edit("danger", "steps:\n", "steps:\n" + _page("gently", "Is it OK to read on?", "call")),
        ),
        told=(Told("F214", "danger", "gently:"),),
    ),
    Seed(
        slip="On the web page the emergency number comes a page late",
        breaks=("4.3/11", "DESIGN 3"),
        edits=(
            Edit("danger", "first_step: call", "first_step: by_channel"),
            Edit(
                "danger",
                "steps:\n",
                "steps:\n  by_channel:\n    branch:\n      on: channel\n"
                "      cases: {web: gently}\n      else: call\n\n" + _page("gently", "Is it OK to read on?", "call"),
            ),
        ),
        told=(Told("F214", "danger", "gently:"),),
    ),
    Seed(
        slip="A man who has named his nation is led past the first message of danger",
        breaks=("4.3/11", "DESIGN 3"),
        edits=(
            Edit("danger", "first_step: call", "answers:\n  where: area\nfirst_step: by_nation"),
            Edit(
                "danger",
                "steps:\n",
                "steps:\n  by_nation:\n    branch:\n      on: where\n"
                "      cases: {W92000004: gently}\n      else: call\n\n"
                + _page("gently", "Here is how it is in Wales.", "call"),
            ),
        ),
        told=(Told("F214", "danger", "gently:"),),
    ),
    Seed(
        slip="The flow for danger no longer says which danger it answers",
        breaks=("4.3/11", "DESIGN 3"),
        edits=(Edit("danger", "interrupt: [immediate_danger]\n", ""),),
        told=(Told("F215", "main", "language: 1"),),
        also=("F207",),
    ),
    Seed(
        slip="A second flow answers the same danger",
        breaks=("4.3/11", "4.3/7"),
        edits=(Edit("neck", "interrupt: [strangulation]", "interrupt: [strangulation, immediate_danger]"),),
        told=(Told("F127", "neck", "immediate_danger"),),
    ),
    Seed(
        slip="To a man who thinks of suicide a page without any number is shown first",
        breaks=("4.3/11", "4.3/12"),
        edits=(
            Edit("dark_thoughts", "first_step: question", "first_step: gently"),
            Edit("dark_thoughts", "steps:\n", "steps:\n" + _page("gently", "Is it OK to read on?", "question")),
        ),
        told=(Told("F214", "dark_thoughts", "gently:"),),
    ),
    # --- Interrupts act everywhere and come back to the same place (4.3/13) -------------------------------
    Seed(
        slip="The nation asked for in an interrupt is kept, over the council he had named",
        breaks=("4.3/13",),
        edits=(
            Edit(
                "sexual",
                "    ask:\n      first: OK. Here is one thing to pick before that.",
                "    locate:\n      first: OK. Here is one thing to pick before that.",
            ),
            Edit(
                "sexual",
                "      skip: whole_uk\n",
                "      save: where\n      go: whole_uk\n      unknown: |\n        I don't know that place.\n"
                "      choose: |\n        Which one is it?\n      skip: whole_uk\n",
            ),
        ),
        told=(Told("F216", "sexual", "save: where"),),
    ),
    Seed(
        slip="An interrupt asks what would help, and that becomes what he is looking for",
        breaks=("4.3/13",),
        edits=(
            Edit(
                "own_behaviour",
                "first_step: question",
                "answers:\n  need: [talk, stay, police_legal, children, money, health, browsing]\nfirst_step: question",
            ),
            Edit(
                "own_behaviour", "      counts: no\n      unknown", "      counts: no\n      save: need\n      unknown"
            ),
            Edit("own_behaviour", '{id: worried, label: "Yes"', '{id: talk, label: "Yes"'),
            Edit("own_behaviour", "{id: not_that, label: Not that,", "{id: health, label: Not that,"),
            Edit("own_behaviour", "{id: both, label: Both,", "{id: stay, label: Both,"),
        ),
        told=(Told("F216", "own_behaviour", "save: need"),),
    ),
    Seed(
        slip="An interrupt ends the conversation, whatever he was at",
        breaks=("4.3/13", "4.3/9"),
        edits=(
            Edit("neck", "go: _return}", "go: over}"),
            Edit("neck", "skip: _return", "skip: over", times=3),
            Edit(
                "neck",
                "steps:\n",
                "steps:\n  over:\n    end:\n      text: |\n        That is all. You can come back any time.\n\n",
            ),
        ),
        told=(Told("F216", "neck", "strangulation"),),
    ),
    Seed(
        slip="An interrupt goes round in itself and never lets him go",
        breaks=("4.3/13", "4.3/9"),
        edits=(
            Edit("children_at_risk", "go: _return}", "go: now}"),
            Edit("children_at_risk", "skip: _return", "skip: now", times=3),
        ),
        told=(Told("F203", "children_at_risk", "now:"),),
        also=("F204", "F216", "F218"),
    ),
    Seed(
        slip="The start flow answers a danger itself, and would return into itself",
        breaks=("4.3/13",),
        edits=(
            Edit("main", "starts: yes\n", "starts: yes\ninterrupt: [immediate_danger]\n"),
            Edit("danger", "interrupt: [immediate_danger]\n", ""),
        ),
        told=(Told("F129", "main", "immediate_danger"),),
    ),
    Seed(
        slip="The label of a risk is mistyped, so that what is noticed is never answered",
        breaks=("4.3/13", "4.3/11"),
        edits=(Edit("neck", "[strangulation]", "[strangulaton]"),),
        told=(Told("F128", "neck", "strangulaton"),),
    ),
    # --- Every outcome helps (4.3/16, 4.3/10, DESIGN 3) ---------------------------------------------------
    Seed(
        slip="When nothing is found, no number is named",
        breaks=("4.3/16", "4.3/10", "DESIGN 3"),
        edits=(
            Edit(
                "main",
                "        There may be help that I don't know of. These lines can look further:\n\n"
                + _NUMBERS
                + "\n        Open now:\n\n        {lifeline.any_hour}\n",
                "        Sorry.\n",
            ),
        ),
        told=(Told("F213", "main", "none:"),),
    ),
    Seed(
        slip="When the directory is out of reach, he is told to try later and nothing else",
        breaks=("4.3/16", "4.3/10", "DESIGN 3"),
        edits=(
            Edit(
                "main",
                "        Please try again in a few minutes. Until then, these lines can talk it through:\n\n"
                + _NUMBERS,
                "        Please try again in a few minutes.\n",
            ),
        ),
        told=(Told("F213", "main", "unavailable:"),),
    ),
    Seed(
        slip="The question for what he needs no longer keeps it, and a search looks by nothing else",
        breaks=("4.3/16", "4.3/14"),
        folder="small",
        edits=(Edit("main", "      save: need\n", ""), Edit("main", "      area: where\n", "")),
        told=(Told("F219", "main", "services:"),),
    ),
    Seed(
        slip="A search was moved in front of all questions, and there is nothing yet to look by",
        breaks=("4.3/14",),
        folder="small",
        edits=(
            Edit("main", "first_step: welcome", "first_step: services"),
            Edit("main", "      go: after\n  after:", "      go: welcome\n  after:"),
            Edit("main", "      go: services\n      skip: services\n", "      go: after\n      skip: after\n"),
            Edit("main", "go: services}", "go: after}", times=2),
            Edit("main", "label: Something else, go: hello", "label: Something else, go: where"),
        ),
        told=(Told("F219", "main", "services:"),),
        also=("F211",),
    ),
)
