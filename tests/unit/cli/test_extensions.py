"""``sbe-scim serve --extensions`` and ``sbe-scim index``: what an operator sees of extensions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from sbe_scim.app import create_app
from sbe_scim.config import Settings
from tests.environment.ports import free_ports
from tests.unit.cli.running import Run, rows
from tests.unit.cli.test_serving import serving, token

URN = "urn:ietf:params:scim:schemas:extension:town:2.0:User"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"


def write(file: Path, *attributes: dict[str, Any], id: str = URN) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"id": id, "name": "Town", "attributes": list(attributes)}))
    return file


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "town.json is not JSON"),
        ("[]", "town.json: a schema must be a JSON object"),
        (
            '{"id": "urn:example:User", "attributes": [{"name": "x", "type": "text"}]}',
            ":x: type must be",
        ),
        ('{"id": "urn:example:Cat", "attributes": [{"name": "x"}]}', "the type that it extends"),
        (None, "has no *.json in it"),
    ],
)
def test_a_file_that_cannot_be_served_refuses_the_start(run: Run, folder: Path, content: str | None, said: str) -> None:
    place = folder / "extensions"
    place.mkdir()
    if content is not None:
        (place / "town.json").write_text(content)
    outcome = run("serve", "--port", str(free_ports(1)[0]), "--extensions", str(place))
    assert outcome.code == 1
    assert "the receiver cannot start" in outcome.err
    assert said in outcome.err


def test_a_path_that_is_not_there_refuses_the_start(run: Run, folder: Path) -> None:
    outcome = run("serve", "--port", str(free_ports(1)[0]), "--extensions", "nowhere.json")
    assert (outcome.code, "nowhere.json cannot be read" in outcome.err) == (1, True)


def test_an_extension_is_served_from_the_start_and_kept_when_its_file_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "extensions" / "town.json", {"name": "badge", "caseExact": True})
    headers = {"Authorization": f"Bearer {token(f'sqlite:///{tmp_path}/receiver.db', capsys)}"}
    user = {"schemas": [USER, URN], "userName": "ann", URN: {"badge": "A7"}}
    with serving(tmp_path, "--extensions", str(file.parent)) as url:
        scim = f"{url}/scim/v2"
        assert httpx.get(f"{scim}/Schemas/{URN}").json()["attributes"][0]["caseExact"] is True
        assert URN in str(httpx.get(f"{scim}/ResourceTypes/User").json()["schemaExtensions"])
        made = httpx.post(f"{scim}/Users", json=user, headers=headers).json()
        assert made[URN] == {"badge": "A7"}
    with serving(tmp_path) as url:
        scim = f"{url}/scim/v2"
        assert httpx.get(f"{scim}/Schemas/{URN}").status_code == 404
        shown = httpx.put(f"{scim}/Users/{made['id']}", json=user, headers=headers).json()
        assert (URN in shown, shown["schemas"]) == (False, [USER])
    with serving(tmp_path, "--extensions", str(file)) as url:
        filtered = {"filter": f'{URN}:badge eq "A7"'}
        found = httpx.get(f"{url}/scim/v2/Users", params=filtered, headers=headers).json()
        assert [each[URN] for each in found["Resources"]] == [{"badge": "A7"}]


def test_indexing_says_what_it_has_looked_at(run: Run, folder: Path) -> None:
    file = write(folder / "extensions" / "town.json", {"name": "badge"})
    create_app(Settings(database=f"sqlite:///{folder}/receiver.db", extensions=str(file)))
    outcome = run("index")
    assert (outcome.code, outcome.out) == (0, "Indexed: 0 resources; 0 values were not as they compare now.\n")
    assert rows(run, "index") == {"resources": 0, "values": 0}
