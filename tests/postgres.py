"""A PostgreSQL server of our own for tests: in a temporary folder, on a Unix socket, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

HOW_TO_GET_IT = (
    "PostgreSQL's server programs were not found; install them (Debian: apt-get install postgresql)"
)
_FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "timezone": "Asia/Kathmandu",  # nothing may depend on the server's zone
    "default_transaction_isolation": "read committed",
}


def find_binaries() -> Path | None:
    """Where initdb and pg_ctl are: PATH, pg_config, or Debian's place."""
    places = []
    if found := shutil.which("initdb"):
        places.append(Path(found).resolve().parent)
    if config := shutil.which("pg_config"):
        shown = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True)
        places.append(Path(shown.stdout.strip()))
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


class Server:
    """Started by the constructor, ended by `stop`."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        # PostgreSQL refuses to run as root; whoever else we are, we run it as ourselves.
        self._user = "postgres" if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="earful-pg-"))  # short: a socket's path has a limit
        try:
            if self._user:
                shutil.chown(self.folder, self._user)
            self._start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def _start(self) -> None:
        data = self.folder / "data"
        self._run(
            "initdb", "-D", data, "-U", "earful", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
        )
        options = " ".join(f"-c {name}='{value}'" for name, value in _FAST.items())
        log = self.folder / "log"
        self._run("pg_ctl", "-D", data, "-l", log, "-w", "-o", f"-k {self.folder} {options}", "start")
        self.pid = int((data / "postmaster.pid").read_text().splitlines()[0])

    def _run(self, program: str, *arguments: object) -> None:
        """Run one of PostgreSQL's programs; what it says is shown where it fails."""
        said = self.folder.with_suffix(".said")
        try:
            with said.open("w+") as file:
                command = [str(self._binaries / program), *map(str, arguments)]
                done = subprocess.run(
                    command, stdout=file, stderr=file, user=self._user, cwd=self.folder, timeout=120
                )
                file.seek(0)
                if done.returncode:
                    msg = f"{program} failed:\n{file.read()}"
                    raise RuntimeError(msg)
        finally:
            said.unlink(missing_ok=True)

    def url(self, name: str) -> str:
        """The address of a database, as a user would write it."""
        return f"postgresql://earful@/{name}?host={self.folder}"

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database and give its address."""
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self.administer(words.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, even where a test left a connection behind."""
        self.administer(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def administer(self, words: LiteralString | sql.Composed) -> None:
        """Run a statement outside any transaction, as a superuser."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(words)

    def stop(self) -> None:
        """End it at once, by its own id, and remove its folder."""
        try:
            self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")
        except RuntimeError:
            os.kill(self.pid, signal.SIGQUIT)
            raise
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
