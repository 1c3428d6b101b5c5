"""The wall clock of a server process, set while it runs."""

from __future__ import annotations

import fcntl
import mmap
import shutil
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.environment import CACHE, debian

_SOURCE = Path(__file__).with_name("clock.c")
_LIBRARY = CACHE / "clock.so"


class Clock:
    """How far the clock of the processes that were started with :meth:`environment` is ahead of the machine's.

    They share what ``file`` holds; a change counts at once, and for children too.
    """

    def __init__(self, file: Path) -> None:
        file.write_bytes(struct.pack("=q", 0))
        self._file = file
        with file.open("r+b") as opened:
            self._shared = mmap.mmap(opened.fileno(), 8)

    def set(self, seconds: int) -> None:
        """So far ahead, or behind where it is negative."""
        self._shared[:] = struct.pack("=q", seconds)

    def environment(self) -> Mapping[str, str]:
        """Variables of the process."""
        return {"LD_PRELOAD": str(_library()), "SBE_SCIM_TEST_CLOCK": str(self._file)}


def _library() -> Path:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "clock.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _LIBRARY.exists() or _LIBRARY.stat().st_mtime < _SOURCE.stat().st_mtime:
            _compile()
    return _LIBRARY


def _compile() -> None:
    if shutil.which("cc") is None:
        if not debian.can_install():
            raise RuntimeError("there is no C compiler (Debian: apt-get install gcc libc6-dev)")
        debian.install("gcc", "libc6-dev")
    made = _LIBRARY.with_suffix(".new")
    subprocess.run(["cc", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", made, _SOURCE], check=True)
    made.replace(_LIBRARY)
