"""When Python looks for rubbish in memory.

While a program is loaded nearly everything that is made stays. To look through it for rubbish again and again takes a
third of the time, and to look through it once, when all is loaded, still a tenth.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Within, no rubbish is looked for, and what is there at the end is never looked through again. Afterwards it is
    looked for as it was before, among what was made since."""
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if looks:
            gc.enable()
