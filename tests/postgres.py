"""A PostgreSQL server for one test run: its own folder, its own socket, no network."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path


def programs() -> Path:
    """The folder with initdb and postgres of the newest installed version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: run `make test`, or tools/system-packages.")
    return found[-1].parent


def account() -> str | None:
    """Who runs the server: initdb refuses root, so root lends it to the package's own account."""
    return "postgres" if os.geteuid() == 0 else None


EMPTY = """
SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid();
DO $$
DECLARE
    one text;
    has_rows boolean;
    filled text[] := '{}';
BEGIN
    FOR one IN SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relname <> 'alembic_version'
            AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || one || ')' INTO has_rows;
        IF has_rows THEN filled := filled || one; END IF;
    END LOOP;
    IF filled <> '{}' THEN EXECUTE 'TRUNCATE ' || array_to_string(filled, ', ') || ' RESTART IDENTITY CASCADE'; END IF;
END $$;
"""


@dataclass
class Postgres:
    folder: Path
    process: subprocess.Popen[bytes]
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    @classmethod
    def start(cls, _: Path) -> Postgres:
        # Not pytest's folder: its parents are closed to other accounts, and a socket's path is short.
        folder = Path(tempfile.mkdtemp(prefix="verbale-pg-", dir="/tmp"))
        user = account()
        if user:
            entry = pwd.getpwnam(user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        subprocess.run(
            [programs() / "initdb", "-D", folder / "data", "-U", "verbale", "--auth=trust", "-E", "UTF8",
             "--locale=C", "--no-sync"],
            check=True, capture_output=True, user=user, group=user, extra_groups=[] if user else None, cwd="/",
        )  # fmt: skip
        process = subprocess.Popen(
            [programs() / "postgres", "-D", folder / "data", "-k", folder, "-h", "", "-F", "-c", "max_connections=200"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            user=user, group=user, extra_groups=[] if user else None, cwd="/",
        )  # fmt: skip
        server = cls(folder, process)
        server.wait()
        return server

    def wait(self) -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            ready = subprocess.run(
                [programs() / "pg_isready", "-q", "-h", self.folder, "-t", "1"], check=False, cwd="/"
            )
            if ready.returncode == 0:
                return
            if self.process.poll() is not None:
                break
            subprocess.run(["sleep", "0.1"], check=True)
        raise RuntimeError("PostgreSQL did not start")

    def sql(self, statement: str, database: str = "postgres") -> None:
        subprocess.run(
            [programs() / "psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "verbale",
             "-d", database, "-c", statement],
            check=True, capture_output=True, cwd="/",
        )  # fmt: skip

    def empty(self, name: str) -> None:
        """No rows, and nobody connected: as its copy would be, for a third of the work."""
        self.sql(EMPTY, name)

    def create(self, like: str = "template1") -> str:
        """A database of its own, with what is in `like`, which nobody is connected to."""
        name = f"verbale_{next(self.numbers)}"
        # Files are copied, as before version 15: through the log takes twice as much of a core.
        how = " STRATEGY FILE_COPY" if int(programs().parts[-2]) >= 15 else ""
        self.sql(f"CREATE DATABASE {name} TEMPLATE {like}{how}")
        return name

    def drop(self, name: str) -> None:
        self.sql(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        return f"postgresql+asyncpg://verbale@/{name}?host={self.folder}"

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)  # SIGTERM would wait for every client to leave
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
