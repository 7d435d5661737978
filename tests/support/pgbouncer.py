"""A real PgBouncer before a test's PostgreSQL (`scripts/need-pgbouncer` sees to it that one is there)."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.support.patience import PATIENCE
from tests.support.processes import free_port

_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))


@contextmanager
def pooled(url: str, *, connections: int = 2) -> Iterator[str]:
    """The URL by which a PostgreSQL database is reached through a pooler in transaction mode.

    All transactions share so few connections that one client's next transaction gets another's.
    """
    parts = urlsplit(url)
    name, folder = parts.path.removeprefix("/"), parse_qs(parts.query)["host"][0]
    at = f" port={parts.port}" if parts.port else ""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="pool-") as home:
        settings = Path(home) / "pgbouncer.ini"
        settings.write_text(
            f"[databases]\n{name} = host={folder}{at} user=postgres\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = any\npool_mode = transaction\ndefault_pool_size = {connections}\n"
            # How soon it looks again for a server that was gone; fifteen seconds, left to itself.
            "server_login_retry = 1\n"
        )
        # It refuses to run as root. Whoever runs the server may reach its socket, and has to read the settings here.
        Path(home).chmod(0o755)
        other = ["-u", pwd.getpwuid(Path(folder).stat().st_uid).pw_name] if os.geteuid() == 0 else []
        program = shutil.which("pgbouncer", path=_PLACES)
        assert program, "PgBouncer is not here; scripts/need-pgbouncer installs it"
        pooler = subprocess.Popen([program, "-q", *other, str(settings)])
        try:
            _await(pooler, port)
            yield f"postgresql://postgres@127.0.0.1:{port}/{name}?pooling=transaction"
        finally:
            pooler.kill()
            pooler.wait()


def _await(pooler: subprocess.Popen[bytes], port: int) -> None:
    gives_up = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert pooler.poll() is None, "PgBouncer stopped"
            assert time.monotonic() < gives_up, "PgBouncer does not listen"
            time.sleep(0.02)
