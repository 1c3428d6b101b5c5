"""The receiver's packages stand on floors, and imports go downwards only."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import sbe_scim

ROOT = Path(sbe_scim.__file__).parent
#: From the ground up.
FLOORS = (
    {"protocol", "commandline", "options"},
    {"store", "config", "extensions"},
    {"dialects", "openapi"},
    {"auth", "directory", "journal", "keycloak"},
    {"bench", "certify"},
    {"service", "sbe_plugin"},
    {"http"},
    {"console"},
    {"app"},
    {"cli"},
    {"__main__"},
)
FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}


def imported(module: Path) -> Iterator[str]:
    """Names of what a module imports of the project, such as ``store.tables`` or ``protocol.Uniqueness``."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        yield from (name.partition(".")[2] for name in names if name.startswith("sbe_scim."))


def modules() -> Mapping[Path, set[str]]:
    return {path: set(imported(path)) for path in ROOT.rglob("*.py")}


def file_of(name: str) -> Path | None:
    """The module in which a name stands: itself, or what it is an attribute of."""
    whole = ROOT.joinpath(*name.split("."))
    for path in (whole.with_suffix(".py"), whole / "__init__.py", whole.parent.with_suffix(".py")):
        if path.is_file():
            return path
    package = whole.parent / "__init__.py"
    return package if package != ROOT / "__init__.py" else None


def test_imports_go_downwards() -> None:
    for path, names in modules().items():
        room = path.relative_to(ROOT).parts[0].removesuffix(".py")
        for name in names:
            other = name.split(".")[0]
            if other in FLOOR_OF and other != room:
                assert FLOOR_OF[other] < FLOOR_OF[room], f"{path.relative_to(ROOT)} imports {name}"


def test_the_certification_knows_the_receiver_by_http_and_journal_alone() -> None:
    allowed = {"certify", "__version__"}
    for path, names in modules().items():
        if path.relative_to(ROOT).parts[0] == "certify":
            assert {name.split(".")[0] for name in names} <= allowed, path


def test_every_package_has_a_floor() -> None:
    rooms = {path.relative_to(ROOT).parts[0].removesuffix(".py") for path in ROOT.rglob("*.py")}
    assert rooms - {"__init__"} == FLOOR_OF.keys()


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {
        path: {file for name in names if (file := file_of(name)) and file != path} for path, names in modules().items()
    }
    assert ROOT / "service" / "unit.py" in graph[ROOT / "service" / "operations.py"]
    TopologicalSorter(graph).prepare()
