"""Databases for the contract suite: SQLite in a file, PostgreSQL in a cluster of its own."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class Cluster:
    """A PostgreSQL cluster in a temporary folder, run by a user who is not root."""

    def __init__(self):
        if not BINARIES:
            pytest.skip("no PostgreSQL under /usr/lib/postgresql: install postgresql to run this")
        self.user = "postgres" if os.getuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="waarborg-pg-"))
        if self.user:
            shutil.chown(self.folder, self.user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.data = self.folder / "data"
        self.url = f"postgresql+psycopg://waarborg@127.0.0.1:{self.port}/"
        self.run("initdb", "-D", self.data, "-U", "waarborg", "--auth=trust", "--data-checksums")
        self.start()

    def run(self, program, *arguments):
        """Run one of PostgreSQL's programs."""
        command = [str(BINARIES[-1] / program), *map(str, arguments)]
        output = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        subprocess.run(command, check=True, user=self.user, cwd=self.folder, **output)

    def start(self):
        """Start the server and wait for it."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        log = self.folder / "log"
        self.run("pg_ctl", "-D", self.data, "-o", options, "-l", log, "-w", "start")

    def crash(self):
        """Stop the server at once, without letting it finish anything."""
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def remove(self):
        """Stop the server and remove everything."""
        self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster():
    """The address of a PostgreSQL cluster of our own."""
    server = Cluster()
    try:
        yield server.url
    finally:
        server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """The URL of an empty database, once for each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/record.db"
    url = request.getfixturevalue("cluster")
    name = f"t{abs(hash(request.node.nodeid)) % 10**12}"
    engine = create_engine(url + "postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url + name
