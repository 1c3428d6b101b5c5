"""Virtualenvs that have all of another one, and what is installed into them without a network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.environment import ROOT


def over(base: Path, folder: Path) -> Path:
    """A virtualenv that has all of ``base``'s, but for what is installed there to be edited; its Python."""
    subprocess.run([str(base / "bin" / "python"), "-m", "venv", "--without-pip", str(folder)], check=True)
    (own,) = (folder / "lib").glob("python3*/site-packages")
    (shared,) = (base / "lib").glob("python3*/site-packages")
    (own / "shared.pth").write_text(f"{shared}\n")
    return folder / "bin" / "python"


def install_wheel(python: Path, folder: Path) -> None:
    """Build the project's wheel in ``folder``, and install it for this interpreter."""
    _pip("wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT))
    (file,) = folder.glob("*.whl")
    _pip("--python", str(python), "install", "-q", "--no-deps", "--no-index", "--ignore-installed", str(file))


def uninstall(python: Path, name: str) -> None:
    """Take a package out again."""
    _pip("--python", str(python), "uninstall", "-q", "-y", name)


def _pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments], check=True)
