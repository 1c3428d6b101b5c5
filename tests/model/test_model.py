"""The model of delivery in ``docs/model``, explored to its end by spin: its rules hold, and each is needed."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

MODEL = Path(__file__).parents[2] / "docs" / "model" / "delivery.pml"

#: Megabytes; the search counts as cut short where it needs more.
_MEMORY = 1800
_DEPTH = 20_000


@dataclass(frozen=True)
class Search:
    """What the verifier said of one search."""

    text: str

    @property
    def errors(self) -> int:
        return self._number(r"errors: (\d+)")

    @property
    def states(self) -> int:
        return self._number(r"(\d+) states, stored")

    @property
    def complete(self) -> bool:
        """Whether every state was visited: depth and memory sufficed, and no state was left to a hash."""
        cut = ("Search not completed", "too small", "MEMLIM", "out of memory", "Bit statespace", "Hash-Compact")
        return "Full statespace search" in self.text and not any(sign in self.text for sign in cut)

    @property
    def violated(self) -> list[str]:
        """The properties that a counterexample was found for."""
        return re.findall(r"^pan:\d+: (assertion violated|invalid end state|non-progress cycle)", self.text, re.M)

    @property
    def unreached(self) -> list[str]:
        """Statements that no history comes to, the ends of processes that run for ever left aside."""
        listed = re.findall(r'^\t\S+:(\d+), state \d+, "(.*)"$', self.text, re.M)
        return [f"{line}: {statement}" for line, statement in listed if statement != "-end-"]

    def _number(self, pattern: str) -> int:
        found = re.search(pattern, self.text)
        assert found, self.text
        return int(found.group(1))


def _run(directory: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def _explore(directory: Path, *switches: str, changes: int, faults: int, cycles: bool = False) -> Search:
    """Search all states of the model with these switches; for cycles instead of wrong states where asked."""
    (directory / MODEL.name).write_bytes(MODEL.read_bytes())
    defined = [f"-D{switch}" for switch in (*switches, f"CHANGES={changes}", f"FAULTS={faults}")]
    _run(directory, "spin", *defined, "-a", MODEL.name)
    kind = "-DNP" if cycles else "-DSAFETY"
    # Not optimised: the compiler would take longer than the search.
    _run(directory, "cc", "-O0", "-w", kind, "-DNOFAIR", f"-DMEMLIM={_MEMORY}", "-o", "pan", "pan.c")
    return Search(_run(directory, "./pan", f"-m{_DEPTH}", "-w22", *(["-l"] if cycles else [])))


@pytest.mark.parametrize(("changes", "faults"), [(2, 2), (1, 3)])
def test_the_receiver_equals_keycloak_after_every_history(tmp_path: Path, changes: int, faults: int) -> None:
    search = _explore(tmp_path, changes=changes, faults=faults)
    assert "invalid end states\t+" in search.text, search.text
    assert search.complete, search.text
    assert search.errors == 0, search.text
    assert search.unreached == []
    assert search.states > 500_000


@pytest.mark.parametrize(("changes", "faults"), [(2, 1), (1, 2)])
def test_every_history_comes_to_an_end(tmp_path: Path, changes: int, faults: int) -> None:
    """No state is ever come back to, so each mark is consumed and each doubt lifted, however nodes take turns."""
    search = _explore(tmp_path, changes=changes, faults=faults, cycles=True)
    assert "non-progress cycles \t+" in search.text, search.text
    assert search.complete, search.text
    assert search.errors == 0, search.text


@pytest.mark.parametrize(
    "switch",
    [
        "NO_FENCE",
        "NO_IF_MATCH",
        "NO_SECOND_LOOK",
        "FORGET_CREATE",
        "OWN_TIMEOUT_TRUSTED",
        "HOLDER_WITHOUT_NUMBER",
        "PERSON_BEFORE_MARKS",
        "REMOVAL_NOT_IN_DOUBT",
    ],
)
def test_a_rule_left_out_is_caught(tmp_path: Path, switch: str) -> None:
    search = _explore(tmp_path, switch, changes=2, faults=2)
    assert search.errors == 1, search.text
    assert search.violated == ["assertion violated"]


@pytest.mark.parametrize("switch", ["ENDLESS_PAUSE", "RECEIVER_TAKES_TWICE"])
def test_what_is_trusted_is_needed(tmp_path: Path, switch: str) -> None:
    search = _explore(tmp_path, switch, changes=2, faults=2)
    assert search.errors == 1, search.text
    assert search.violated == ["assertion violated"]


def test_if_match_alone_fails_by_writes_that_change_nothing(tmp_path: Path) -> None:
    """``NO_SECOND_LOOK`` is wrong for one reason only: where each write moves the version, it is right."""
    search = _explore(tmp_path, "NO_SECOND_LOOK", "EVERY_WRITE_MOVES_THE_VERSION", changes=2, faults=2)
    assert search.complete, search.text
    assert search.errors == 0, search.text


def test_a_person_read_before_the_version_defeats_if_match(tmp_path: Path) -> None:
    switches = ("NO_SECOND_LOOK", "EVERY_WRITE_MOVES_THE_VERSION", "OLD_PERSON_WITH_NEW_VERSION")
    search = _explore(tmp_path, *switches, changes=2, faults=2)
    assert search.errors == 1, search.text
    assert search.violated == ["assertion violated"]
