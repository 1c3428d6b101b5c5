"""Sessions of people whom SCIM governs end with their account, and no cookie brings them back."""

from __future__ import annotations

from typing import Any

import pytest
from abilian.core.extensions import db
from abilian.core.models.subjects import User
from abilian.wsgi import app
from flask import g
from sqlalchemy import select

from sbe_scim.directory.sbe import sessions, tables
from sbe_scim.sbe_plugin.sessions import KEY, Sessions, guard
from tests.sbe.inside.support import MakeUser, Sbe, Scim

PASSWORD = "only-for-tests"


@pytest.fixture(scope="module", autouse=True)
def plugin() -> None:
    guard(app, Sessions(db), lambda *_: True)


def rows() -> int:
    with app.app_context():
        return len(db.session.execute(select(tables.session.c.id)).all())


@pytest.fixture
def zoe(sbe: Sbe, scim: Scim, user: MakeUser, request: pytest.FixtureRequest) -> Any:
    """Somebody of SCIM's with a local password."""
    zoe = user(f"{request.node.name}@example.org")
    scim.user_saved(zoe)
    sbe.set_password(zoe.user_name, PASSWORD)
    return zoe


def test_who_was_disabled_and_enabled_has_to_sign_in_again(sbe: Sbe, scim: Scim, user: MakeUser, zoe: Any) -> None:
    browser = sbe.login(zoe.user_name, PASSWORD)
    other = sbe.login(zoe.user_name, PASSWORD)
    assert sbe.signed_in(browser) == sbe.signed_in(other) == zoe.user_name
    scim.user_saved(user(zoe.user_name, id=zoe.id, active=False))
    scim.user_saved(zoe)
    assert sbe.signed_in(browser) is None
    assert sbe.signed_in(other) is None
    assert sbe.signed_in(sbe.login(zoe.user_name, PASSWORD)) == zoe.user_name


def test_a_session_that_has_ended_leaves_nobody_behind_in_the_request(sbe: Sbe, zoe: Any) -> None:
    browser = sbe.login(zoe.user_name, PASSWORD)
    with browser:
        # Where people choose a new password.
        assert browser.get("/preferences/user").status_code == 200
        assert g.user.email == zoe.user_name
    with app.app_context():
        sessions.end_all(db.session.connection(), sbe.known(zoe.user_name)["id"])
        db.session.commit()
    with browser:
        browser.get("/user/login")
        assert not any(hasattr(g, name) for name in ("user", "logged_user", "is_manager"))


def test_a_change_of_name_ends_no_session(sbe: Sbe, scim: Scim, user: MakeUser, zoe: Any) -> None:
    browser = sbe.login(zoe.user_name, PASSWORD)
    scim.user_saved(user(zoe.user_name, id=zoe.id, name={"familyName": "Dupré"}))
    assert sbe.signed_in(browser) == zoe.user_name


def test_who_was_removed_and_is_opened_by_hand_has_to_sign_in_again(sbe: Sbe, scim: Scim, zoe: Any) -> None:
    browser = sbe.login(zoe.user_name, PASSWORD)
    scim.user_removed(zoe.id)
    with sbe.models() as session:
        session.query(User).filter(User.email == zoe.user_name).update({"can_login": True, "deleted_at": None})
    assert sbe.signed_in(browser) is None


def test_who_is_closed_and_opened_by_hand_has_to_sign_in_again(sbe: Sbe, zoe: Any) -> None:
    browser = sbe.login(zoe.user_name, PASSWORD)
    for can_login in (False, True):
        with sbe.models() as session:
            session.query(User).filter(User.email == zoe.user_name).update({"can_login": can_login})
        assert sbe.signed_in(browser) is None


def test_a_cookie_from_before_the_plugin_is_none(sbe: Sbe, zoe: Any) -> None:
    browser = sbe.login(zoe.user_name, PASSWORD)
    with browser.session_transaction() as cookie:
        del cookie[KEY]
    assert sbe.signed_in(browser) is None


def test_a_session_of_somebody_else_does_not_help(sbe: Sbe, scim: Scim, user: MakeUser, zoe: Any) -> None:
    eve = user("eve@example.org")
    scim.user_saved(eve)
    sbe.set_password("eve@example.org", PASSWORD)
    victim, thief = sbe.login(zoe.user_name, PASSWORD), sbe.login("eve@example.org", PASSWORD)
    with thief.session_transaction() as cookie:
        hers = cookie[KEY]
    with victim.session_transaction() as cookie:
        cookie[KEY] = hers
    assert sbe.signed_in(victim) is None


def test_a_session_is_none_of_an_account_that_has_the_id_of_one_deleted_by_hand(sbe: Sbe, zoe: Any) -> None:
    browser = sbe.login(zoe.user_name, PASSWORD)
    id = sbe.delete(zoe.user_name)
    sbe.local_account("successor@example.org", id=id)
    assert sbe.signed_in(browser) is None


def test_a_logout_ends_the_session_and_leaves_no_row(sbe: Sbe, zoe: Any) -> None:
    before = rows()
    browser = sbe.login(zoe.user_name, PASSWORD)
    assert rows() == before + 1
    with browser.session_transaction() as cookie:
        kept = dict(cookie)
    browser.get("/user/logout")
    assert rows() == before
    with browser.session_transaction() as cookie:
        cookie.update(kept)
    assert sbe.signed_in(browser) is None


def test_accounts_made_by_hand_are_left_alone(sbe: Sbe) -> None:
    sbe.local_account("by.hand@example.org", password=PASSWORD)
    before = rows()
    browser = sbe.login("by.hand@example.org", PASSWORD)
    assert sbe.signed_in(browser) == "by.hand@example.org"
    assert rows() == before


def test_a_browser_that_changes_over_to_an_account_made_by_hand_stays_in(sbe: Sbe, zoe: Any) -> None:
    sbe.local_account("second@example.org", password=PASSWORD)
    browser = sbe.login(zoe.user_name, PASSWORD)
    browser.post("/user/login", data={"email": "second@example.org", "password": PASSWORD})
    assert sbe.signed_in(browser) == "second@example.org"
