"""Keys, pseudonyms and sealing: what makes a stolen database useless. The only randomness of the program.

Two things are needed to read anything about a man's conversation: the server's secret and the key of the
hour in which it was last touched. The keys of the hours live in a file beside the databases, not in them,
and are destroyed when the last row that needs them is gone, because deleted rows live on in write-ahead
logs and free pages. What a man answered needs a third thing, his chat's own id, which nobody but the
messenger and he have once the row that awaits the erase of his messages is gone.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.arrival import Address

_NONCE_BYTES = 12
_LENGTH_BYTES = 4
# What is sealed is made as long as the next of these: else its length would tell how far he came and what he answered.
_BLOCK = 2048
# The steps somebody stands on take far less, and the two together fit on one page of a SQLite file.
_BLOCKS: Final = {"place": 512}
_HOUR = 3600
# Hours since 1970 stay below two to the power of this until 2089.
_OWN_BITS = 20
# Seconds. A turn that waits its longest and takes its longest is over by then.
_TURNS_END_WITHIN = 60


_look: ContextVar[object] = ContextVar("look", default=None)


@contextlib.contextmanager
def one_look() -> Iterator[None]:
    """Within, each file of keys is looked at once, and again only for a key that was not there. A turn asks for keys
    twenty times, and to look takes as long as what is done with them."""
    before = _look.set(object())
    try:
        yield
    finally:
        _look.reset(before)


class SealBroken(Exception):
    """What was sealed cannot be read: another key, another chat, or changed bytes."""


class KeyFileError(Exception):
    """The key file is not what this program wrote. The message tells the operator what to do."""


class Keyring:
    """The random keys of the hours for one kind of row, in one file that every serving process shares.

    A key's number counts hours since 1970 and is stored with every row it seals. A key of one row's own has the hour in
    its upper bits (see :meth:`own`).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = str(path)
        self._stamp: tuple[int, int] | None = None
        self._keys: dict[int, bytes] = {}
        self._look: object = None

    def current(self, now: datetime) -> int:
        """The number of this hour's key, which is made if nobody has made it yet."""
        number = int(now.timestamp()) // _HOUR
        if number not in self._known():
            with self._changing() as keys:
                keys.setdefault(number, secrets.token_bytes(32))
        return number

    def own(self, now: datetime) -> int:
        """The number of a new key for one row alone, which need not live as long as others of its hour."""
        hour = int(now.timestamp()) // _HOUR
        with self._changing() as keys:
            number = hour << _OWN_BITS | secrets.randbelow(1 << _OWN_BITS)
            while number in keys:
                number = hour << _OWN_BITS | secrets.randbelow(1 << _OWN_BITS)
            keys[number] = secrets.token_bytes(32)
        return number

    def live(self) -> Mapping[int, bytes]:
        """The keys that some row may still need, newest first, by their numbers."""
        return self._known()

    def key(self, number: int) -> bytes:
        """The key a row names. Raises :class:`SealBroken` when it has been destroyed or lost."""
        key = self._known().get(number) or self._load().get(number)
        if key is None:
            raise SealBroken("the key of that hour is gone")
        return key

    def destroy_all_but(self, needed: Collection[int], now: datetime) -> int:
        """Destroy the keys that no row needs; returns how many went.

        This hour's and the last one's stay, because a turn that began before the hour struck may be about
        to write with it.
        """
        recent = int(now.timestamp()) // _HOUR - 1
        doomed = [number for number in self._load() if number not in needed and _hour_of(number) < recent]
        if doomed:
            with self._changing() as keys:
                for number in doomed:
                    keys.pop(number, None)
        return len(doomed)

    def this_hours(self, now: datetime) -> bytes:
        """This hour's key, for what is asked so often that the file is not looked at: once made it stays as it is."""
        number = int(now.timestamp()) // _HOUR
        return self._keys.get(number) or self.key(self.current(now))

    def _known(self) -> dict[int, bytes]:
        """The keys as the file had them at some moment of this :func:`one_look`; outside of one, as it has them now."""
        look = _look.get()
        if look is None or look is not self._look:
            self._load()
            self._look = look
        return self._keys

    def _load(self) -> dict[int, bytes]:
        """The keys as the file has them now, newest first; read again only after some process has replaced it."""
        try:
            status = os.stat(self._name)
        except FileNotFoundError:
            self._keys, self._stamp = {}, None
            return self._keys
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._keys = self._parse(self._path.read_text(encoding="utf-8"))
            self._stamp = stamp
        return self._keys

    def _parse(self, text: str) -> dict[int, bytes]:
        try:
            keys = {
                int(number): base64.b64decode(value, validate=True)
                for number, value in json.loads(text)["keys"].items()
            }
            return dict(sorted(keys.items(), reverse=True))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise KeyFileError(
                f"The key file {self._path} is damaged. Conversations under way cannot be read without it. "
                "Restore it, or delete it: people then start again, and messages that were waiting to be "
                "cleared from their chats stay there."
            ) from None

    @contextlib.contextmanager
    def _changing(self) -> Iterator[dict[int, bytes]]:
        """Change the keys under a lock. Other processes wait; a crash half-way leaves the old file whole."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            keys = dict(self._load())
            yield keys
            draft = self._path.with_suffix(".new")
            handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                json.dump({"keys": {str(n): base64.b64encode(key).decode() for n, key in keys.items()}}, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, self._path)
        finally:
            os.close(lock)


class Sealer:
    """Pseudonyms and seals under the server's secret and one keyring."""

    def __init__(self, server_secret: str, keyring: Keyring) -> None:
        self._server_secret = server_secret.encode()
        self.keyring = keyring
        # Deriving costs more than sealing; a busy hour uses the same few keys for every man.
        self._derived = lru_cache(maxsize=4096)(self._derive)
        self._keyed = lru_cache(maxsize=4096)(self._make_keyed)

    def pseudonym(self, number: int, kind: str, value: str) -> str:
        """A name for ``value`` that only this server can make, and only while the hour's key lives.

        128 bits, as hex: too many for two men ever to share one.
        """
        return self._named(self.keyring.key(number), kind, value)

    def pseudonyms(self, kind: str, value: str) -> dict[str, int]:
        """Every name ``value`` may be filed under now, with the number of the key that makes it."""
        return {self._named(key, kind, value): number for number, key in self.keyring.live().items()}

    def seal(self, number: int, purpose: str, data: bytes, *, owner: Address | None = None) -> bytes:
        """Seal ``data``, of whose length nothing shows; with an ``owner`` it opens only for whoever knows his chat's
        id.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        padded = _padded(data, purpose)
        return nonce + AESGCM(self._key(number, purpose, owner)).encrypt(nonce, padded, purpose.encode())

    def open(self, number: int, purpose: str, sealed: bytes, *, owner: Address | None = None) -> bytes:
        """Open what :meth:`seal` made. Raises :class:`SealBroken`."""
        key = self._key(number, purpose, owner)
        try:
            return _unpadded(AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose.encode()))
        except (InvalidTag, ValueError):
            raise SealBroken("the bytes are not what was sealed") from None

    def lanes(self, address: Address, now: datetime) -> tuple[int, ...]:
        """The lanes, of 65,536, in which a chat's turns queue now, in the order in which they are to be held.

        They go by the key of the hour, so that a row that was deleted tells nothing once the key is destroyed. While
        a turn that began in the hour before may still be in hand, its lane is held as well.
        """
        keys = [self.keyring.this_hours(now)]
        if now.timestamp() % _HOUR < _TURNS_END_WITHIN:
            before = self.keyring.live().get(int(now.timestamp()) // _HOUR - 1)
            keys += [] if before is None else [before]
        name = f"{address.channel}/{address.chat}".encode()
        return tuple(sorted({int.from_bytes(self._mac(key, "lane", name)[:2]) for key in keys}))

    def _named(self, hour: bytes, kind: str, value: str) -> str:
        return self._mac(hour, f"pseudonym/{kind}", value.encode())[:16].hex()

    def _mac(self, hour: bytes, info: str, value: bytes) -> bytes:
        # A copy of one that knows its key takes half the time, and does not stop for other threads.
        mac = self._keyed(hour, info).copy()
        mac.update(value)
        return mac.digest()

    def _make_keyed(self, hour: bytes, info: str) -> hmac.HMAC:
        return hmac.new(self._derive(hour, info), digestmod="sha256")

    def _key(self, number: int, purpose: str, owner: Address | None) -> bytes:
        hour = self.keyring.key(number)
        if owner is None:
            return self._derived(hour, purpose)
        return self._derive(hour, f"{purpose}/{owner.channel}/{owner.chat}")

    def _derive(self, hour: bytes, info: str) -> bytes:
        return HKDF(hashes.SHA256(), 32, salt=hour, info=info.encode()).derive(self._server_secret)


def new_secret() -> str:
    """A secret for a server that has none yet: 256 bits, as text that fits an environment variable."""
    return secrets.token_urlsafe(32)


def new_chat() -> str:
    """A chat's id where the channel has none of its own (the web, the terminal): 192 bits."""
    return secrets.token_urlsafe(24)


def new_holder() -> str:
    """A name for one holder of a lane."""
    return secrets.token_hex(8)


def latch(server_secret: str, address: Address) -> int:
    """Which of 65,536 locks in the database's memory keeps a man's leaving and his turn's end apart.

    It is the same from hour to hour, so it must never be written to a disk.
    """
    name = f"{address.channel}/{address.chat}".encode()
    return int.from_bytes(hmac.digest(server_secret.encode(), b"latch/" + name, hashlib.sha256)[:2])


def _hour_of(number: int) -> int:
    return number >> _OWN_BITS or number


def _padded(data: bytes, purpose: str) -> bytes:
    whole = len(data).to_bytes(_LENGTH_BYTES) + data
    block = _BLOCKS.get(purpose, _BLOCK)
    return whole.ljust(-(-len(whole) // block) * block, b"\0")


def _unpadded(padded: bytes) -> bytes:
    return padded[_LENGTH_BYTES:][: int.from_bytes(padded[:_LENGTH_BYTES])]
