"""A command loads what it needs, and is there under its name."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from sbe_scim.cli import root

CONTEXT = click.Context(root)
NAMES = root.list_commands(CONTEXT)


@pytest.mark.parametrize("name", NAMES)
def test_each_command_is_found_by_its_name(name: str) -> None:
    command = root.get_command(CONTEXT, name)
    assert command is not None
    assert command.name == name


def test_another_name_is_no_command() -> None:
    assert root.get_command(CONTEXT, "output") is None


def test_the_receiver_starts_without_what_other_commands_need() -> None:
    code = "import sys; from sbe_scim.cli import main; main(['serve', '--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stderr.split()
    assert "sbe_scim.cli.serve" in loaded
    others = ("sbe_scim.bench", "sbe_scim.certify", "sbe_scim.cli.certify")
    assert [name for name in loaded if name.startswith(others)] == []
