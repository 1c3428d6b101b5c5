"""The commands: what they print, where, and with which exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sbe_scim
from sbe_scim.protocol import Held
from sbe_scim.store import TOKEN_PREFIX, guards, open_database, resources, sources, tokens
from sbe_scim.store.clock import now
from sbe_scim.store.prepared import Together
from tests.unit.cli.running import Run, rows
from tests.unit.rig import USER, Recording, Rig

ISSUER = "https://sso.example.org/realms/staff"
DAY = 86_400_000_000
EMPTY = dict.fromkeys(("mail_key", "external_id", "display"))


@pytest.mark.parametrize(
    "command",
    [(), ("serve",), ("source",), ("source", "add"), ("source", "set"), ("token",), ("token", "create"), ("keycloak",)],
)
def test_every_command_explains_itself(run: Run, command: tuple[str, ...]) -> None:
    outcome = run(*command, "--help")
    assert outcome.code == 0
    assert outcome.out.startswith("Usage: sbe-scim")


def test_a_source_is_added_listed_shown_and_removed(run: Run) -> None:
    assert run("source", "add", "staff", "--dialect", "keycloak", "--issuer", ISSUER).code == 0
    (listed,) = rows(run, "source", "list")
    assert (listed["name"], listed["dialect"], listed["strictness"], listed["issuer"], listed["enabled"]) == (
        "staff",
        "keycloak",
        "tolerant",
        ISSUER,
        True,
    )
    assert rows(run, "source", "show", "staff") == listed
    assert run("source", "disable", "staff").code == 0
    assert rows(run, "source", "show", "staff")["enabled"] is False
    assert run("source", "enable", "staff").code == 0
    assert rows(run, "source", "show", "staff")["enabled"] is True
    assert run("source", "remove", "staff").code == 0
    assert rows(run, "source", "list") == []


def test_a_table_is_printed_for_people(run: Run) -> None:
    run("source", "add", "staff")
    head, line = run("source", "list").out.splitlines()
    assert head.split()[:3] == ["NAME", "DIALECT", "STRICTNESS"]
    assert line.split()[:3] == ["staff", "generic", "tolerant"]


def test_a_source_without_an_issuer_is_told_the_next_step(run: Run) -> None:
    assert "sbe-scim token create staff\n" in run("source", "add", "staff").err
    assert "sbe-scim token create 'the staff'\n" in run("source", "add", "the staff").err
    assert "sbe-scim token create -- -x\n" in run("source", "add", "--", "-x").err


def test_a_source_is_changed_in_what_is_given(run: Run) -> None:
    run("source", "add", "staff", "--issuer", ISSUER, "--audience", "x", "--jwks-url", f"{ISSUER}/certs?app=1")
    outcome = run("source", "set", "staff", "--issuer", f"{ISSUER}2", "--dialect", "keycloak")
    assert outcome.out == "Source staff is changed.\n"
    assert f"still fetched from {ISSUER}/certs" in outcome.err
    changed = rows(run, "source", "set", "staff", "--audience", "", "--jwks-url", "", "--strictness", "rfc")
    shown = {"held": None, "last_contact": None, "last_write": None}
    assert changed | shown == rows(run, "source", "show", "staff")
    kept = ("dialect", "strictness", "issuer", "audience", "jwks_url")
    assert [changed[key] for key in kept] == ["keycloak", "rfc", f"{ISSUER}2", None, None]


def test_mail_addresses_are_a_matter_of_abilian_sbe(run: Run) -> None:
    run("source", "add", "staff")
    outcome = run("source", "set", "staff", "--mail", "optional")
    assert outcome.code == 1
    assert "was never started in one" in outcome.err


def test_clients_are_listed_for_a_source_and_taken_off_again(run: Run) -> None:
    run("source", "add", "staff", "--issuer", ISSUER, "--azp", "web", "--azp", "batch", "--azp", "web")
    assert rows(run, "source", "show", "staff")["azp"] == ["web", "batch"]
    (listed,) = rows(run, "source", "list")
    assert listed["azp"] == ["web", "batch"]
    assert "web, batch" in run("source", "show", "staff").out
    assert "web, batch" in run("source", "list").out
    assert rows(run, "source", "set", "staff", "--dialect", "keycloak")["azp"] == ["web", "batch"]
    assert rows(run, "source", "set", "staff", "--azp", "rh")["azp"] == ["rh"]
    assert "still rh (--azp)" in run("source", "set", "staff", "--issuer", f"{ISSUER}2").err
    assert rows(run, "source", "set", "staff", "--azp", "")["azp"] == []
    assert "web" not in run("source", "show", "staff").out


def test_a_source_is_given_a_rate_and_relieved_of_it(run: Run) -> None:
    assert rows(run, "source", "add", "staff")["rate"] is None
    assert rows(run, "source", "set", "staff", "--rate", "25")["rate"] == 25
    assert "25 requests a second" in run("source", "show", "staff").out
    assert rows(run, "source", "set", "staff", "--dialect", "okta")["rate"] == 25
    assert rows(run, "source", "set", "staff", "--rate", "0")["rate"] is None
    assert rows(run, "source", "add", "guests", "--rate", "5")["rate"] == 5
    assert rows(run, "source", "show", "guests")["rate"] == 5


def test_a_source_is_given_a_storm_limit_and_relieved_of_it(run: Run) -> None:
    assert rows(run, "source", "add", "staff")["storm_limit"] == 50
    assert rows(run, "source", "set", "staff", "--storm-limit", "10")["storm_limit"] == 10
    assert rows(run, "source", "set", "staff", "--dialect", "okta")["storm_limit"] == 10
    assert rows(run, "source", "set", "staff", "--storm-limit", "0")["storm_limit"] is None
    assert rows(run, "source", "add", "guests", "--storm-limit", "0")["storm_limit"] is None


def test_what_is_held_is_told_and_released(run: Run) -> None:
    run("source", "add", "staff")
    assert rows(run, "source", "show", "staff")["held"] is None
    engine = open_database(os.environ["SBE_SCIM_DATABASE"])
    with engine.begin() as connection:
        source = sources.require(connection, "staff").id
        assert guards.admit(connection, source, 50, 50, now())
        person = {"type": 1, "source": source, "scope": 0, "key": "ann", "active": True, "version": 1}
        times = {"created": now(), "modified": now()}
        values = {"id": "0" * 36, "document": "{}", **EMPTY, **person, **times}
        added = resources.add(connection, Together(), values, ())
        guards.hold(connection, source, added.pk, now())
    engine.dispose()
    held = rows(run, "source", "show", "staff")["held"]
    assert (held["resources"], held["passed"]) == (1, 50)
    assert rows(run, "source", "list")[0]["held"] == held
    assert f"1 since {held['since']}; 50 went before" in run("source", "show", "staff").out
    assert run("source", "release", "staff").out.startswith("1 held of source staff are released; until 2")
    assert rows(run, "source", "show", "staff")["held"] is None
    assert "Nothing of source staff is held" in run("source", "release", "staff").out
    assert rows(run, "source", "release", "staff")["released"] == 0
    assert run("source", "release", "nobody").code == 1


def test_who_went_in_a_storm_is_brought_back_by_a_command(run: Run) -> None:
    run("source", "add", "staff")
    outcome = run("source", "release", "staff", "--undo")
    assert outcome.code == 1
    assert "nothing of source staff was ever held" in outcome.err
    engine = open_database(os.environ["SBE_SCIM_DATABASE"])
    rig = Rig(Recording.over(engine))
    who = [rig.create_user(f"user{number}")["id"] for number in range(10)]
    for one in who[:2]:
        rig.delete(USER, one)
    with pytest.raises(Held):
        rig.delete(USER, who[2])
    undone = rows(run, "source", "release", "staff", "--undo")
    assert undone == {"name": "staff", "restored": 2, "activated": 0, "memberships": 0, "refused": {}}
    assert run("source", "release", "staff", "--undo").out == "Back: 0 restored, 0 active again, 0 memberships.\n"
    with pytest.raises(Held):
        rig.delete(USER, who[0])
    released = run("source", "release", "staff")
    assert released.code == 0
    rig.delete(USER, who[0])
    rig.create_user("user0")
    outcome = run("source", "release", "staff", "--undo")
    assert outcome.code == 1
    assert f"Not back: {who[0]}" in outcome.err
    engine.dispose()
    assert run("source", "release", "nobody", "--undo").code == 1


def test_what_opens_a_source_is_told_until_it_is_mended(run: Run) -> None:
    added = run("source", "add", "staff", "--issuer", ISSUER, "--azp", "account", "--audience", "*")
    shown = run("source", "show", "staff")
    for outcome in (added, shown):
        assert outcome.code == 0
        assert "Warning: source staff is open: it lists account" in outcome.err
        assert "Warning: source staff is open: its audience is a wildcard" in outcome.err
    assert "client_for_everybody, general_audience" in shown.out
    assert rows(run, "source", "show", "staff")["openings"] == ["client_for_everybody", "general_audience"]
    assert "Warning" not in run("source", "set", "staff", "--azp", "", "--audience", "").err
    assert rows(run, "source", "show", "staff")["openings"] == []


def test_clients_mean_nothing_without_an_issuer(run: Run) -> None:
    run("source", "add", "guests")
    assert "no issuer" in run("source", "set", "guests", "--azp", "web").err
    assert run("source", "set", "guests", "--azp", "").code == 0


def test_an_issuer_that_is_taken_names_the_source_that_has_it(run: Run) -> None:
    run("source", "add", "staff", "--issuer", ISSUER)
    run("source", "add", "guests")
    for command in (("set", "guests"), ("add", "others")):
        outcome = run("source", *command, "--issuer", ISSUER)
        assert outcome.code == 1
        assert "'staff' has the issuer" in outcome.err
        assert "sbe-scim source set staff" in outcome.err
    assert "no issuer" in run("source", "set", "guests", "--audience", "x").err
    assert run("source", "set", "staff", "--issuer", ISSUER).code == 0


def test_every_change_can_be_told_to_scripts(run: Run) -> None:
    for command in (("add",), ("disable",), ("enable",), ("set", "--dialect", "okta"), ("remove",)):
        assert rows(run, "source", command[0], "staff", *command[1:])["name"] == "staff"
    run("source", "add", "staff")
    made = rows(run, "token", "create", "staff", "--expires", "90d")
    assert list(made) == ["id", "source", "expires", "replaces", "token"]
    (listed,) = rows(run, "token", "list")
    assert (listed["id"], listed["source"], listed["expires"]) == (made["id"], "staff", made["expires"])
    assert made["token"].startswith(TOKEN_PREFIX)
    assert rows(run, "token", "revoke", made["id"]) == {"id": made["id"], "revoked": True}


def test_output_that_cannot_be_written_is_told(run: Run, folder: Path) -> None:
    run("source", "add", "staff")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sbe_scim", "source", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(Path(sbe_scim.__file__).parents[1])},
        )
    assert (done.returncode, done.stderr) == (1, "Error: No space left on device.\n")


def test_a_token_is_printed_alone_and_works_for_its_time(run: Run, tmp_path: Path) -> None:
    run("source", "add", "staff")
    outcome = run("token", "create", "staff", "--expires", "90d")
    assert outcome.err == ""
    assert outcome.out.count("\n") == 1
    assert outcome.out.startswith(TOKEN_PREFIX)
    engine = open_database(f"sqlite:///{tmp_path}/receiver.db")
    with engine.begin() as connection:
        token = tokens.find(connection, outcome.out.strip())
    engine.dispose()
    assert token is not None
    assert token.expires is not None
    assert 0 <= now() + 90 * DAY - token.expires < DAY


@pytest.mark.parametrize(("options", "overlap"), [((), DAY), (("--overlap", "2h"), DAY // 12)])
def test_a_token_that_is_replaced_ends_after_the_overlap(
    run: Run, tmp_path: Path, options: tuple[str, ...], overlap: int
) -> None:
    run("source", "add", "staff")
    old = rows(run, "token", "create", "staff")
    new = rows(run, "token", "create", "staff", "--replaces", old["id"], *options)
    assert (new["replaces"], new["expires"]) == (old["id"], None)
    assert [(one["id"], one["expires"] is None) for one in rows(run, "token", "list")] == [
        (old["id"], False),
        (new["id"], True),
    ]
    with open_database(f"sqlite:///{tmp_path}/receiver.db").connect() as connection:
        ended = tokens.find(connection, old["token"])
    assert ended is not None
    assert ended.expires is not None
    assert 0 <= now() + overlap - ended.expires < DAY // 24


def test_a_token_that_ends_before_the_overlap_does_is_not_prolonged(run: Run) -> None:
    run("source", "add", "staff")
    old = rows(run, "token", "create", "staff", "--expires", "1h")
    rows(run, "token", "create", "staff", "--replaces", old["id"])
    assert rows(run, "token", "list")[0]["expires"] == old["expires"]


def test_only_a_token_in_use_of_the_same_source_is_replaced(run: Run) -> None:
    run("source", "add", "staff")
    run("source", "add", "guests")
    others = rows(run, "token", "create", "guests")["id"]
    revoked = rows(run, "token", "create", "staff")["id"]
    run("token", "revoke", revoked)
    for wrong in (others, revoked, "nothing"):
        outcome = run("token", "create", "staff", "--replaces", wrong)
        assert (outcome.code, outcome.out) == (1, "")
        assert f"Source staff has no token in use with the id '{wrong}'" in outcome.err
    assert [one["id"] for one in rows(run, "token", "list", "staff")] == [revoked], "one was made all the same"


def test_tokens_are_listed_without_their_secret_and_revoked_by_id(run: Run) -> None:
    for name in ("staff", "guests"):
        run("source", "add", name)
    secret = run("token", "create", "staff").out.strip()
    run("token", "create", "guests")
    (listed,) = rows(run, "token", "list", "staff")
    assert (listed["source"], listed["expires"], listed["revoked"]) == ("staff", None, None)
    assert secret.removeprefix(TOKEN_PREFIX) not in str(listed)
    assert len(rows(run, "token", "list")) == 2
    assert run("token", "revoke", listed["id"]).code == 0
    assert rows(run, "token", "list", "staff")[0]["revoked"] is not None


@pytest.mark.parametrize(
    ("command", "advice"),
    [
        (("source", "show", "nobody"), "source list"),
        (("source", "disable", "nobody"), "source list"),
        (("source", "remove", "nobody"), "source list"),
        (("token", "create", "nobody"), "source list"),
        (("token", "list", "nobody"), "source list"),
        (("token", "revoke", "nothing"), "token list"),
        (("source", "list", "--database", "sqlite:////nowhere/at/all.db"), "--database"),
        (("source", "add", "x", "--database", "sqlite:////nowhere/at/all.db"), "/nowhere/at/all.db cannot be made"),
    ],
)
def test_what_cannot_be_done_says_what_to_do(run: Run, command: tuple[str, ...], advice: str) -> None:
    run("source", "add", "somebody")
    outcome = run(*command)
    assert (outcome.code, outcome.out) == (1, "")
    assert "Error: " in outcome.err
    assert advice in outcome.err


def test_a_source_is_not_added_twice(run: Run) -> None:
    run("source", "add", "staff")
    outcome = run("source", "add", "staff")
    assert outcome.code == 1
    assert "there already" in outcome.err


@pytest.mark.parametrize(
    "command",
    [
        ("nonsense",),
        ("source", "add"),
        ("source", "add", "staff", "--dialect", "klingon"),
        ("source", "add", "staff", "--strictness", "very"),
        ("source", "add", "staff", "--audience", "x"),
        ("source", "add", "staff", "--issuer", ""),
        ("source", "add", "staff", "--issuer", "not-a-url"),
        ("source", "add", "staff", "--issuer", "https://sso.example.org/realms/staff?x=y"),
        ("source", "add", "staff", "--issuer", ISSUER, "--jwks-url", "nonsense"),
        ("source", "add", "staff", "--issuer", ISSUER, "--audience", " "),
        ("source", "add", "staff", "--azp", "web"),
        ("source", "add", "staff", "--issuer", ISSUER, "--azp", ""),
        ("source", "set", "staff"),
        ("source", "set", "staff", "--rate", "-1"),
        ("source", "set", "staff", "--rate", "2.5"),
        ("source", "add", "staff", "--rate", "100001"),
        ("source", "set", "staff", "--azp", "", "--azp", "web"),
        ("source", "set", "staff", "--issuer", ""),
        ("source", "set", "staff", "--dialect", "klingon"),
        ("token", "create", "staff", "--expires", "soon"),
        ("token", "create", "staff", "--expires", "0d"),
        ("token", "create", "staff", "--overlap", "2h"),
        ("token", "create", "staff", "--expires", "99999999999999999999d"),
        ("serve", "--workers", "2"),
        ("serve", "--body-limit", "0"),
        ("serve", "--base-url", "ftp://x"),
        ("serve", "--base-url", "http://x:abc/"),
        ("serve", "--base-url", "http://[x"),
        ("serve", "--database", "foo"),
        ("serve", "--config", "/nowhere/at/all.toml"),
        ("source", "list", "--database", "foo"),
        ("source", "list", "--database", "mysql://host/x"),
        ("source", "list", "--database", "postgresql://host:port/x"),
        ("source", "list", "--database", "postgresql+nothing://host/x"),
        ("source", "list", "--database", "sqlite://"),
    ],
)
def test_wrong_use_is_told_from_failure(run: Run, command: tuple[str, ...]) -> None:
    outcome = run(*command)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Usage:" in outcome.err
