"""The examples of ``docs/declarative.md``, as they stand there: kcadm and a realm import enable a realm."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import tarfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.environment import ROOT, documents
from tests.environment.admin import Admin
from tests.environment.chain import Chain
from tests.environment.documents import REALM, RECEIVER, example, section
from tests.environment.keycloak import Keycloak
from tests.environment.keycloak.distribution import archive
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until

DOCUMENT = "declarative.md"
#: kcadm asks for the password where this is not set.
PASSWORD_VARIABLE = "KC_CLI_PASSWORD"


@pytest.fixture
def here(keycloak: Keycloak, receiver: ReceiverProcess, new_realm: Callable[[], str]) -> Callable[[str], str]:
    """Puts this server, this receiver and a new realm into an example."""
    return partial(documents.here, realm=new_realm(), server=keycloak.url, receiver=receiver.url_for(keycloak))


@pytest.fixture
def chain(keycloak: Keycloak, receiver: ReceiverProcess, here: Callable[[str], str]) -> Chain:
    """That realm, at whose receiver it is registered as the document says."""
    text = (ROOT / "docs" / DOCUMENT).read_text()
    (registration,) = re.findall(r"^sbe-scim (source add .*)$", text, re.MULTILINE)
    receiver.command(*shlex.split(here(registration)))
    realm = here(REALM)
    return Chain(keycloak, receiver, Admin(keycloak), realm, receiver.client(realm))


@pytest.fixture
def kcadm(keycloak: Keycloak, tmp_path: Path) -> Callable[[str], str]:
    """Runs lines of a shell in which ``kcadm.sh`` is that of this release; what they printed."""
    with tarfile.open(archive()) as packed:
        programs = [member for member in packed if "/bin/" in member.name]
        packed.extractall(tmp_path, programs, filter="data")
    (folder,) = (path.parent for path in tmp_path.rglob("kcadm.sh"))
    environment = {
        **os.environ,
        "PATH": f"{folder}:{os.environ['PATH']}",
        "KC_OPTS": f"-Duser.home={tmp_path} -XX:TieredStopAtLevel=1",
        PASSWORD_VARIABLE: keycloak.admin_password,
    }

    def run(lines: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", lines],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_a_realm_is_enabled_paused_and_disabled_by_kcadm(
    chain: Chain, here: Callable[[str], str], kcadm: Callable[[str], str]
) -> None:
    admin, realm = chain.admin, chain.realm
    person = admin.create_user(realm, username="avant")
    written = section(DOCUMENT, "kcadm")

    component, _, status = kcadm(here(example(written, "sh"))).partition("\n")
    assert [endpoint["id"] for endpoint in json.loads(status)["endpoints"]] == [component]
    chain.see_user("avant")
    admin.update_user(realm, person, lastName="Après")
    chain.see_user("avant", lambda user: user.get("name", {}).get("familyName") == "Après")

    changing = {line.split()[1]: line for line in re.findall(r"`(kcadm\.sh [^`]+)`", written)}
    assert set(changing) == {"update", "delete"}
    kcadm(here(changing["update"]).replace("components/ID", f"components/{component}"))
    until(lambda: admin.scim_status(realm)[0]["state"] == "paused", what="the pause")
    assert admin.component(realm, component)["config"]["url"] == [here(RECEIVER)], "the other keys are kept"

    kcadm(here(changing["delete"]).replace("components/ID", f"components/{component}"))
    assert admin.scim_status(realm) == []


def test_everybody_in_a_realm_that_is_imported_arrives_and_so_does_a_change(
    chain: Chain, here: Callable[[str], str]
) -> None:
    admin, realm = chain.admin, chain.realm
    admin.delete_realm(realm)
    imported = json.loads(here(example(section(DOCUMENT, "Realm import"), "json")))

    admin.request("POST", "", json={**imported, "users": [{"username": "importée", "enabled": True}]})

    chain.see_user("importée")
    (person,) = admin.users(realm)
    admin.update_user(realm, person["id"], lastName="Après")
    chain.see_user("importée", lambda user: user.get("name", {}).get("familyName") == "Après")
