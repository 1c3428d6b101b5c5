"""Debian's packages, for servers that tests start as local processes."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess

from tests.environment import CACHE


def can_install() -> bool:
    """Whether this process may install packages."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install these; one process of a test run after the other, for apt waits for nobody."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    keep = ["-o", "Dpkg::Options::=--force-confold"]
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *keep, *packages]
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for one in (["apt-get", "update", "-q"], command):
            subprocess.run(one, env=environment, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
