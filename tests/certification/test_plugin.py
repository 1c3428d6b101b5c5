"""The modules run as tests of somebody else's suite, as ``docs/certification.md`` shows it."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

from tests.certification.playing import add_source, token_of
from tests.environment import ROOT
from tests.environment.receiver import ReceiverProcess

PLUGIN = "sbe_scim.certify.pytest"
EXAMPLE = re.search(r"```python\n(.*?)```", (ROOT / "docs/certification.md").read_text("utf-8"), re.DOTALL)


def run(receiver: ReceiverProcess, source: str, fault: str, folder: Path) -> dict[str, str]:
    """The outcome of each module of the example, with a sender in place of its provider."""
    assert EXAMPLE is not None
    add_source(receiver, source)
    provider = f"Sender({receiver.base_url!r}, {token_of(receiver, source)!r}, {fault!r})"
    text = EXAMPLE[1].replace("from my_provider import MyProvider", "from tests.certification.sender import Sender")
    text = text.replace("MyProvider()", provider)
    text = text.replace("https://intranet.example.org/scim/v2", receiver.base_url)
    text = text.replace('os.environ["TOKEN"]', repr(token_of(receiver, source))).replace('"mine"', repr(source))
    (folder / "test_provider.py").write_text(text)
    # Where the project was installed before it was a plug-in, it is named.
    known = any(one.value == PLUGIN for one in entry_points(group="pytest11"))
    command = [sys.executable, "-m", "pytest", *([] if known else ["-p", PLUGIN]), "-p", "no:cacheprovider", "-v"]
    command += ["-k", "L01 or L09 or L12 or L25", "--rootdir", str(folder), str(folder)]
    environment = {"SBE_SCIM_DATABASE": receiver.database, "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    environment["PYTHONPATH"] = f"{ROOT}:{ROOT / 'receiver'}"
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = dict(re.findall(r"\[(L\d\d)\] (PASSED|FAILED|SKIPPED)", done.stdout))
    assert found, done.stdout + done.stderr
    return found


def test_a_sound_provider_passes_and_what_needs_faults_is_skipped(shared: ReceiverProcess, tmp_path: Path) -> None:
    found = run(shared, "plugin-sound", "", tmp_path)
    assert found == {"L01": "PASSED", "L09": "PASSED", "L12": "PASSED", "L25": "SKIPPED"}


def test_a_broken_provider_fails_its_modules(shared: ReceiverProcess, tmp_path: Path) -> None:
    found = run(shared, "plugin-broken", "disables-nobody", tmp_path)
    assert found == {"L01": "PASSED", "L09": "FAILED", "L12": "PASSED", "L25": "SKIPPED"}
