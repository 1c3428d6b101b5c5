"""Debian's packages, for servers that tests start as local processes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_INSTALL = Path(__file__).with_name("apt.sh")


def can_install() -> bool:
    """Whether this process may install packages."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install these; one process of a test run after the other."""
    subprocess.run([_INSTALL, *packages], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
