"""A source in shadow mode: answered as if it were live, in nobody's way, and nothing is applied until it goes live."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from sbe_scim.directory.port import DirectoryUser
from sbe_scim.journal import reader
from sbe_scim.protocol import InvalidValue, NotFound, Uniqueness
from sbe_scim.service import Query, handing_over, restoring, shadow_reports
from sbe_scim.service.going_live import Applied, StillTaken, go_live
from sbe_scim.service.hand_over_plans import Plan
from sbe_scim.service.handing_over import HandOverError
from sbe_scim.service.shadow_reports import CREATE, DELETE, DISABLE, REFUSE, Line
from sbe_scim.store import Source, shadows, sources, tables
from sbe_scim.store.sources import SourceError, SourceInUse
from tests.unit.rig import GROUP, USER, Rig, target, user_body


def mail(address: str) -> list[dict[str, Any]]:
    return [{"value": address, "primary": True}]


@pytest.fixture
def trial(rig: Rig) -> Source:
    """A source in shadow mode, beside two that are live."""
    return shadowed(rig, "trial")


def shadowed(rig: Rig, name: str) -> Source:
    with rig.ports.write() as writing:
        return sources.add(writing.connection, name, shadow=True)


def now_of(rig: Rig, source: Source) -> Source:
    with rig.ports.read() as reading:
        return sources.require(reading.connection, source.name)


def live(rig: Rig, source: Source) -> Applied:
    return go_live(rig.ports, rig.ports, source.name)


def report(rig: Rig, source: Source) -> list[Line]:
    return shadow_reports.report(rig.ports, rig.ports, now_of(rig, source))


def told_of(rig: Rig, effect: str) -> list[tuple[Any, ...]]:
    return [row for row in rig.ports.told if row[0] == effect]


def test_what_it_sends_is_answered_and_read_back_and_the_directory_hears_nothing(rig: Rig, trial: Source) -> None:
    ann = rig.create_user("ann", trial, externalId="a-1", emails=mail("ann@example.org"))
    bob = rig.create_user("bob", trial)
    team = rig.create_group("team", ann["id"], bob["id"], source=trial)
    assert rig.search(USER, 'userName eq "ANN"', source=trial)["Resources"][0]["id"] == ann["id"]
    assert rig.search(USER, 'userName sw "a" and active eq true', source=trial)["totalResults"] == 1
    assert rig.search(USER, 'groups.display eq "team"', source=trial)["totalResults"] == 2
    rig.patch(USER, ann["id"], {"op": "replace", "path": "userName", "value": "anna"}, source=trial)
    rig.replace(USER, bob["id"], user_body("bob", active=False), trial)
    rig.patch(GROUP, team["id"], {"op": "remove", "path": f'members[value eq "{bob["id"]}"]'}, source=trial)
    assert rig.get(USER, ann["id"], trial)["userName"] == "anna"
    assert [one["value"] for one in rig.get(GROUP, team["id"], trial)["members"]] == [ann["id"]]
    rig.delete(GROUP, team["id"], trial)
    rig.delete(USER, bob["id"], trial)
    with pytest.raises(NotFound):
        rig.get(USER, bob["id"], trial)
    assert rig.ports.told == []
    assert [row[1] for row in rig.journalled()] == [201, 201, 201, 200, 200, 200, 204, 204]


def test_lists_are_sorted_and_walked_by_cursor_as_those_of_any_source(rig: Rig, trial: Source) -> None:
    for name in ("bob", "ann", "carl"):
        rig.create_user(name, trial)
    call = rig.call(trial)
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        search = rig.service.prepare(call, USER, Query(sort_by="userName", count="2", cursor=cursor))
        page = json.loads(str(rig.service.search(call, search)))
        found += [one["userName"] for one in page["Resources"]]
        cursor = page.get("nextCursor")
    assert found == ["ann", "bob", "carl"]


def test_its_people_are_in_nobodys_way_and_whoever_is_live_is_in_theirs(rig: Rig, trial: Source) -> None:
    rig.create_user("ann", trial, emails=mail("ann@example.org"))
    rig.create_user("ANN", emails=mail("Ann@example.org"))
    twin = shadowed(rig, "twin")
    rig.create_user("zoe", trial, emails=mail("zoe@example.org"))
    rig.create_user("zoe", twin, emails=mail("zoe@example.org"))
    with pytest.raises(Uniqueness, match="userName") as name_taken:
        rig.create_user("zoe", trial)
    with pytest.raises(Uniqueness, match="userName"):
        rig.create_user("ann", twin)
    with pytest.raises(Uniqueness, match="mail address") as mail_taken:
        rig.create_user("a.martin", twin, emails=mail("ann@example.org"))
    assert (name_taken.value.reason, mail_taken.value.reason) == ("name_taken", "mail_taken")


def test_what_the_directory_refuses_is_refused(rig: Rig, trial: Source) -> None:
    bob = rig.create_user("bob", trial)["id"]

    def refuse(_connection: Any, user: DirectoryUser) -> None:
        raise InvalidValue(f"no account for {user.user_name}", reason="mail_missing")

    rig.ports.behaviour = refuse
    with pytest.raises(InvalidValue, match="no account for ann"):
        rig.create_user("ann", trial)
    # Live there would be an account, which is closed whatever else is wrong.
    rig.patch(USER, bob, {"op": "replace", "path": "active", "value": False}, source=trial)
    assert [(line.what, line.name, line.reason) for line in report(rig, trial)] == [
        (REFUSE, "bob", "mail_missing"),
        (REFUSE, "ann", "mail_missing"),
    ]


def test_once_live_the_directory_has_whoever_is_left_and_no_leaver(rig: Rig, trial: Source) -> None:
    ann, bob, eve, gil = (rig.create_user(name, trial)["id"] for name in ("ann", "bob", "eve", "gil"))
    inner = rig.create_group("inner", ann, eve, source=trial)["id"]
    outer = rig.create_group("outer", inner, bob, source=trial)["id"]
    empty = rig.create_group("empty", source=trial)["id"]
    rig.delete(USER, eve, trial)
    rig.patch(USER, gil, {"op": "replace", "path": "active", "value": False}, source=trial)
    before = [rig.get(USER, one, trial) for one in (ann, bob, gil)] + [rig.get(GROUP, one, trial) for one in (inner,)]
    assert live(rig, trial).refused == []
    accounts = {call[1]: call[3] for call in told_of(rig, "user_saved")}
    assert {key: accounts[key] for key in (ann, bob)} == {ann: True, bob: True}
    assert eve not in accounts
    assert gil not in accounts
    assert [call[1:] for call in told_of(rig, "group_saved")] == [(inner, "inner"), (outer, "outer"), (empty, "empty")]
    assert told_of(rig, "members_changed") == [
        ("members_changed", inner, [ann], []),
        ("members_changed", outer, sorted([ann, bob]), []),
    ]
    source = now_of(rig, trial)
    assert (source.shadow, source.applying) == (None, None)
    # Their versions are those that the provider knows.
    after = [rig.get(USER, one, source) for one in (ann, bob, gil)] + [rig.get(GROUP, one, source) for one in (inner,)]
    assert after == before
    with pytest.raises(Uniqueness):
        rig.create_user("ann")
    rig.ports.taken()
    rig.patch(USER, gil, {"op": "replace", "path": "active", "value": True}, source=source)
    rig.delete(USER, ann, source)
    assert [call[:2] for call in rig.ports.taken()] == [("user_saved", gil), ("user_removed", ann)]
    with pytest.raises(SourceError, match="not in shadow mode"):
        live(rig, trial)


def test_what_goes_live_is_in_the_journal(rig: Rig, trial: Source) -> None:
    ann = rig.create_user("ann", trial)["id"]
    team = rig.create_group("team", ann, source=trial)["id"]
    live(rig, trial)
    with rig.ports.read() as reading:
        rows = reader.of_ids(reading.connection, {ann, team})
    told = [(row.operation, row.target_id, row.effect, row.members_added) for row in rows if row.operation == "apply"]
    assert told == [("apply", ann, "created", None), ("apply", team, "created", 1)]


def test_whoever_the_directory_refuses_is_told_and_tried_again_and_nobody_else_is(rig: Rig, trial: Source) -> None:
    ann, bob = (rig.create_user(name, trial)["id"] for name in ("ann", "bob"))

    def refuse(_connection: Any, user: DirectoryUser) -> None:
        if user.user_name == "ann":
            raise Uniqueness("an account has this address", reason="account_taken")

    rig.ports.behaviour = refuse
    done = live(rig, trial)
    assert [(found.id, why.reason) for _, found, why in done.refused] == [(ann, "account_taken")]
    assert [call[1] for call in rig.ports.taken()] == [bob]
    source = now_of(rig, trial)
    assert source.shadow is None
    assert source.applying is not None
    assert [(line.what, line.id, line.reason) for line in report(rig, trial)] == [("adopt", ann, "account_taken")]
    rig.ports.behaviour = lambda _connection, _user: None
    assert live(rig, trial).done == {("User", "created"): 1}
    assert [call[1] for call in rig.ports.taken()] == [ann]
    assert now_of(rig, trial).applying is None


def test_it_goes_on_where_it_was_cut_short_and_nobody_is_told_of_twice(rig: Rig, trial: Source) -> None:
    people = [rig.create_user(name, trial)["id"] for name in ("ann", "bob", "carl")]
    team = rig.create_group("team", *people, source=trial)["id"]

    def die(_connection: Any, user: DirectoryUser) -> None:
        if user.id == people[1]:
            raise RuntimeError("killed")

    rig.ports.behaviour = die
    with pytest.raises(RuntimeError):
        live(rig, trial)
    rig.ports.behaviour = lambda _connection, _user: None
    # What it sends meanwhile is live.
    rig.patch(USER, people[2], {"op": "replace", "path": "title", "value": "Maire"}, source=now_of(rig, trial))
    live(rig, trial)
    assert [call[1] for call in told_of(rig, "user_saved")] == [people[0], people[2], people[1]]
    assert [call[1] for call in told_of(rig, "group_saved")] == [team]
    assert now_of(rig, trial).applying is None


def test_a_process_that_has_not_heard_that_it_is_live_applies_what_it_is_sent(rig: Rig, trial: Source) -> None:
    ann = rig.create_user("ann", trial)["id"]
    live(rig, trial)
    rig.ports.taken()
    bob = rig.create_user("bob", trial)["id"]
    rig.patch(USER, ann, {"op": "replace", "path": "active", "value": False}, source=trial)
    assert [call[1:] for call in rig.ports.taken()] == [(bob, "bob", True), (ann, "ann", False)]
    assert rig.search(USER, 'userName eq "bob"', source=trial)["totalResults"] == 1


def test_it_stays_in_shadow_mode_while_others_have_its_names_and_addresses(rig: Rig, trial: Source) -> None:
    ann = rig.create_user("ann", trial, emails=mail("ann@example.org"))["id"]
    bob = rig.create_user("bob", trial, emails=mail("bob@example.org"))["id"]
    theirs = rig.create_user("Ann")["id"]
    rig.create_user("b.martin", emails=mail("BOB@example.org"))
    rig.ports.taken()
    with pytest.raises(StillTaken) as refused:
        live(rig, trial)
    assert [(one.found.id, one.reason) for one in refused.value.found] == [(ann, "name_taken"), (bob, "mail_taken")]
    assert now_of(rig, trial).shadow == trial.shadow
    assert rig.ports.taken() == []
    assert [(line.what, line.reason) for line in report(rig, trial)] == [(REFUSE, "name_taken"), (REFUSE, "mail_taken")]
    rig.delete(USER, theirs)
    rig.delete(USER, bob, trial)
    rig.ports.taken()
    live(rig, trial)
    assert [call[1] for call in rig.ports.taken()] == [ann]


def test_the_report_says_of_each_what_would_have_happened_and_leaves_nothing(rig: Rig, trial: Source) -> None:
    ann = rig.create_user("ann", trial, externalId="a-1", emails=mail("ann@example.org"))["id"]
    bob = rig.create_user("bob", trial)["id"]
    eve = rig.create_user("eve", trial)["id"]
    team = rig.create_group("team", ann, bob, source=trial)["id"]
    rig.patch(USER, bob, {"op": "replace", "path": "active", "value": False}, source=trial)
    rig.delete(USER, eve, trial)
    rig.create_user("zoe")
    with pytest.raises(Uniqueness):
        rig.create_user("zoe", trial, externalId="z-1")
    rig.ports.taken()
    lines = report(rig, trial)
    assert [(line.what, line.id, line.name, line.reason, line.members) for line in lines] == [
        (CREATE, ann, "ann", None, None),
        (DISABLE, bob, "bob", None, None),
        (CREATE, team, "team", None, 2),
        (DELETE, eve, "eve", None, None),
        (REFUSE, None, "zoe", "name_taken", None),
    ]
    assert (lines[0].mail, lines[0].external_id, lines[4].external_id) == ("ann@example.org", "a-1", "z-1")
    assert shadow_reports.counts(lines)["User", CREATE, None] == 1
    assert rig.ports.taken() == []
    assert now_of(rig, trial).shadow == trial.shadow


def test_who_is_restored_in_the_shadow_stays_in_it(rig: Rig, trial: Source) -> None:
    ann = rig.create_user("ann", trial)["id"]
    rig.delete(USER, ann, trial)
    rig.create_user("ann")
    rig.ports.taken()
    with rig.ports.write() as writing:
        found = restoring.find(writing.connection, USER, ann)
        with pytest.raises(restoring.RestoreError, match="userName"):
            restoring.restore(writing, rig.ports, USER, found, 30)
    rig.delete(USER, rig.search(USER, 'userName eq "ann"')["Resources"][0]["id"])
    rig.ports.taken()
    with rig.ports.write() as writing:
        restoring.restore(writing, rig.ports, USER, found, 30)
    assert rig.get(USER, ann, trial)["userName"] == "ann"
    assert rig.ports.taken() == []
    rig.create_user("ann")


def test_only_a_source_that_has_nobody_and_is_not_in_use_is_put_in_shadow_mode(rig: Rig) -> None:
    def begin(name: str) -> Source:
        with rig.ports.write() as writing:
            return shadows.begin(writing.connection, name)

    ann = rig.create_user("ann")["id"]
    with pytest.raises(SourceError, match="whose leavers would stay in"):
        begin("staff")
    rig.delete(USER, ann)
    with rig.ports.write() as writing:
        writing.connection.execute(tables.contact.insert().values(source=rig.staff.id, latest=1))
    with pytest.raises(SourceError, match="in use: disable it"):
        begin("staff")
    with rig.ports.write() as writing:
        sources.disable(writing.connection, "staff")
    began = begin("staff")
    assert began.shadow is not None
    assert begin("staff") == began
    assert begin("other").shadow is not None


def test_a_source_in_shadow_mode_is_removed_with_all_that_it_recorded(rig: Rig, trial: Source) -> None:
    ann = rig.create_user("ann", trial, emails=mail("ann@example.org"))["id"]
    inner = rig.create_group("inner", ann, source=trial)["id"]
    rig.create_group("outer", inner, source=trial)
    rig.create_user("zoe")
    with rig.ports.write() as writing:
        sources.remove(writing.connection, "trial")
        with pytest.raises(SourceInUse):
            sources.remove(writing.connection, "staff")
    assert [row[0] for row in rig.rows(tables.resource, tables.resource.c.key)] == ["zoe"]
    for table in (tables.membership, tables.nesting, tables.attr_value):
        assert rig.rows(table) == []


def test_what_is_in_the_shadow_is_not_handed_over(rig: Rig, trial: Source) -> None:
    with rig.ports.write() as writing:
        sources.disable(writing.connection, "trial")
        with pytest.raises(HandOverError, match="'trial' is in shadow mode"):
            handing_over.carry_out(writing, rig.ports, Plan("trial", "other", "mail", []))


def test_whoever_is_in_the_shadow_of_another_source_holds_no_name(rig: Rig, trial: Source) -> None:
    rig.create_user("ann", trial)
    theirs = rig.create_user("ann")["id"]
    with pytest.raises(Uniqueness):
        rig.create_user("ann", rig.other)
    with rig.ports.read() as reading:
        (one,) = reader.refused(reading.connection, "other")
        holder = reader.holder(reading.connection, one.last)
    assert holder is not None
    assert holder.id == theirs


def test_losses_are_held_in_the_shadow_as_they_are_of_any_source(rig: Rig, trial: Source) -> None:
    people = [rig.create_user(f"u{number}", replace(trial, storm_limit=3), active=True)["id"] for number in range(10)]
    with rig.ports.write() as writing:
        sources.change(writing.connection, "trial", storm_limit=3)
    guarded = now_of(rig, trial)
    gone = 0
    for one in people:
        outcome = rig.service.delete(rig.call(guarded), target(USER, one))
        gone += outcome.refusal is None
    assert gone == 2
    assert rig.ports.told == []
