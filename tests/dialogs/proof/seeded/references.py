"""Names that point at nothing, names that clash, words that get where no words may be."""

from __future__ import annotations

from tests.dialogs.proof.seeded.planting import Edit, Seed, Told

SEEDS = (
    # --- Every reference is closed (4.3/1) ----------------------------------------------------------------
    Seed(
        slip="A step's name is mistyped where an option leads to it",
        breaks=("4.3/1",),
        edits=(Edit("main", "call: under_18, saves: no, go: need}", "call: under_18, saves: no, go: nead}"),),
        told=(Told("F130", "main", "go: nead"),),
    ),
    Seed(
        slip="A flow is called by the name it had before it was renamed",
        breaks=("4.3/1",),
        edits=(
            Edit(
                "main",
                "[save a number, remember], call: keep_a_number}",
                "[save a number, remember], call: keep_number}",
            ),
        ),
        told=(Told("F131", "main", "call: keep_number"),),
    ),
    Seed(
        slip="A lifeline's key is mistyped in a text",
        breaks=("4.3/1", "4.3/16"),
        edits=(Edit("under_18", "{lifeline.childline}", "{lifeline.child_line}"),),
        told=(Told("F143", "under_18", "{lifeline.child_line}"),),
    ),
    Seed(
        slip="A search looks by an answer that was renamed at the top of the flow",
        breaks=("4.3/1", "4.3/14"),
        edits=(Edit("main", "needs: need", "needs: wish"),),
        told=(Told("F132", "main", "needs: wish"),),
    ),
    Seed(
        slip="The first step of a flow was renamed, and the line above it was not",
        breaks=("4.3/1",),
        edits=(Edit("neck", "first_step: seen_today", "first_step: see_today"),),
        told=(Told("F130", "neck", "first_step: see_today"),),
    ),
    # --- Names do not clash (4.3/5) -----------------------------------------------------------------------
    Seed(
        slip="A button to end a part is called Exit, which is how he leaves altogether",
        breaks=("4.3/5", "DESIGN 3"),
        edits=(Edit("reading", "{id: start, label: Other things to read,", "{id: start, label: Exit,"),),
        told=(Told("F217", "reading", "label: Exit"),),
    ),
    Seed(
        slip="One of the words for an option is the word that makes everything vanish",
        breaks=("4.3/5", "DESIGN 3"),
        edits=(Edit("main", "words: [later, finished]", "words: [later, quit]"),),
        told=(Told("F217", "main", "quit"),),
    ),
    Seed(
        slip="Two options of one question have the same label",
        breaks=("4.3/5", "4.3/6"),
        edits=(Edit("dark_thoughts", 'label: "No", words: [not that]', "label: Not sure, words: [not that]"),),
        told=(Told("F137", "dark_thoughts", "{id: not_that"),),
    ),
    Seed(
        slip="An option is called Back, as the way back to the last question is",
        breaks=("4.3/5",),
        edits=(Edit("contact", "{id: asks, label: What they ask,", "{id: asks, label: Back,"),),
        told=(Told("F138", "contact", "label: Back"),),
    ),
    Seed(
        slip="Two options are said with the same word, so that his typed answer would be a guess",
        breaks=("4.3/5", "4.3/6"),
        edits=(Edit("main", "words: [debt, bills, bank, benefits,", "words: [debt, bills, court, benefits,"),),
        told=(Told("F137", "main", "- money"), Told("F137", "main", "options: [talk, stay, police_legal")),
    ),
    Seed(
        slip="What stands on one button is the name of the option beside it: typed out, it would be asked back",
        breaks=("4.3/5", "4.3/6"),
        edits=(Edit("own_behaviour", "label: Both, words: [bit of both,", "label: Worried, words: [bit of both,"),),
        told=(Told("F220", "own_behaviour", "label: Worried"),),
    ),
    # --- What he types changes no way and no text (4.3/12) ------------------------------------------------
    Seed(
        slip="A branch is written on what he typed",
        breaks=("4.3/12", "DESIGN 5"),
        edits=(Edit("sexual", "on: where\n", "on: words\n"),),
        told=(Told("F132", "sexual", "on: words"),),
    ),
    Seed(
        slip="His own words are put back into a text",
        breaks=("4.3/12", "DESIGN 5"),
        edits=(Edit("friend", "It's good that you noticed.", "You wrote {words}. It's good that you noticed."),),
        told=(Told("F141", "friend", "{words}"),),
    ),
    Seed(
        slip="A slot is written as a small calculation",
        breaks=("4.3/12",),
        edits=(Edit("friend", "It's good that you noticed.", "{need == 'stay' and where}"),),
        told=(Told("F142", "friend", "{need == 'stay' and where}"),),
    ),
    # --- Only closed lists are remembered (DESIGN 5) ------------------------------------------------------
    Seed(
        slip="A question is to keep his name, as a text",
        breaks=("DESIGN 5",),
        edits=(Edit("keep_a_number", "  chat: [keep, clear]", "  chat: [keep, clear]\n  name: text"),),
        told=(Told("F111", "keep_a_number", "name: text"),),
    ),
    Seed(
        slip="A question keeps what is on no list",
        breaks=("DESIGN 5",),
        edits=(Edit("keep_a_number", "{id: keep, label:", "{id: keep_it, label:"),),
        told=(Told("F133", "keep_a_number", "keep_it"),),
    ),
    Seed(
        slip="A question keeps its answer under a name that was never listed",
        breaks=("DESIGN 5", "4.3/1"),
        edits=(
            Edit(
                "own_behaviour", "      counts: no\n      unknown", "      counts: no\n      save: worry\n      unknown"
            ),
        ),
        told=(Told("F132", "own_behaviour", "save: worry"),),
    ),
    Seed(
        slip="What he picks from a list is kept as the area where he is",
        breaks=("DESIGN 5",),
        edits=(Edit("sexual", "      skip: whole_uk\n", "      save: where\n      skip: whole_uk\n"),),
        told=(Told("F134", "sexual", "save: where"),),
    ),
    Seed(
        slip="A value was added to an answer in one flow and not in the other that keeps it",
        breaks=("DESIGN 5", "4.3/7"),
        edits=(Edit("friend", "first_step: start", "answers:\n  need: [talk, stay]\nfirst_step: start"),),
        told=(Told("F135", "main", "need: ["),),
    ),
)
