"""The modules run as tests of somebody else's suite, as ``docs/certification.md`` shows it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.certification.playing import add_source, token_of
from tests.environment import ROOT
from tests.environment.receiver import ReceiverProcess
from tests.environment.virtualenv import install_wheel, over

EXAMPLE = re.search(r"```python\n(.*?)```", (ROOT / "docs/certification.md").read_text("utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of somebody else's virtualenv, into which the project's wheel was installed."""
    folder = tmp_path_factory.mktemp("installed")
    made = over(Path(sys.prefix), folder / "venv")
    install_wheel(made, folder)
    return made


def run(python: Path, receiver: ReceiverProcess, source: str, fault: str, folder: Path) -> dict[str, str]:
    """The outcome of each module of the example, with a sender in place of its provider."""
    assert EXAMPLE is not None
    add_source(receiver, source)
    provider = f"Sender({receiver.base_url!r}, {token_of(receiver, source)!r}, {fault!r})"
    text = EXAMPLE[1].replace("from my_provider import MyProvider", "from tests.certification.sender import Sender")
    text = text.replace("MyProvider()", provider)
    text = text.replace("https://intranet.example.org/scim/v2", receiver.base_url)
    text = text.replace('os.environ["TOKEN"]', repr(token_of(receiver, source))).replace('"mine"', repr(source))
    (folder / "test_provider.py").write_text(text)
    command = [str(python), "-m", "pytest", "-p", "no:cacheprovider", "-v"]
    command += ["-k", "L01 or L09 or L12 or L25", "--rootdir", str(folder), str(folder)]
    environment = {"SBE_SCIM_DATABASE": receiver.database, "PATH": f"{python.parent}:/usr/bin:/bin"}
    # For the sender alone: the plug-in is that of the wheel.
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = dict(re.findall(r"\[(L\d\d)\] (PASSED|FAILED|SKIPPED)", done.stdout))
    assert found, done.stdout + done.stderr
    return found


def test_what_is_installed_is_the_wheel(python: Path) -> None:
    asked = "import sbe_scim.certify.pytest as plugin; print(plugin.__file__)"
    told = subprocess.run([str(python), "-c", asked], env={"PATH": ""}, capture_output=True, text=True, check=True)
    assert Path(told.stdout.strip()).is_relative_to(python.parents[1])


def test_a_sound_provider_passes_and_what_needs_faults_is_skipped(
    python: Path, shared: ReceiverProcess, tmp_path: Path
) -> None:
    found = run(python, shared, "plugin-sound", "", tmp_path)
    assert found == {"L01": "PASSED", "L09": "PASSED", "L12": "PASSED", "L25": "SKIPPED"}


def test_a_broken_provider_fails_its_modules(python: Path, shared: ReceiverProcess, tmp_path: Path) -> None:
    found = run(python, shared, "plugin-broken", "disables-nobody", tmp_path)
    assert found == {"L01": "PASSED", "L09": "FAILED", "L12": "PASSED", "L25": "SKIPPED"}
