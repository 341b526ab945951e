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


@pytest.fixture(scope="session")
def cluster():
    """A PostgreSQL cluster in a temporary folder, run by a user who is not root."""
    if not BINARIES:
        pytest.skip("no PostgreSQL under /usr/lib/postgresql: install postgresql to run this")
    user = "postgres" if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="waarborg-pg-"))
    if user:
        shutil.chown(folder, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    binaries, data = BINARIES[-1], folder / "data"

    def run(program, *arguments):
        command = [str(binaries / program), *arguments]
        output = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        subprocess.run(command, check=True, user=user, cwd=folder, **output)

    run("initdb", "-D", str(data), "-U", "waarborg", "--auth=trust", "--data-checksums")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    run("pg_ctl", "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql+psycopg://waarborg@127.0.0.1:{port}/"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


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
