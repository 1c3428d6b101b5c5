"""The page of limits says what the code does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import sbe_scim
from tests.environment import ROOT

CODE = Path(sbe_scim.__file__).parent
_ROW = re.compile(r"\| (?P<what>[^|]+) \| (?P<limit>[\d,]+) \| (?P<beyond>[^|]+) \| `(?P<constant>[\w.]+)` \|")
_NAME = re.compile(r"(MAX|MOST|LONGEST|LARGEST|HIGHEST)(_\w+)?")
#: Bounds of what the receiver does by itself, whatever a client sends.
OWN = {
    "auth.keys.LONGEST_OUTAGE",
    "auth.keys.MAX_AGE",
    "http.writer.LONGEST",
    "http.writer.MOST",
}


def limits() -> dict[str, int]:
    """What the page says, by the name of the constant."""
    lines = (ROOT / "docs/limits.md").read_text(encoding="utf-8").splitlines()
    rows = [found for line in lines if (found := _ROW.fullmatch(line))]
    return {row["constant"]: int(row["limit"].replace(",", "")) for row in rows}


@pytest.mark.parametrize("constant", limits())
def test_a_limit_is_that_of_the_code(constant: str) -> None:
    place, _, name = constant.rpartition(".")
    module, _, kind = place.rpartition(".")
    if kind[0].isupper():
        # The default of a setting, or of a part of a policy.
        owner = getattr(import_module(f"sbe_scim.{module}"), kind)()
    else:
        owner = import_module(f"sbe_scim.{place}")
    assert getattr(owner, name) == limits()[constant]


def declared() -> Iterator[str]:
    """Each public constant that is called as a limit, of the layers that clients reach."""
    for layer in ("auth", "console", "http", "protocol", "service"):
        for path in (CODE / layer).rglob("*.py"):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    module = ".".join(path.relative_to(CODE).with_suffix("").parts)
                    if _NAME.fullmatch(node.targets[0].id):
                        yield f"{module}.{node.targets[0].id}"


def test_every_limit_of_the_code_is_on_the_page() -> None:
    assert set(declared()) - set(limits()) == OWN
