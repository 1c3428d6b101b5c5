"""Clean-up that also happens when the test process is killed.

A child in a session of its own reads a pipe whose other end only this process holds. Whatever ends this process closes
the pipe, and the child then removes the process groups, containers and folders that were still registered.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

_PROJECT_PARTS = (
    (("ps", "-aq"), ("rm", "-fv")),
    (("volume", "ls", "-q"), ("volume", "rm", "-f")),
    (("network", "ls", "-q"), ("network", "rm")),
)
_lock = threading.Lock()
_child: subprocess.Popen[str] | None = None


def watch_group(group: int) -> None:
    """Kill this process group when this process ends."""
    _tell(f"+group {group}")


def forget_group(group: int) -> None:
    """The group ended by itself: its number may belong to somebody else by now."""
    _tell(f"-group {group}")


def watch_container(identifier: str) -> None:
    """Remove this container, with its anonymous volumes, when this process ends."""
    _tell(f"+container {identifier}")


def forget_container(identifier: str) -> None:
    """The container is gone."""
    _tell(f"-container {identifier}")


def watch_folder(folder: Path) -> None:
    """Remove this folder when this process ends."""
    _tell(f"+folder {folder}")


def forget_folder(folder: Path) -> None:
    """The folder is gone."""
    _tell(f"-folder {folder}")


def watch_project(project: str) -> None:
    """Remove the containers, volumes and networks of this project of Docker's compose when this process ends."""
    _tell(f"+project {project}")


def forget_project(project: str) -> None:
    """The project is down."""
    _tell(f"-project {project}")


def _tell(line: str) -> None:
    global _child
    with _lock:
        if _child is None or _child.poll() is not None:
            _child = subprocess.Popen(
                [sys.executable, __file__], stdin=subprocess.PIPE, text=True, start_new_session=True
            )
        assert _child.stdin is not None
        _child.stdin.write(line + "\n")
        _child.stdin.flush()


def _reap() -> None:
    registered: dict[str, None] = {}
    for line in sys.stdin:
        entry = line.strip()
        if entry.startswith("+"):
            registered[entry[1:]] = None
        else:
            registered.pop(entry[1:], None)
    left = [entry.split(maxsplit=1) for entry in registered]
    for group in (int(name) for kind, name in left if kind == "group"):
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    if containers := [name for kind, name in left if kind == "container"]:
        subprocess.run(["docker", "rm", "-fv", *containers], capture_output=True, check=False)
    for project in (name for kind, name in left if kind == "project"):
        label = f"label=com.docker.compose.project={project}"
        for listing, removal in _PROJECT_PARTS:
            found = subprocess.run(["docker", *listing, "--filter", label], capture_output=True, text=True, check=False)
            if names := found.stdout.split():
                subprocess.run(["docker", *removal, *names], capture_output=True, check=False)
    for folder in (name for kind, name in left if kind == "folder"):
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _reap()
