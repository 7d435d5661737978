"""The few words the engine itself says. Everything else is written in the flows.

Kept in one place so that people can review them, and so that translations have one place to come from.
"""

from __future__ import annotations

SKIP = "Skip"
WHY = "Why?"
BACK = "Back"
DONE = "Done"
NONE_OF_THESE = "None of these"
START_AGAIN = "Start again"
TICK = "✓ "

NOT_UNDERSTOOD = "Sorry, I didn't follow that. I'm a simple program, and the buttons below are what I know."
DID_YOU_MEAN = "Is it one of these?"
# Stands for an area when he has not said where he is.
EVERYWHERE = "the UK"
