"""What the plugin adds to the pages of people."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from abilian.wsgi import app

from sbe_scim.app import Ports
from sbe_scim.sbe_plugin import people
from sbe_scim.sbe_plugin.repairs import REPAIRS
from tests.sbe.inside.support import ADMIN, Sbe
from tests.unit.rig import ENTERPRISE_URN, USER, Recording, Rig

KNOWN: dict[str, Any] = {
    ENTERPRISE_URN: {"department": "Achats & <Marchés>"},
    "title": "Cheffe de bureau",
    "phoneNumbers": [{"value": "tel:+33-1-23-45-67-89"}],
    "roles": [{"value": "redacteur", "display": "Rédactrice"}],
}


@pytest.fixture(scope="session", autouse=True)
def prepared() -> None:
    """Before the first page is shown."""
    people.set_up(app)
    (feed,) = (repair for repair in REPAIRS if repair.name == "feed")
    feed.apply(app)


@pytest.fixture(scope="session")
def rig(ports: Ports) -> Rig:
    """The service over Abilian SBE."""
    return Rig(Recording(*ports))


def person(rig: Rig, mail: str, **known: Any) -> str:
    name = {"givenName": mail.split("@")[0], "familyName": "Dupré"}
    return str(rig.create_user(mail, None, emails=[{"value": mail, "primary": True}], name=name, **known)["id"])


def profile(sbe: Sbe, mail: str, language: str = "fr") -> str:
    page = f"/social/users/{sbe.known(mail)['id']}"
    answer = sbe.login(*ADMIN).get(page, headers={"Accept-Language": language})
    assert answer.status_code == 200
    return html.unescape(answer.text)


def test_a_profile_shows_what_scim_knows(sbe: Sbe, rig: Rig) -> None:
    one = person(rig, "known@example.org", **KNOWN)
    rig.create_group("Direction/Achats", one)
    shown = profile(sbe, "known@example.org")
    for text in ("Cheffe de bureau", "+33-1-23-45-67-89", "Rédactrice", "Direction/Achats", "Téléphone"):
        assert text in shown
    assert "<dd>Achats & <Marchés></dd>" in shown
    assert "known@example.org" in shown
    assert "Telephone" in profile(sbe, "known@example.org", "en")


def test_a_profile_of_whom_nothing_is_known_is_as_it_was(sbe: Sbe, rig: Rig) -> None:
    sbe.local_account("local.profile@example.org")
    assert "dl-horizontal" not in profile(sbe, "local.profile@example.org")
    person(rig, "bare@example.org")
    assert "dl-horizontal" not in profile(sbe, "bare@example.org")


def test_the_directory_shows_departments_and_closed_accounts(sbe: Sbe, rig: Rig) -> None:
    person(rig, "open@example.org", **KNOWN)
    closed = person(rig, "leaver@example.org")
    assert "Account closed" not in row(sbe, "leaver")
    rig.patch(USER, closed, {"op": "replace", "path": "active", "value": False})
    assert "Account closed" in row(sbe, "leaver")
    assert "Account closed" in profile(sbe, "leaver@example.org", "en")
    assert "Achats &amp; &lt;Marchés&gt;" in row(sbe, "open")
    assert "Account closed" not in row(sbe, "open")
    rig.delete(USER, closed)
    assert "Account closed" in row(sbe, "leaver")


def row(sbe: Sbe, name: str) -> str:
    """The cell of a person in the directory."""
    page = f"/social/users/dt_json?iDisplayStart=0&iDisplayLength=50&sEcho=1&sSearch={name}"
    answer = sbe.login(*ADMIN).get(page)
    assert answer.status_code == 200
    (found,) = answer.json["aaData"]
    return str(found[1])


def test_the_search_of_everything_marks_closed_accounts(sbe: Sbe, rig: Rig) -> None:
    ids = [person(rig, f"{name}@example.org") for name in ("sought", "gone")]
    for id in ids:
        rig.patch(USER, id, {"op": "replace", "path": "name.familyName", "value": "Findable"})
    rig.patch(USER, ids[1], {"op": "replace", "path": "active", "value": False})
    sbe.indexed()
    browser = sbe.login(*ADMIN)
    page = browser.get("/search?q=Findable", headers={"Accept-Language": "fr"}).text
    titles = re.findall(
        r'<span class="title">(.*?)</span></a>( <span class="label label-default">Compte fermé</span>)?', page
    )
    assert {re.sub("<[^>]+>", "", name): bool(mark) for name, mark in titles} == {
        "sought Findable": False,
        "gone Findable": True,
    }
    live = browser.get("/search/live?q=Findable", headers={"Accept": "application/json"}).json["results"]
    names = {hit["name"] for hits in live.values() for hit in hits}
    assert names == {"sought Findable", "gone Findable (Account closed)"}


def test_a_search_that_finds_nobody_is_as_it_was(sbe: Sbe) -> None:
    answer = sbe.login(*ADMIN).get("/search?q=nobodyatall")
    assert (answer.status_code, "label label-default" in answer.text) == (200, False)
