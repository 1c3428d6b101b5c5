"""The catalogue of errors, ``docs/errors.md``, has every status, ``scimType`` and ``reason`` that the code has, and no
other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sbe_scim
from tests.environment import ROOT

PACKAGE = Path(sbe_scim.__file__).parent
#: Refusals of what is not of this receiver: a Keycloak, a sign-in at Abilian SBE.
ELSEWHERE = ("keycloak", "cli", "sbe_plugin")
ROW = re.compile(r"\| (?P<status>\d{3}) \| (?:`(?P<type>\w+)`|–) \|")
REASON = re.compile(r"^\| `(?P<reason>[a-z_]+)` \| [^|]+\w", re.MULTILINE)


def trees() -> Iterator[ast.Module]:
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] not in ELSEWHERE:
            yield ast.parse(path.read_text(encoding="utf-8"))


def assigned(body: list[ast.stmt]) -> dict[str, Any]:
    """Constants that a class body gives to names."""
    found = {}
    for node in body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update({target.id: node.value.value for target in targets if isinstance(target, ast.Name)})
    return found


def refusals() -> dict[str, dict[str, Any]]:
    """What each class of refusals says of itself, by its name, with what it has from those above it."""
    classes = {node.name: node for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}

    def of(name: str) -> dict[str, Any] | None:
        if name == "ScimError":
            return assigned(classes[name].body)
        above = [of(base.id) for base in classes[name].bases if isinstance(base, ast.Name) and base.id in classes]
        known = next((found for found in above if found is not None), None)
        return None if known is None else known | assigned(classes[name].body)

    return {name: found for name in classes if (found := of(name)) is not None}


def reasons() -> set[str]:
    """Every code that a refusal is given: by its class, where it is raised, or by a rule of uniqueness."""
    found = {one["reason"] for one in refusals().values() if one.get("reason")}
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "reason" and isinstance(node.value, ast.Constant):
                found.add(node.value.value)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
                names = [getattr(target, "id", None) for target in node.targets[0].elts]
                if "reason" in names and isinstance(node.value, ast.Tuple):
                    value = node.value.elts[names.index("reason")]
                    found |= {value.value} if isinstance(value, ast.Constant) else set()
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                # A code with a name of its own, such as ACCOUNT_TAKEN.
                name = getattr(node.targets[0], "id", "")
                is_code = name == "reason" or (name.endswith("_TAKEN") and name.lower() == node.value.value)
                found |= {node.value.value} if is_code else set()
    return {str(reason) for reason in found if reason}


def catalogue() -> str:
    return (ROOT / "docs/errors.md").read_text(encoding="utf-8")


def test_every_status_and_type_is_in_the_catalogue_and_no_other() -> None:
    given = {(str(one["status"]), one.get("scim_type")) for one in refusals().values()}
    # A method or a path that does not exist, and a defect, are answered by the application itself.
    given |= {("405", None), ("500", None)}
    told = {(row["status"], row["type"]) for row in ROW.finditer(catalogue())}
    assert told == given | {("304", None)}
    assert len(given) > 15


def test_every_reason_is_in_the_catalogue_and_no_other() -> None:
    assert {row["reason"] for row in REASON.finditer(catalogue().partition("## By reason")[2])} == reasons()
