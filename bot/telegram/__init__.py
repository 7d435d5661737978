"""The Telegram channel: receives, sends and erases, and knows nothing of abuse, services or flows."""

from __future__ import annotations

import os

# The library warns at every flood reply unless it is told which type of time we read it as.
os.environ.setdefault("PTB_TIMEDELTA", "1")
