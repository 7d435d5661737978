"""What is typed in the benchmarks of the readers: made up, in the kinds that take them least, usual and most time."""

from __future__ import annotations

from itertools import cycle, islice, product
from typing import Final

MOST: Final = 4096
"""Telegram lets nobody type more."""

ONE_STORY: Final = "she took my phone again and now she says i will never see the kids if i tell anyone what she does. "
"""Told again and again: most words have been met before."""

_TALK: Final = (
    "dont really know where to start with this mate, its been going on since before the wee one was born",
    "My wife's brother lives with us and he has the front room, the telly and most evenings he has me as well.",
    "she reads my messages when im in the shower so ill have to be quick",
    "No I've not told my GP, he's her uncle and half the surgery are cousins",
    "its nothing like what women get, i know that, a slap here and there and the silent treatment for days",
    "Last Thursday he locked me out in the rain in my socks and laughed through the letterbox",
    "I'm on a spouse visa and he keeps the passport in his mother's safe in Birmingham",
    "could murder a pint to be honest, long day, traffic on the ring road was criminal",
    "she never hit me with her hands, always something, the remote, a mug, once the iron",
    "Money goes into her account on the 28th and I ask for petrol like a boy asking for sweets.",
    "Ma maw says ah should jist leave but whaur wid ah go wi twa weans an a dug",
    "He tracks the car. I know because he asked why I'd stopped at the garage in Pontefract for eleven minutes.",
    "what happens when i ring, do they write it down, does it show on the bill",
    "We had a good week. Then I forgot the bins and she threw my dad's watch down the drain.",
    "my son says things to me now that he's heard her say, he's six",
    "they said at work i look tired, i said its the new shifts",
    "I sleep in the van some nights, parked up by the leisure centre, its warmer than it sounds",
    "She told the school I'm not allowed to collect them, there's no order, nothing, she just told them",
    "not being funny but who believes a bloke my size, i do deliveries, im six foot three",
    "Honestly some days I sit in the car at the top of the multi storey and listen to the whole of the radio news",
    "Police came in March. They took one look at the kitchen and asked me what I'd done to set her off.",
    "is there anybody i can talk to who has been through it, not a professional like",
    "He put his forearm across my neck again and afterwards he made us both a cup of tea",
    "i said id think about it and she said think about this and smashed the wing mirror",
    "Dad's carer shouts at him and takes his pension card, is that the sort of thing you do or is that someone else",
    "Can you tell me what they ask. I don't want to say my name. I don't want to say where I live either.",
    "she says if i go she will do something to herself and it will be on me for the rest of my life",
    "My boyfriend outed me to my mosque, he sent the pictures himself, he says he was drunk",
    "theres a knife block in our kitchen and i moved it to the garage and she asked me why i moved it",
    "I don't want her arrested, I want it to stop, I want Sundays back the way they were",
    "sry for rambling, its late an shes on nights till six so this is the only time i get",
    "I pushed past her to get to the door and she fell on the dog gate and now I'm the one with a caution",
    "He's fine with everybody else, the neighbours think he's a saint, he does their hedges",
    "cant sleep cant eat dropped two stone since xmas everyone says i look great",
    "What would I need to take with me? Birth certificates? She's got the folder under her side of the bed.",
    "the little one hid in the airing cupboard with her rabbit till it went quiet",
    "it was my birthday so i said yes to it, i say yes to most of it now, its quicker",
    "Her mum rang and said real men don't go telling tales and I hadn't told anybody anything",
    "wots ur opening times on a sunday then, and is it an actual person",
    "I was in the army nine years and I'm frightened of the sound of a Corsa pulling up",
)
VARIED: Final = " ".join(_TALK)[:MOST]
"""A different sentence each time, as training and corpora have them."""

_STEMS: Final = ("strangel", "suacidal", "knif", "threten", "throte", "stabed", "chokd", "killd")
_ENDS: Final = ("ing", "edd", "er", "tme", "nmy", "sher", "hes", "wil")
RUN_TOGETHER: Final = " ".join(map("".join, product(_STEMS, _STEMS, _ENDS)))[:MOST]
"""Misspelt words of danger run together, each another: every one has to be taken apart and compared."""

BEGINNINGS: Final = "she has a knife and she will kill me if i "
"""The beginnings of phrases without their ends, which are all followed."""

HARD_IDENTITY: Final = "on 5 in st st st since 07 70 May 1979 a@b "
"""Words and figures that nearly are an address, a number and a date: what takes longest to be seen to be none."""


def filled(text: str, length: int = MOST) -> str:
    """So many characters of a text, told again and again."""
    return "".join(islice(cycle(text), length))
