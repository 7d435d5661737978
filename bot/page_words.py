"""The words of the web page around the conversation: buttons, hints, and what is told of leaving and of privacy.

They are English here. Another language comes from the catalogue that the flows are translated by, like all that the
program says (`dialogs.known.Known.around`); what it lacks is said in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PAGE: Final[Mapping[str, str]] = MappingProxyType(
    {
        # What stands on every page.
        "page.leave": "Leave this page",
        "page.helpline": "Helpline",
        "page.helpline_free": "Free helpline",
        "page.helpline_closed": "Helpline, closed for now",
        "page.shift": "Pressing Shift three times leaves this page too.",
        "page.shift_twice": "Press Shift twice more to leave.",
        "page.shift_once": "Press Shift once more to leave.",
        "page.about_leaving": "What leaving hides, and what it can't",
        "page.about_privacy": "Privacy, and who runs this",
        "page.not_sent": "That did not go through. Your connection may be down. Please send it again.",
        "page.wake": "Continue",
        "page.elsewhere": "Go to another site",
        # Around the conversation.
        "page.write": "Or write it in your own words",
        "page.leave_out": "Please leave out names and addresses.",
        "page.send": "Send",
        "page.back": "Back to the chat",
        "page.calls": "A call or a text can show on the phone bill, and stays listed on the phone.",
        # Words before a number that say whether to call or to text it, all lower case.
        "page.calling": "call, ring, phone, dial",
        "page.texting": "text, sms",
        # Before the chat begins.
        "page.before": "Before you start",
        "page.before_lead": "How to keep this to yourself. You can skip it.",
        "page.before_skip": "Skip",
        "page.before_go": "Go on to the chat",
        "page.before_leave": "To leave",
        "page.before_button": (
            "Tap “Leave this page”, at the top of every screen. It deletes your answers and opens an ordinary "
            "website instead."
        ),
        "page.before_shift": "Pressing the Shift key three times does the same.",
        "page.before_not": "What leaving can't hide",
        "page.before_history": "Your browser's history may list “Chat”. You can delete that one line.",
        "page.before_no_script": (
            "Your browser runs no scripts here. The Back button may list “Chat” once for each answer. None of your "
            "answers will show."
        ),
        "page.before_stuck": (
            "If nothing happens when you tap the button, we can't be reached. Close this window then. Until "
            "{minutes} minutes have gone by, the chat could come up again here."
        ),
        "page.before_network": "Whoever runs the Wi-Fi may see that this site was opened.",
        "page.before_aloud": "If the screen is read out loud, others may hear it.",
        "page.before_calls": "Calls and texts can show on the phone bill, and stay listed on the phone.",
        "page.before_private": "A private window helps",
        "page.before_window": (
            "It keeps no history once you close it. In your browser's menu it may be called Private, Incognito or "
            "InPrivate."
        ),
        # What leaving hides, and what it can't.
        "page.leaving_does": "What “Leave this page” does",
        "page.leaving_deletes": "It deletes your answers.",
        "page.leaving_opens": "It opens an ordinary website in place of this one.",
        "page.leaving_wipes": "It wipes this page at once. The Back button will not bring the chat up again.",
        "page.leaving_shift": "Pressing the Shift key three times does the same.",
        "page.leaving_no_script": (
            "Your browser does not run scripts here. The button still works. But the Back button may list this page "
            "once for each answer, under the name “Chat”. None of your answers will show there."
        ),
        "page.leaving_stuck": (
            "If nothing happens when you tap the button, we can't be reached, so nothing could be deleted. Take the "
            "link that comes up instead, or close this window. For {minutes} minutes after your last answer, someone "
            "who opens this site here could then go on with the chat. In a private window they could not."
        ),
        "page.leaving_not": "What it can't hide",
        "page.leaving_history": (
            "Your browser's history may still list this site's address, under the name “Chat”. You can delete that "
            "one line. Emptying the whole history can look odd to someone who checks."
        ),
        "page.leaving_network": "Whoever runs the Wi-Fi or the broadband may be able to see that this site was opened.",
        "page.leaving_encrypted": "They can't see what you read or write here.",
        "page.leaving_spying": (
            "An app put on your phone or computer to watch you may see all of it. If you think there is one, use "
            "something else: a friend's phone, or a computer in a library."
        ),
        "page.leaving_aloud": "If your phone or computer reads the screen out loud, others may hear it.",
        "page.leaving_private": "Next time, use a private window",
        "page.leaving_window": (
            "Your browser's menu has one. It may be called Incognito, InPrivate or Private. When you close it, it "
            "keeps no history. It does not hide you from the last three things above."
        ),
        "page.leaving_calls": "Calls and texts",
        "page.leaving_bill": (
            "A call or a text stays on your phone until you delete it. It may also show on the bill. If someone "
            "checks either, use a phone they can't look at."
        ),
        "page.leaving_keeping": "What is kept here",
        "page.leaving_kept": (
            "Nobody asks your name. What you write is not kept. The answers you pick, and roughly where you are if "
            "you said so, are kept until you leave, or for {minutes} minutes after the last one. Until then two "
            "small cookies hold your place."
        ),
        # Privacy, and who runs this.
        "page.privacy_who": "Who runs this",
        "page.privacy_operator": "Who runs this: {name}",
        "page.privacy_contact": "Questions about privacy: {name}",
        "page.privacy_complaints": "Complaints: {name}",
        "page.privacy_ico": (
            "You can also complain to the Information Commissioner (the ICO): {address}. It will want to know that "
            "you asked us first."
        ),
        "page.privacy_genuine": (
            "Where the real chat is: {name}. If you are reading this anywhere else, it is a copy. Don't trust it."
        ),
        "page.privacy_kept": "What is kept",
        "page.privacy_nobody": "Nobody asks your name. No person reads what you write.",
        "page.privacy_looked": (
            "What you write is looked at once, by this program alone, to answer you. It is not kept, and it is not "
            "passed on."
        ),
        "page.privacy_answers": (
            "The answers you pick, and your council area if you said it, are kept under lock until you leave, or for "
            "{minutes} minutes after the last one."
        ),
        "page.privacy_mark": (
            "A coded mark stays for a day, so that nothing is answered twice and nothing you sent before leaving is "
            "answered after. It holds nothing you said."
        ),
        "page.privacy_cookie": (
            "Two small cookies hold your place. There are no others, and nobody follows you here. How often people "
            "look for help is counted by month and region, with nothing about who they are."
        ),
        "page.privacy_law": "Why the law allows it",
        "page.privacy_grounds": (
            "You ask for help, and to give it your answers have to be used for a short while. The law calls that "
            "legitimate interests. Some answers say something about your health or your private life. They are used "
            "because you choose to give them. The law calls that explicit consent. You can skip every question, and "
            "you can take it back by leaving."
        ),
        "page.privacy_rights": "What you can ask for",
        "page.privacy_asking": (
            "The law says you can ask to see what is kept about you, and to have it put right, deleted or no longer "
            "used. “Leave this page” deletes it at once. Whoever runs this can't tell which answers are yours, so "
            "they may not be able to find them for you."
        ),
        "page.privacy_limits": "What we can't promise",
        "page.privacy_beyond": "What your own browser, phone or Wi-Fi keeps is not in our hands.",
    }
)
"""By name, in English. `{minutes}` and the like are slots."""
