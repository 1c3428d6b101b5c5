"""Keycloak's distribution from Maven, unpacked and built with providers."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.environment import CACHE
from tests.environment.keycloak.base import KEYCLOAK_VERSION

_STAMP = "sbe-scim-build"


def archive(version: str = KEYCLOAK_VERSION) -> Path:
    """The archive of a release, fetched by Maven when it is not there yet."""
    path = CACHE / "keycloak" / f"keycloak-quarkus-dist-{version}.tar.gz"
    with _alone(path.parent):
        if not path.is_file():
            _run(
                "mvn",
                "-q",
                "-B",
                "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
                f"-Dartifact=org.keycloak:keycloak-quarkus-dist:{version}:tar.gz",
                f"-DoutputDirectory={path.parent}",
                "-Dmdep.useBaseVersion=true",
            )
    return path


def prepare(
    builds: Path, jars: Sequence[Path], build_options: Mapping[str, str], version: str = KEYCLOAK_VERSION
) -> Path:
    """Unpack below ``builds`` and build with ``jars``, unless that is done already; the server's folder.

    There is one folder for each release, set of options and names of JARs. Servers that run from it keep no data in it.
    """
    server = builds / f"keycloak-{version}-{_slot(jars, build_options)}"
    stamp = server / _STAMP
    wanted = _fingerprint(jars)
    with _alone(builds):
        if stamp.is_file() and stamp.read_text() == wanted:
            return server
        if not stamp.is_file():
            _unpack(server, version)
        stamp.write_text("unfinished")
        providers = server / "providers"
        for old in providers.glob("*.jar"):
            old.unlink()
        for jar in jars:
            shutil.copyfile(jar, providers / jar.name)
        _run(str(server / "bin" / "kc.sh"), "build", *(f"--{name}={value}" for name, value in build_options.items()))
        stamp.write_text(wanted)
    return server


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Test processes that run beside each other share what one of them makes."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _unpack(server: Path, version: str) -> None:
    shutil.rmtree(server, ignore_errors=True)
    server.mkdir()
    _run("tar", "-xzf", str(archive(version)), "-C", str(server), "--strip-components=1")


def _slot(jars: Sequence[Path], build_options: Mapping[str, str]) -> str:
    return hashlib.sha256(repr((sorted(build_options.items()), [jar.name for jar in jars])).encode()).hexdigest()[:8]


def _fingerprint(jars: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for jar in jars:
        digest.update(jar.name.encode() + b"\0" + hashlib.sha256(jar.read_bytes()).digest())
    return digest.hexdigest()


def _run(*command: str) -> None:
    environment = {**os.environ, "JAVA_OPTS_APPEND": "-XX:TieredStopAtLevel=1"}
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:3])} … failed:\n{(done.stdout + done.stderr)[-3000:]}")
