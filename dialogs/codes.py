"""Every mistake that can be found in a flow, by its code. Codes are stable: never reuse one.

docs/flow-errors.md has a heading for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Code:
    """What a code is called, and why such a mistake matters (one line, shown with every finding)."""

    title: str
    why: str
    severity: Severity = "error"


CODES: Mapping[str, Code] = MappingProxyType(
    {
        # Reading the file
        "F101": Code("The file cannot be read", "A flow is a file of UTF-8 text."),
        "F102": Code("The file is too big", "A flow that long cannot be reviewed by a person."),
        "F103": Code("Not YAML", "Nothing in the file can be read until this line can."),
        "F104": Code("Too deep or too many parts", "No flow needs it; a file that does is a slip or an attack."),
        "F105": Code("The file is empty", "A flow needs at least one step."),
        "F106": Code("More than one document", "Each flow has a file of its own; `---` begins a second document."),
        "F107": Code("Anchors and aliases", "Hidden copies make a flow hard to review, so each part is written out."),
        "F108": Code("Tags", "Everything in a flow is plain text; a tag would turn it into something else."),
        "F109": Code("Given twice", "Only one of the two could count, and nobody would see which."),
        "F110": Code("A name is expected", "Entries are found by name, and a name is plain text."),
        # Entries
        "F111": Code("The wrong kind of value", "Each entry holds a text, a list or further entries, never a mix."),
        "F112": Code("Unknown entry", "An entry that nothing reads would be lost in silence."),
        "F113": Code("Missing entry", "The conversation cannot do without it."),
        "F114": Code("Empty value", "An empty value says nothing and leads nowhere."),
        "F115": Code(
            "A comment cuts a text short", "` #` and all that follows on its line is a note to editors.", "warning"
        ),
        "F116": Code("Unknown language version", "This program reads flow language 1."),
        "F117": Code("The flow's name is not its file's", "Flows find each other by file name."),
        "F118": Code(
            "Not a good name",
            "Names are a letter, then letters, digits or `_`, at most 24 characters: they travel on buttons.",
        ),
        "F119": Code("Reserved name", "The program uses this name itself."),
        "F120": Code("The same name twice", "A name has to mean one thing."),
        "F121": Code("Not yes or no", "This entry is a switch."),
        "F122": Code("Not a date", "Dates are checked against the calendar, so they are written 2027-01-31."),
        "F123": Code("Not a web address", "A source that nobody can open cannot be reviewed."),
        # Flows together
        "F124": Code("No flows", "There has to be a conversation."),
        "F125": Code("No flow starts", "A man's first message needs a first step."),
        "F126": Code("Two flows start", "A man's first message leads to one place."),
        "F127": Code("A danger answered by two flows", "When he is in danger there must be one answer, not a choice."),
        "F128": Code("Unknown risk label", "A flow for a danger that is never noticed would never be shown."),
        "F129": Code("The start flow answers a danger", "Returning from an interrupt would lead into itself."),
        "F130": Code("No such step", "He would tap and nothing would follow."),
        "F131": Code("No such flow", "He would tap and nothing would follow."),
        "F132": Code("No such answer", "Only answers listed at the top of the flow can be remembered or asked for."),
        "F133": Code("Not a value of the answer", "Answers are closed lists: nothing outside the list is remembered."),
        "F134": Code("The wrong kind of answer", "An area comes from the map of areas, other answers from a list."),
        "F135": Code("An answer listed differently", "Flows share answers, so each must list the same values."),
        "F136": Code("The label does not fit its button", "A label is 1 to 4 words, at most 32 characters."),
        "F137": Code("Two options look or sound the same", "What he taps or types must mean one thing."),
        "F138": Code(
            "A word that is already taken", "Skip, Back and other words of the program work at every question."
        ),
        "F139": Code("An option leads nowhere", "He would tap and nothing would follow."),
        "F140": Code("Several choices, mixed up", "He ticks several options and then taps Done, which leads on once."),
        "F141": Code("Unknown slot", "A slot is filled by the program; one it does not know would stay empty."),
        "F142": Code("A stray brace", "Braces mark slots; `{{` and `}}` stand for braces themselves."),
        "F143": Code("No such lifeline", "A lifeline that is not listed has no number to show."),
        "F144": Code("First line too short or too long", "A first line of 40 to 70 characters fills a lock screen."),
        "F145": Code("First line not bland", "Whoever lies beside him may read the first line on his phone."),
        "F146": Code("Text too long", "One message holds 4,096 characters, the helpline and the way out included."),
        "F147": Code("A line of the card is not worded", "A service's card would have a hole in it."),
        "F148": Code("Not an area code", "Areas are known by codes such as E92000001."),
        "F149": Code("A loop without a question", "The conversation would go round for ever and never answer him."),
        "F150": Code("Not a step", "A step is one of: ask, locate, find, say, branch, call, end."),
        "F151": Code("Flows that call each other in a circle", "He could never come back out of them."),
        "F152": Code("No options", "A question needs something to tap."),
        "F154": Code(
            "A question that says it is none", "What is kept must have been asked, with its reason and a way past."
        ),
        "F153": Code("No such case", "The branch would never be taken."),
        "F155": Code("An aside too many or too few", "Asides are said on set occasions, so each occasion has one."),
        "F156": Code("Not a grade of confidence", "A source is trusted A (most), B, C or D (least)."),
        "F157": Code("Flows handed over too deep", "He would lose his way back; from an interrupt there must be one."),
        # Language and loading
        "F158": Code("A choice that no question names", "Nobody can tap it, and it goes stale unseen.", "warning"),
        "F159": Code("No such choice", "A question names options under `choices`, or writes them out."),
        "F160": Code(
            "Curly quotes",
            "Only straight quotes go round a text. Curly ones are part of it, and he sees them.",
            "warning",
        ),
        "F161": Code("A text of several lines without `|`", "Its lines would run together into one.", "warning"),
        "F162": Code("A `go` that no option takes", "It looks as if it led somewhere; nobody goes there.", "warning"),
        "F163": Code("An invisible sign in a text", "Whoever reviews the words does not see it; his phone might."),
        "F164": Code("Nothing that could be passed on", "A tap that passes nothing on would be lost in silence."),
        # Proved by walking the conversation
        "F201": Code("A step that is never reached", "Nobody can read it, and nobody will notice when it goes stale."),
        "F202": Code("More than five questions", "A man gets to a service within five questions."),
        "F203": Code("No way to an end", "Every conversation can be finished without leaving it."),
        "F204": Code("Skip leads back to the question", "Every question can be skipped."),
        "F205": Code("Nothing to return to", "`_return` goes back to the flow that called; here nothing did."),
        "F206": Code("Too large to walk", "What cannot be proved cannot be published."),
        "F207": Code("A flow that is never reached", "Nobody can read it, and nobody will notice when it goes stale."),
        "F208": Code("A case that can never happen", "Whoever wrote it believes in a way that nobody can go."),
        "F209": Code("Read before it was asked", "The conversation would decide by an answer that nobody has given."),
        "F210": Code("An answer that nothing reads", "What is not needed is not asked and not kept.", "warning"),
        "F211": Code("Too much in one turn", "A frightened man loses the first services under all that follows them."),
        "F212": Code("It does not fit into one message", "It would be cut in two, or refused by the messenger."),
        "F213": Code(
            "Nothing found, and nobody named", "Where the list has nothing for him, somebody must still be there."
        ),
        "F214": Code("Danger without a contact", "Who is in danger reads one message: whom to call stands in it."),
        "F215": Code("Danger that no flow answers", "The button for urgent help stands under every message."),
        "F216": Code(
            "An interrupt that does not give him back",
            "He comes back from an answer to danger to exactly where he was.",
        ),
        "F217": Code("A word that leaves", "He would answer a question, and everything would vanish."),
        "F218": Code("An end too far away", "A man who has had enough can bring it to an end within ten taps."),
        "F219": Code("A search with nothing to look by", "It would show the same services to everybody."),
        "F220": Code("A label that means something else when typed", "What he taps and what he types mean the same."),
        # How it reads
        "F230": Code(
            "Too hard to read", "He may be afraid, tired or hurried; at a reading age of 11 most men can follow."
        ),
        "F231": Code("A promise that nobody can keep", "He could rely on it, and be let down or found out."),
        "F232": Code("Words that turn him away", "A man who feels judged, ordered about or lied to stops reading."),
        "F233": Code("Words that are harder or louder than they need be", "Plain words are read sooner.", "warning"),
        "F234": Code("A button that tells", "Whoever looks over his shoulder reads the buttons first.", "warning"),
        "F235": Code(
            "An exception that nothing needs", "It would let the word back in without anybody noticing.", "warning"
        ),
        "F236": Code("A long message", "On a phone he would scroll past what matters.", "warning"),
        "F237": Code("A number written out", "Numbers change, and nobody rings those that stand in a text."),
        # What the calendar says
        "F240": Code("Review overdue", "Numbers, law and services change.", "warning"),
        "F241": Code("Not reviewed", "Words that nobody else has read can hurt a man.", "warning"),
        "F242": Code("A review that is still to come", "What is written down as reviewed must have been.", "warning"),
        # Translations: never errors, so that they hold up no correction. The English is said instead.
        "F250": Code(
            "A catalogue that cannot be read", "Nobody can be offered a language whose file is broken.", "warning"
        ),
        "F251": Code("A language that nobody has reviewed", "Words that nobody has read can hurt a man.", "warning"),
        "F252": Code(
            "A text that is not translated as it stands",
            "He would read what is no longer meant, or English.",
            "warning",
        ),
        "F253": Code(
            "Slots differ in translation", "A number he needs would be missing, or a wrong one there.", "warning"
        ),
        "F254": Code(
            "Numbers differ in translation", "A wrong digit leads him to nobody, or to a stranger.", "warning"
        ),
        "F255": Code(
            "A translated label or word does not fit", "A label is 1 to 4 words, at most 32 characters.", "warning"
        ),
        "F256": Code(
            "A translated first line is not bland", "Whoever lies beside him may read it on his phone.", "warning"
        ),
        "F257": Code(
            "Two things look or sound the same in translation", "What he taps or types must mean one thing.", "warning"
        ),
        "F258": Code("A translated word leaves", "He would answer a question, and everything would vanish.", "warning"),
        "F259": Code(
            "A translation that cannot be sent", "He would get half of it, or signs he cannot see.", "warning"
        ),
        "F260": Code("A translation changed since its review", "What was changed has been read by nobody.", "warning"),
        "F261": Code(
            "A translation that breaks what is proved", "It holds in the flows as written, and not in this.", "warning"
        ),
        # Publishing: what a new version would mean for those in the middle of a conversation
        "F270": Code("A step that people stand on is gone", "His next tap would lead him nowhere."),
        "F271": Code("A step takes another kind of answer", "What he is about to tap or type would not fit."),
        "F272": Code("An answer that people gave is not known", "What he said would be lost on the way."),
        "F273": Code("Not sound for those who are on the way", "A way out, or help, would be missing for them."),
        "F274": Code("A move that cannot be made", "A move begins where people stand and ends where they can."),
        "F275": Code("Not a whole version", "A version is all flows: what is not in it would be gone."),
        # Rehearsals
        "F300": Code("Unknown version of rehearsals", "This program plays rehearsals of version 1."),
        "F301": Code("A turn with too much or too little in it", "A turn is one thing that happens, and what is seen."),
        "F302": Code(
            "A channel or language that is not offered", "The conversation can only be rehearsed as it is had."
        ),
        "F303": Code("Not an answer of the map or the directory", "It has to be one that they could give."),
        "F304": Code("No rehearsals", "What nobody rehearses, nobody knows to be right."),
        "F310": Code("He does not read what he should", "The rehearsal expects these words in this turn."),
        "F311": Code("He reads what he should not", "The rehearsal expects that these words are nowhere in this turn."),
        "F312": Code("A button is missing", "The rehearsal expects a button of this name in this turn."),
        "F313": Code("He is somewhere else", "The rehearsal expects him at this step of this flow."),
        "F314": Code("He cannot tap that", "A man can only tap what is on offer."),
        "F315": Code("The map or the directory, asked or not", "They answer when they are asked, and only then."),
        "F316": Code("A danger that nothing answers", "He would say so, and nothing would follow."),
        "F317": Code("The conversation breaks off", "A man would be told that something went wrong."),
        "F318": Code("Never rehearsed", "What nobody rehearses, nobody knows to be right.", "warning"),
        "F319": Code("Too little is rehearsed", "You asked for more to be rehearsed."),
    }
)
