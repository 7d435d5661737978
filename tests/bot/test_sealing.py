"""Keys vanish, pseudonyms cannot be made by others, and seals open only for those who should open them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.arrival import Address
from bot.sealing import KeyFileError, Keyring, SealBroken, Sealer, latch, new_chat, new_secret, one_look

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HIM = Address("telegram", "4200000001")
HER = Address("telegram", "4200000002")


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys.json")


@pytest.fixture
def sealer(keyring: Keyring) -> Sealer:
    return Sealer("a server's secret of good length", keyring)


def test_every_hour_has_a_key_of_its_own(keyring: Keyring) -> None:
    first = keyring.current(NOON)
    assert keyring.current(NOON + timedelta(minutes=59)) == first
    later = keyring.current(NOON + timedelta(minutes=60))
    assert later == first + 1
    assert keyring.key(first) != keyring.key(later)
    assert tuple(keyring.live()) == (later, first)


def test_another_process_sees_the_same_keys(keyring: Keyring, tmp_path: Path) -> None:
    number = keyring.current(NOON)
    other = Keyring(tmp_path / "keys.json")
    assert other.current(NOON) == number
    assert other.key(number) == keyring.key(number)
    later = other.current(NOON + timedelta(hours=1))
    assert keyring.key(later) == other.key(later)


def test_within_one_look_the_file_is_read_once_and_after_it_a_change_is_noticed(
    keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[object] = []
    load = keyring._load

    def looked() -> dict[int, bytes]:
        looks.append(None)
        return load()

    monkeypatch.setattr(keyring, "_load", looked)
    number = keyring.current(NOON)
    looks.clear()
    with one_look():
        assert keyring.current(NOON) == number
        assert tuple(keyring.live()) == (number,)
        (tmp_path / "keys.json").unlink()
        assert keyring.key(number)
    assert len(looks) == 1
    with one_look():
        assert not keyring.live()
        with pytest.raises(SealBroken):
            keyring.key(number)


def test_within_one_look_a_key_that_another_process_made_since_is_found(keyring: Keyring, tmp_path: Path) -> None:
    other = Keyring(tmp_path / "keys.json")
    number = keyring.current(NOON)
    with one_look():
        assert tuple(keyring.live()) == (number,)
        later = other.current(NOON + timedelta(hours=1))
        assert keyring.key(later) == other.key(later)
        assert keyring.current(NOON + timedelta(hours=1)) == later
        last = other.current(NOON + timedelta(hours=2))
        assert keyring.current(NOON + timedelta(hours=2)) == last
        assert keyring.key(last) == other.key(last)


def test_a_key_that_nothing_needs_is_destroyed_and_opens_nothing_any_more(keyring: Keyring, sealer: Sealer) -> None:
    number = keyring.current(NOON)
    sealed = sealer.seal(number, "session", b"talk")
    later = NOON + timedelta(hours=2)
    needed = keyring.current(later)
    assert keyring.destroy_all_but({needed}, later) == 1
    with pytest.raises(SealBroken):
        sealer.open(number, "session", sealed)


def test_the_keys_of_this_hour_and_the_last_stay_for_turns_in_hand(keyring: Keyring) -> None:
    keyring.current(NOON)
    keyring.current(NOON + timedelta(hours=1))
    assert keyring.destroy_all_but((), NOON + timedelta(hours=1)) == 0


def test_the_key_file_is_readable_by_its_owner_only(keyring: Keyring, tmp_path: Path) -> None:
    keyring.current(NOON)
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"keys": {"x": "y"}}', '{"keys": {"1": "not base64!"}}', "null"])
def test_a_damaged_key_file_is_explained_to_the_operator(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(damage)
    with pytest.raises(KeyFileError, match=r"keys\.json is damaged.*Restore it, or delete it"):
        Keyring(path).current(NOON)


def test_what_he_answered_opens_only_with_his_chat(keyring: Keyring, sealer: Sealer) -> None:
    number = keyring.current(NOON)
    sealed = sealer.seal(number, "session", b"talk", owner=HIM)
    assert sealer.open(number, "session", sealed, owner=HIM) == b"talk"
    for owner in (HER, None, Address("web", HIM.chat)):
        with pytest.raises(SealBroken):
            sealer.open(number, "session", sealed, owner=owner)


def test_a_seal_is_bound_to_its_purpose_the_secret_and_the_hour(keyring: Keyring, sealer: Sealer) -> None:
    number = keyring.current(NOON)
    sealed = sealer.seal(number, "trace", b"ids")
    with pytest.raises(SealBroken):
        sealer.open(number, "session", sealed)
    with pytest.raises(SealBroken):
        Sealer("another secret, just as long as it", keyring).open(number, "trace", sealed)
    with pytest.raises(SealBroken):
        sealer.open(keyring.current(NOON + timedelta(hours=1)), "trace", sealed)


@given(data=st.binary(max_size=300), spoil=st.integers(min_value=0))
def test_changed_bytes_never_open(tmp_path_factory: pytest.TempPathFactory, data: bytes, spoil: int) -> None:
    keyring = Keyring(tmp_path_factory.getbasetemp() / "spoiled.json")
    sealer = Sealer("a server's secret of good length", keyring)
    number = keyring.current(NOON)
    sealed = bytearray(sealer.seal(number, "trace", data))
    assert sealer.open(number, "trace", bytes(sealed)) == data
    sealed[spoil % len(sealed)] ^= 1
    with pytest.raises(SealBroken):
        sealer.open(number, "trace", bytes(sealed))


def test_a_pseudonym_is_the_same_within_the_hour_and_tells_nothing(keyring: Keyring, sealer: Sealer) -> None:
    number = keyring.current(NOON)
    name = sealer.pseudonym(number, "person", "telegram/4200000001")
    assert name == sealer.pseudonym(number, "person", "telegram/4200000001")
    assert name != sealer.pseudonym(number, "left", "telegram/4200000001")
    assert name != sealer.pseudonym(keyring.current(NOON + timedelta(hours=1)), "person", "telegram/4200000001")
    assert "4200000001" not in name
    assert len(name) == 32


def test_a_man_is_found_under_every_hour_that_still_lives(keyring: Keyring, sealer: Sealer) -> None:
    early = keyring.current(NOON)
    late = keyring.current(NOON + timedelta(hours=1))
    assert set(sealer.pseudonyms("person", "x").values()) == {early, late}


def test_latches_are_few_and_the_same_for_one_man_in_every_process() -> None:
    assert latch("secret", HIM) == latch("secret", HIM)
    assert latch("secret", HIM) != latch("another", HIM) or latch("secret", HER) != latch("another", HER)
    assert all(0 <= latch("secret", Address("web", new_chat())) < 65_536 for _ in range(50))


def test_lanes_are_few_and_change_with_the_hour_and_nobody_slips_past_the_change(
    sealer: Sealer, keyring: Keyring
) -> None:
    (late,) = sealer.lanes(HIM, NOON + timedelta(minutes=59, seconds=59))
    assert 0 <= late < 65_536
    just_after = sealer.lanes(HIM, NOON + timedelta(hours=1, seconds=30))
    assert late in just_after
    assert list(just_after) == sorted(set(just_after))
    (later,) = sealer.lanes(HIM, NOON + timedelta(hours=1, minutes=1))
    assert later in just_after
    # Once the hour's key is destroyed nobody can work out again which lane was his.
    keyring.destroy_all_but({keyring.current(NOON + timedelta(hours=9))}, NOON + timedelta(hours=9))
    assert len(keyring.live()) == 1


def test_a_key_of_its_own_is_destroyed_with_its_row_whatever_else_lives(keyring: Keyring) -> None:
    hour, his, hers = keyring.current(NOON), keyring.own(NOON), keyring.own(NOON)
    assert len({hour, his, hers}) == 3
    assert keyring.destroy_all_but({his}, NOON + timedelta(hours=1)) == 0
    assert keyring.destroy_all_but({his}, NOON + timedelta(hours=2)) == 2
    assert tuple(keyring.live()) == (his,)


@given(data=st.binary(max_size=5000))
def test_how_long_it_was_does_not_show(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    keyring = Keyring(tmp_path_factory.mktemp("keys") / "keys.json")
    sealer = Sealer("a secret", keyring)
    number = keyring.current(NOON)
    sealed = sealer.seal(number, "session", data)
    assert sealer.open(number, "session", sealed) == data
    assert len(sealed) - len(sealer.seal(number, "session", b"")) == (len(data) + 4 - 1) // 2048 * 2048


def test_what_is_made_at_random_is_long_and_never_twice_the_same() -> None:
    assert len({new_secret() for _ in range(20)} | {new_chat() for _ in range(20)}) == 40
    assert all(len(new_secret()) >= 32 for _ in range(5))


def test_no_key_or_chat_shows_in_a_repr(keyring: Keyring, sealer: Sealer, tmp_path: Path) -> None:
    keyring.current(NOON)
    keys = json.loads((tmp_path / "keys.json").read_text())["keys"].values()
    shown = repr(HIM) + repr(keyring) + repr(sealer)
    assert "4200000001" not in shown
    assert not any(key in shown for key in keys)
