"""What is sealed at the desk opens for its owner alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_directory.desk.keys import SealBroken, seal, unseal

SECRET = "a secret that is long enough for anybody"


@given(st.text(max_size=60), st.integers(1, 99), st.integers(1, 99))
def test_what_is_sealed_opens_for_its_owner_alone(words: str, owner: int, other: int) -> None:
    sealed = seal(SECRET, "a purpose", owner, words)
    assert unseal(SECRET, "a purpose", owner, sealed) == words
    for secret, purpose, number in ((SECRET, "another", owner), (SECRET + "x", "a purpose", owner)):
        with pytest.raises(SealBroken):
            unseal(secret, purpose, number, sealed)
    if other != owner:
        with pytest.raises(SealBroken):
            unseal(SECRET, "a purpose", other, sealed)


@given(st.text(max_size=60))
def test_what_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(SealBroken):
        unseal(SECRET, "a purpose", 1, text)
