"""Keycloak's distribution from Maven, unpacked and built with providers."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.environment import CACHE
from tests.environment.keycloak.base import KEYCLOAK_VERSION

_ARTIFACT = f"org.keycloak:keycloak-quarkus-dist:{KEYCLOAK_VERSION}:tar.gz"
_STAMP = "sbe-scim-build"


def archive() -> Path:
    """The distribution's archive, fetched by Maven when it is not there yet."""
    path = CACHE / "keycloak" / f"keycloak-quarkus-dist-{KEYCLOAK_VERSION}.tar.gz"
    if not path.is_file():
        _run(
            "mvn",
            "-q",
            "-B",
            "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
            f"-Dartifact={_ARTIFACT}",
            f"-DoutputDirectory={path.parent}",
            "-Dmdep.useBaseVersion=true",
        )
    return path


def prepare(home: Path, jars: Sequence[Path], build_options: Mapping[str, str]) -> Path:
    """Unpack below ``home`` and build with ``jars``, unless that is done already; the server's folder."""
    server = home / f"keycloak-{KEYCLOAK_VERSION}"
    stamp = server / _STAMP
    wanted = _fingerprint(jars, build_options)
    if stamp.is_file() and stamp.read_text() == wanted:
        return server
    if not stamp.is_file():
        _unpack(home, server)
    stamp.write_text("unfinished")
    providers = server / "providers"
    for old in providers.glob("*.jar"):
        old.unlink()
    for jar in jars:
        shutil.copyfile(jar, providers / jar.name)
    _run(str(server / "bin" / "kc.sh"), "build", *(f"--{name}={value}" for name, value in build_options.items()))
    stamp.write_text(wanted)
    return server


def _unpack(home: Path, server: Path) -> None:
    shutil.rmtree(server, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    _run("tar", "-xzf", str(archive()), "-C", str(home))


def _fingerprint(jars: Sequence[Path], build_options: Mapping[str, str]) -> str:
    digest = hashlib.sha256(repr((KEYCLOAK_VERSION, sorted(build_options.items()))).encode())
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
