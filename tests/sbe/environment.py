"""The virtualenv ``.venv-sbe``: a real Abilian SBE with what the receiver needs beside it.

``python -m tests.sbe.environment`` makes it, where it is not there yet, and prints the path of its Python. With
``SBE_SCIM_TEST_SBE_PYTHON=3.12`` it is of that Python, ``.venv-sbe-3.12``.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from tests.environment import debian, virtualenv
from tests.environment.redis import LocalRedis

ROOT = Path(__file__).parents[2]
_CHOSEN = os.environ.get("SBE_SCIM_TEST_SBE_PYTHON")
HOME = ROOT / (f".venv-sbe-{_CHOSEN}" if _CHOSEN else ".venv-sbe")
PYTHON = HOME / "bin" / "python"
CONSTRAINTS = Path(__file__).with_name("constraints.txt")
#: Debian packages without which its requirements do not build or load.
SYSTEM_PACKAGES = ("gcc", "libmagic1", "libpq-dev", "python3-dev")
REQUIREMENTS = ("abilian-sbe==1.1.15", "pytest", "pytest-timeout")
_SUPPORTED = ("3.11", "3.12")
_LESSC = "#!/bin/sh\n# Pages need a style sheet compiler; tests do not look at styles.\ncat >/dev/null\necho '/* */'\n"


def ensure() -> Path:
    """Make the virtualenv unless it is up to date; returns its Python. Raises :class:`RuntimeError`."""
    requirements = [*REQUIREMENTS, *_receiver_requirements()]
    wanted = hashlib.sha256("\n".join([*requirements, CONSTRAINTS.read_text()]).encode()).hexdigest()
    stamp = HOME / ".ready"
    HOME.mkdir(exist_ok=True)
    with (HOME / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (stamp.exists() and stamp.read_text() == wanted):
            print(f"Abilian SBE into {HOME.name} (the first time this takes a minute or two)", file=sys.stderr)
            _build(requirements)
            stamp.write_text(wanted)
    return PYTHON


def over(folder: Path) -> Path:
    """A virtualenv of its own, for what is to be installed or kept apart, that has all of this one; its Python."""
    ensure()
    python = virtualenv.over(HOME, folder)
    (own,) = (folder / "lib").glob("python3*/site-packages")
    (shared,) = (HOME / "lib").glob("python3*/site-packages")
    # Where it lies decides where Abilian SBE keeps what it compiles.
    if not (own / "abilian").is_symlink():
        (own / "abilian").symlink_to(shared / "abilian")
    return python


def styles() -> dict[str, str]:
    """Variables of an Abilian SBE whose pages somebody looks at: with Debian's compiler of style sheets.

    It is installed where it is missing. What it makes is kept in the virtualenv: use one of its own. Raises
    :class:`RuntimeError`.
    """
    if shutil.which("lessc") is None and debian.can_install():
        debian.install("node-less")
    found = shutil.which("lessc")
    if found is None:
        raise RuntimeError("Pages need a style sheet compiler; as root: apt-get install node-less")
    # A Node that is not Debian's does not look there by itself.
    return {"FLASK_LESS_BIN": found, "NODE_PATH": "/usr/share/nodejs"}


def variables(home: Path, database: str, server_name: str) -> dict[str, str]:
    """The environment of an Abilian SBE (without Redis) whose files live in ``home``."""
    return {
        "PATH": os.pathsep.join((str(PYTHON.parent), os.environ.get("PATH", os.defpath))),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "receiver"), str(ROOT))),
        "FLASK_APP": "abilian.wsgi",
        # Without it every page redirects to https.
        "FLASK_DEBUG": "true",
        "FLASK_SECRET_KEY": "only-for-tests",
        "FLASK_SERVER_NAME": server_name,
        "FLASK_SQLALCHEMY_DATABASE_URI": database,
        "FLASK_WHOOSH_BASE": str(home / "whoosh"),
        "FLASK_LESS_BIN": str(HOME / "bin" / "lessc"),
        # What a test changes by hand is not repaired behind its back, whatever the time of day.
        "SBE_SCIM_CHECK_HOUR": "-1",
        # There is no Redis: index in the process that commits.
        "TESTING_DIRECT_FUNCTION_CALL": "1",
    }


def through(redis: LocalRedis) -> dict[str, str]:
    """Variables of an Abilian SBE that leaves to workers, through Redis, what is to be indexed."""
    return {"FLASK_DRAMATIQ_BROKER_URL": redis.url, "TESTING_DIRECT_FUNCTION_CALL": ""}


def initialise(environment: Mapping[str, str], email: str, password: str) -> None:
    """Create Abilian SBE's tables, its system user and one administrator."""
    for command in (["initdb"], ["createuser", "--role", "admin", "--name", "Admin", email, password]):
        _run([str(HOME / "bin" / "flask"), *command], environment)


def newer_pythons() -> dict[str, str]:
    """The newer Pythons that this machine has, by release."""
    script = str(ROOT / "tests" / "environment" / "newer_pythons.sh")
    there = subprocess.run([script], capture_output=True, text=True, check=True).stdout.splitlines()
    return dict(line.split(" ", 1) for line in there)


def _receiver_requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    dependencies: list[str] = project["dependencies"]
    beside: list[str] = project["optional-dependencies"]["sbe"]
    return [*dependencies, *beside]


def _build(requirements: list[str]) -> None:
    _install_system_packages()
    if not PYTHON.exists():
        _run([_interpreter(), "-m", "venv", str(HOME)])
    _run([str(PYTHON), "-m", "pip", "install", "-q", "-c", str(CONSTRAINTS), *requirements])
    _run([str(PYTHON), "-m", "pip", "check"])
    compiler = HOME / "bin" / "lessc"
    compiler.write_text(_LESSC)
    compiler.chmod(0o755)


def _install_system_packages() -> None:
    if shutil.which("dpkg-query") is None:
        return
    query = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *SYSTEM_PACKAGES]
    answer = subprocess.run(query, capture_output=True, text=True, check=False)
    missing = [name for name in SYSTEM_PACKAGES if f"{name} installed" not in answer.stdout.splitlines()]
    if not missing:
        return
    if not debian.can_install():
        raise RuntimeError(f"Abilian SBE needs packages of Debian; as root: apt-get install {' '.join(missing)}")
    print(f"Installing from Debian: {' '.join(missing)}", file=sys.stderr)
    debian.install(*missing)


def _interpreter() -> str:
    if _CHOSEN:
        there = newer_pythons()
        if _CHOSEN not in there:
            raise RuntimeError(f"Python {_CHOSEN}: NOT on this machine")
        return there[_CHOSEN]
    found = (shutil.which(f"python{release}") for release in _SUPPORTED)
    for candidate in (sys.executable, *filter(None, found)):
        probe = [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        answer = subprocess.run(probe, capture_output=True, text=True, check=False)
        if answer.returncode == 0 and answer.stdout.strip() in _SUPPORTED:
            return candidate
    raise RuntimeError(f"Abilian SBE needs Python {' or '.join(_SUPPORTED)}, with venv; none is installed")


def _run(command: list[str], environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        output = f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        raise RuntimeError(f"{' '.join(command)} ended with exit code {done.returncode}\n{output}")


if __name__ == "__main__":
    print(ensure())
