"""Documents name tests: each of them is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.environment import ROOT

#: Records of decisions and of changes say what was true then.
_HISTORY = ("docs/adr", "CHANGELOG.md")
_CODE = re.compile(r"`([^`\n]+)`")
_PYTHON = re.compile(r"(?:(?P<file>[\w/]*test_\w+\.py)(?:::)?)?(?P<function>test_\w+)?")
_JAVA = re.compile(r"(?P<type>[A-Z]\w*Test)(?:\.(?P<method>\w+))?")
_METHOD = re.compile(r"\bvoid (\w+)\(")


def _documents() -> Iterator[Path]:
    for path in (*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *ROOT.glob("docs/**/*.md")):
        if not str(path.relative_to(ROOT)).startswith(_HISTORY):
            yield path


def _python_tests() -> set[tuple[str, str]]:
    """Names of files of tests, below ``tests`` and alone, with each of the tests in them, and with none."""
    found = set()
    tests = ROOT / "tests"
    for path in tests.rglob("test_*.py"):
        functions = [node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
        for file in (path.name, str(path.relative_to(ROOT)), ""):
            found |= {(file, function) for function in (*functions, "")}
    return found


def _java_tests() -> set[tuple[str, str]]:
    found = set()
    for path in (ROOT / "keycloak-event-listener/src/test/java").rglob("*Test.java"):
        found |= {(path.stem, method) for method in (*_METHOD.findall(path.read_text()), "")}
    return found


def test_every_test_that_a_document_names_is_there() -> None:
    python, java = _python_tests(), _java_tests()
    named = 0
    missing = []
    for document in _documents():
        for text in _CODE.findall(document.read_text()):
            if (found := _PYTHON.fullmatch(text)) and text:
                there = (found["file"] or "", found["function"] or "") in python
            elif found := _JAVA.fullmatch(text):
                there = (found["type"], found["method"] or "") in java
            else:
                continue
            named += 1
            if not there:
                missing.append(f"{document.relative_to(ROOT)}: {text}")
    assert missing == []
    assert named > 50, "no document names tests any more"
