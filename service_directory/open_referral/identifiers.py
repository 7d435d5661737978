"""The ids under which our rows are known in open data: UUIDs, made from our own ids and always the same. Pure."""

from __future__ import annotations

import uuid
from typing import Final

#: Never to be changed: every id that was ever published hangs on it.
NAMESPACE: Final = uuid.UUID("b1a7b6f2-64d4-5d0b-9a5e-3c8f0a3c2f5e")


def public_id(kind: str, own_id: str) -> str:
    """The UUID of a row of a kind (service, organization, phone ...).

    An id that is a UUID already is kept: a service that came from somebody else's feed goes on by the id it has
    there, and a directory that was exported and imported again has the ids it had.
    """
    try:
        return str(uuid.UUID(own_id)) if len(own_id) == 36 else _made(kind, own_id)
    except ValueError:
        return _made(kind, own_id)


def _made(kind: str, own_id: str) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{kind} {own_id}"))
