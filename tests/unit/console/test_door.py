"""Who may look at the console, and for how long."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import pytest
from sqlalchemy import update

from sbe_scim.auth.operators import SESSION
from sbe_scim.console.door import COOKIE, MOST_AT_ONCE, Attempts
from sbe_scim.store import console_tokens, sources, tables, tokens
from sbe_scim.store.clock import now
from sbe_scim.store.console_tokens import PREFIX
from tests.unit.console.operator import HOUR, OWN, Operator
from tests.unit.http.client import Receiver, receiver

PAGES = ("sources", "source?id=1", "person")


def test_without_a_token_there_is_no_console(operator: Operator) -> None:
    for path in ("/console", "/console/", "sources", "source", "person", "sign-in", "style.css"):
        assert operator.get(path).status_code == 404, path
    assert operator.post("sign-in", token="x").status_code == 404
    operator.token(lasts=-1)
    assert operator.get("sign-in").status_code == 404
    operator.token()
    assert operator.get("sign-in").status_code == 200


def test_its_front_leads_to_the_sources(operator: Operator) -> None:
    operator.token()
    assert operator.get("/console").headers["location"] == "console/sources"
    assert operator.get("/console/").headers["location"] == "sources"


def test_who_has_not_signed_in_sees_nothing(operator: Operator) -> None:
    operator.token()
    for path in PAGES:
        answer = operator.get(path)
        assert (answer.status_code, answer.headers["location"], answer.text) == (303, "sign-in", "")
    answer = operator.post("person", who="zoe")
    assert (answer.status_code, answer.text) == (303, "")


def test_a_token_begins_a_session(operator: Operator) -> None:
    operator.sign_in()
    assert "staff" in operator.shows("sources")


def test_the_cookie_is_for_the_console_alone_and_no_script_reads_it(scim: Receiver, tmp_path: Path) -> None:
    operator = Operator(scim)
    told = operator.post("sign-in", token=operator.token(lasts=24 * HOUR)).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Secure", f"Max-Age={SESSION}"} <= set(told.split("; "))
    assert "path" not in told.lower()
    assert "domain" not in told.lower()
    (tmp_path / "plain").mkdir()
    with receiver(tmp_path / "plain", base_url="http://127.0.0.1:8000/scim/v2") as plain:
        operator = Operator(plain)
        assert "Secure" not in operator.post("sign-in", token=operator.token()).headers["set-cookie"]


def test_a_token_that_is_not_good_begins_none(operator: Operator) -> None:
    revoked, good = operator.token(), operator.token()
    (first, _) = operator.within(console_tokens.find_all)
    operator.within(lambda connection: console_tokens.revoke(connection, first.id))
    of_a_source = operator.within(lambda connection: tokens.create(connection, sources.require(connection, "staff").id))
    for wrong in (revoked, operator.token(lasts=-1), of_a_source, good[:-1], f"{PREFIX}x", ""):
        answer = operator.post("sign-in", token=wrong)
        assert answer.status_code == 401
        assert "not known, has expired, or was revoked" in answer.text
        assert not wrong or wrong not in answer.text
        assert operator.cookies == {}


def test_a_token_of_the_console_provisions_nothing(scim: Receiver, operator: Operator) -> None:
    answer = scim.get("/Users", headers={"authorization": f"Bearer {operator.token()}"})
    assert (answer.status_code, answer.json()["detail"]) == (401, "the token is not known")


def test_a_session_ends_with_its_token(operator: Operator) -> None:
    operator.sign_in()
    other = Operator(operator._scim)
    other.sign_in()
    (first, _) = operator.within(console_tokens.find_all)
    operator.within(lambda connection: console_tokens.revoke(connection, first.id))
    assert operator.get("sources").status_code == 303
    assert other.get("sources").status_code == 200


def test_a_session_ends_when_its_token_or_its_time_does(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    operator.sign_in()
    operator.token(lasts=48 * HOUR)
    later = Operator(operator._scim)
    later.post("sign-in", token=operator.token(lasts=48 * HOUR))
    at = now()
    for hours, of_the_first, of_the_other in ((0, 200, 200), (2, 303, 200), (9, 303, 303)):
        monkeypatch.setattr("sbe_scim.console.sign_in.now", lambda hours=hours: at + hours * HOUR)
        assert operator.get("sources").status_code == of_the_first
        assert later.get("sources").status_code == of_the_other


def test_a_cookie_that_nobody_was_given_is_none(operator: Operator) -> None:
    operator.sign_in()
    token_id, end, seal = operator.cookies[COOKIE].split(".")
    later = str(int(end) + HOUR)
    blank = hmac.new(b"", f"console session {token_id} {end}".encode(), hashlib.sha256).hexdigest()
    forged = (
        "", ".", "..", token_id, f"{token_id}.{end}", f"{token_id}.{end}.", f"{token_id}.{later}.{seal}",
        f"{token_id}.{end}.{blank}", f"{token_id}.{end}.{seal[:-1]}", f"x.{end}.{seal}", f"{token_id}.-1.{seal}",
        f"{token_id}.{end}.{seal}.", f"{token_id}.{'9' * 5000}.{seal}", "%00.1.1", "a\x01.1.1",
    )  # fmt: skip
    for value in forged:
        answer = operator.get("sources", cookie=f"{COOKIE}={value}")
        assert answer.status_code == 303, value
    assert operator.get("sources").status_code == 200


def test_a_token_that_was_made_anew_under_the_same_id_does_not_open_old_sessions(operator: Operator) -> None:
    operator.sign_in()
    operator.within(lambda connection: connection.execute(update(tables.console_token).values(digest="ab" * 32)))
    assert operator.get("sources").status_code == 303


def test_signing_out_is_a_form_of_the_console(operator: Operator) -> None:
    operator.sign_in()
    assert operator.get("sign-out").status_code == 405
    for foreign in (
        {},
        {"origin": "https://evil.example.org"},
        {"origin": "null"},
        {"origin": "http://receiver.evil.example.org"},
        {"origin": "http://receiver", "sec-fetch-site": "cross-site"},
        {"origin": "http://receiver", "sec-fetch-site": "same-site"},
    ):
        for path in ("sign-out", "person", "sign-in"):
            answer = operator.post(path, foreign, who="zoe", token="x")
            assert (answer.status_code, answer.headers.get("set-cookie")) == (403, None), (path, foreign)
    assert operator.get("sources").status_code == 200
    answer = operator.post("sign-out", {"sec-fetch-site": "same-origin"})
    assert (answer.status_code, answer.headers["location"]) == (303, "sign-in")
    assert COOKIE not in operator.cookies
    assert operator.get("sources").status_code == 303


def test_whoever_tries_many_tokens_has_to_wait(operator: Operator) -> None:
    good = operator.token()
    tried = [operator.post("sign-in", token=f"{PREFIX}{number}").status_code for number in range(MOST_AT_ONCE)]
    assert tried == [401] * MOST_AT_ONCE
    answer = operator.post("sign-in", token=good)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 3
    assert f"too many tokens were tried. Wait {answer.headers['retry-after']} s." in answer.text


def test_attempts_come_back_with_time() -> None:
    time = [0.0]
    attempts = Attempts(lambda: time[0])
    assert [attempts.take() for _ in range(MOST_AT_ONCE + 1)] == [*[0] * MOST_AT_ONCE, 3]
    time[0] = 3.0
    assert (attempts.take(), attempts.take()) == (0, 3)


def test_a_look_at_the_head_of_a_page_is_no_attempt(operator: Operator) -> None:
    operator.token()
    assert {operator.head("sign-in").status_code for _ in range(MOST_AT_ONCE + 1)} == {200}
    assert operator.head("person").status_code == 303
    operator.sign_in()
    assert operator.head("person").status_code == 200


def test_what_is_no_form_is_refused(operator: Operator) -> None:
    operator.sign_in()
    assert operator.post("person", who="x" * 9000).status_code == 413
    assert operator.post("person", {**OWN, "content-type": "application/json"}, who="x").status_code == 415
    assert operator.post("person", **{f"f{number}": "x" for number in range(11)}).status_code == 400


def test_pages_are_kept_nowhere_and_load_nothing_from_elsewhere(operator: Operator) -> None:
    operator.sign_in()
    for path in (*PAGES, "sign-in"):
        headers = operator.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
    assert operator.get("sources", cookie="").headers["cache-control"] == "no-store"
    assert operator.get("style.css").headers["content-type"].startswith("text/css")


def test_neither_token_nor_search_is_in_the_log(scim: Receiver, operator: Operator) -> None:
    token = operator.sign_in()
    operator.shows("person", who="zoe@example.org")
    lines = [str(record.__dict__) for record in scim.log.records]
    assert any("'operation': 'console'" in line for line in lines)
    assert not [line for line in lines if token in line or "zoe" in line or operator.cookies[COOKIE] in line]
    assert scim.journal() == []


def test_a_database_that_is_away_is_said(scim: Receiver, operator: Operator) -> None:
    operator.sign_in()
    Path(scim.settings.database.removeprefix("sqlite:///")).unlink()
    answer = operator.get("sources")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "The database does not answer" in answer.text
