"""Somebody who follows the sentences, and nothing else, brings everything about."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from html import unescape
from pathlib import Path
from queue import Queue
from typing import Any

import click
import httpx
import pytest

from sbe_scim.certify.judge import PAST
from sbe_scim.certify.modules import MODULES
from sbe_scim.certify.provider import Group, Person
from sbe_scim.cli import main
from sbe_scim.cli.certify.page import LocalPage
from sbe_scim.store import tokens
from tests.certification.playing import engine
from tests.certification.sender import Sender
from tests.environment.ports import free_ports
from tests.environment.receiver import ReceiverProcess

_FIELDS = {
    "login": "login",
    "first name": "given",
    "last name": "family",
    "mail address": "mail",
    "title": "title",
    "department": "department",
}
_FAULTS = {name for name, module in MODULES.items() if "faults" in module.needs}
_USER, _GROUP = r"the user (?P<who>\S+)", r"the group (?P<group>[^.]+?)"


class Administrator:
    """Reads a sentence and does it at a sender's console."""

    def __init__(self, fault: str = "") -> None:
        self._fault = fault
        self.sender: Sender | None = None
        self.first_token = ""
        self._people: dict[str, Person] = {}
        self._groups: dict[str, Group] = {}

    def connect(self, receiver: str, token: str) -> None:
        self.first_token = token
        self.sender = Sender(receiver, token, self._fault)

    def read(self, told: str) -> str:
        """Do what the terminal asks for last; the first time, connect. What is typed then."""
        if self.sender is None:
            _, receiver, token = told.strip().rsplit("\n", 2)
            self.connect(receiver.strip(), token.strip())
        else:
            self.follow(told.strip().rsplit("→ ", 1)[1])
        return ""

    def follow(self, sentence: str) -> None:
        """Fails where it does not understand."""
        assert self.sender is not None
        sentence = sentence.removeprefix("At another node of the provider: ")
        words: list[tuple[str, Callable[..., Any]]] = [
            (r"Create a user and give them the application\. (?P<facts>.+)", self._create),
            (rf"Change {_USER}\. (?P<facts>.+)", self._change),
            (rf"(?P<verb>Block|Unblock|Delete|Take the application from) {_USER}\.", self._person),
            (rf"Have a workflow, a rule of the provider's own, block {_USER}\.", partial(self._person, "Block")),
            (rf"(?P<verb>Block|Unblock) the organization of {_USER}\.", self._person),
            (r"Let somebody sign in by another identity provider, which has them so\. (?P<facts>.+)", self._sign_in),
            (
                r"Add somebody to the directory behind the provider, and have it read\. (?P<facts>.+)",
                self._create,
            ),
            (r"Change (?P<who>\S+) in the directory, and have it read\. (?P<facts>.+)", self._change),
            (r"(?P<verb>Block|Unblock) (?P<who>\S+) in the directory, and have it read\.", self._person),
            (r"Move (?P<who>\S+) to a part of the directory .*", partial(self._person, "Block")),
            (r"Move (?P<who>\S+) back in the directory, and have it read\.", partial(self._person, "Unblock")),
            (
                r"Create the group (?P<group>.+) in the directory, with (?P<who>\S+, \S+) in it, and have it read\.",
                self._entry_group,
            ),
            (
                r"Create the group (?P<group>.+) in the directory, with (?P<who>\S+) and the group (?P<inner>.+) in.*",
                self._entry_group,
            ),
            (
                r"Take (?P<who>\S+) out of the group (?P<group>.+) in the directory, and have it read\.",
                self._leave_entry_group,
            ),
            (r"(Cut the provider off from|Give the provider) its directory.*|Put the filter .*", lambda: None),
            (r"Change the filter of the directory so that it shows .*", lambda: None),
            (r"Stop the provider at once, as a power cut does, and start it again\.", self.sender.restart),
            (rf"Create {_GROUP} and push it\.", self._new_group),
            (rf"Rename {_GROUP} to (?P<name>.+)\.", self._rename),
            (rf"Delete {_GROUP}\.", self._delete_group),
            (r"Put the group (?P<inner>.+) into the group (?P<outer>.+)\.", self._nest),
            (rf"Make (?P<manager>\S+) the manager of {_USER}\.", self._manage),
            (rf"Take the manager from {_USER}\.", self._manage),
            (rf"Give {_USER} the SIRET (?P<siret>\d+) and the unit (?P<unit>\d+)\.", self._place),
            (r"Replace the token by this one, which is shown once: (?P<token>\S+)", self.sender.take),
            (rf"(?P<verb>Put) {_USER} into {_GROUP}\.", self._member),
            (rf"(?P<verb>Take) {_USER} out of {_GROUP}\.", self._member),
        ]
        for pattern, act in words:
            if found := re.fullmatch(pattern, sentence):
                act(**found.groupdict())
                return
        raise AssertionError(f"not understood: {sentence}")

    def _create(self, facts: str) -> None:
        values = _values(facts)
        person = Person(key=values["login"], **values)
        self._people[person.login] = person
        assert self.sender is not None
        self.sender.create(person)

    def _change(self, who: str, facts: str) -> None:
        person = replace(self._people.pop(who), **_values(facts))
        self._people[person.login] = person
        assert self.sender is not None
        self.sender.change(person)

    def _sign_in(self, facts: str) -> None:
        login = _values(facts)["login"]
        if login in self._people:
            self._change(login, facts)
        else:
            self._create(facts)

    def _person(self, verb: str, who: str) -> None:
        assert self.sender is not None
        does = {"Block": self.sender.disable, "Unblock": self.sender.enable, "Delete": self.sender.delete}
        does.get(verb, self.sender.unassign)(self._people[who])

    def _new_group(self, group: str) -> None:
        self._groups[group] = Group(key=group, name=group)
        assert self.sender is not None
        self.sender.create_group(self._groups[group])

    def _delete_group(self, group: str) -> None:
        assert self.sender is not None
        self.sender.delete_group(self._groups[group])

    def _rename(self, group: str, name: str) -> None:
        self._groups[name] = replace(self._groups.pop(group), name=name)
        assert self.sender is not None
        self.sender.rename_group(self._groups[name])

    def _member(self, verb: str, who: str, group: str) -> None:
        assert self.sender is not None
        does = self.sender.join if verb == "Put" else self.sender.leave
        does(self._people[who], self._groups[group])

    def _entry_group(self, group: str, who: str, inner: str = "") -> None:
        self._groups[group] = Group(key=group, name=group)
        assert self.sender is not None
        people = [self._people[one] for one in who.split(", ")]
        self.sender.add_entry_group(self._groups[group], people, self._groups.get(inner))

    def _leave_entry_group(self, who: str, group: str) -> None:
        assert self.sender is not None
        self.sender.leave_entry_group(self._people[who], self._groups[group])

    def _nest(self, inner: str, outer: str) -> None:
        assert self.sender is not None
        self.sender.nest(self._groups[inner], self._groups[outer])

    def _manage(self, who: str, manager: str = "") -> None:
        assert self.sender is not None
        self.sender.manage(self._people[who], self._people.get(manager))

    def _place(self, who: str, siret: str, unit: str) -> None:
        assert self.sender is not None
        self.sender.place(self._people[who], siret, unit)


def _values(facts: str) -> dict[str, str]:
    pairs = (fact.split(": ", 1) for fact in facts.split("; "))
    return {_FIELDS[name]: "" if value == "(empty)" else value for name, value in pairs}


@pytest.fixture
def administrator() -> Iterator[Administrator]:
    made = Administrator()
    yield made
    if made.sender is not None:
        made.sender.close()


def test_the_sentences_are_enough_and_an_interruption_is_made_up_for(
    shared: ReceiverProcess,
    administrator: Administrator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    leaves_at = ["L09"]

    def prompt(*_words: object, **_options: object) -> str:
        told = capsys.readouterr().err
        if leaves_at and f"\n{leaves_at[0]} " in told:
            leaves_at.clear()
            raise click.Abort
        return administrator.read(told)

    monkeypatch.setattr(click, "prompt", prompt)
    command = ["certify", "live", "--receiver", shared.base_url, "--database", shared.database, "--json"]
    command += [
        "--run",
        str(tmp_path / "run.json"),
        "--wait=idle=1",
        "--wait=settle=1",
        "--wait=trust=0",
        "--wait=outage=1",
    ]

    assert main(command) == 4
    first = {module["id"]: module["works"] for module in json.loads(capsys.readouterr().out)["modules"]}
    assert (first["L08"], first["L09"], first["L10"]) == ("PASSED", "INTERRUPTED", "SKIPPED")

    assert main(command) == 0
    told = json.loads(capsys.readouterr().out)
    works = {module["id"]: module["works"] for module in told["modules"]}
    assert works == dict.fromkeys(MODULES, "PASSED") | dict.fromkeys(_FAULTS | {"L44"}, "SKIPPED")
    assert told["delay"] is not None
    with engine(shared).begin() as connection:
        replaced = tokens.find(connection, administrator.first_token)
    assert replaced is not None
    assert replaced.revoked is not None


def test_faults_are_made_by_a_proxy_whose_address_the_provider_is_given(
    shared: ReceiverProcess,
    administrator: Administrator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(click, "prompt", lambda *_words, **_options: administrator.read(capsys.readouterr().err))
    (port,) = free_ports(1)
    command = _with_faults(shared, tmp_path, port, "L02", *sorted(_FAULTS))

    assert main(command) == 0
    told = {module["id"]: module["works"] for module in json.loads(capsys.readouterr().out)["modules"]}
    assert {told[name] for name in _FAULTS} == {"PASSED"}
    assert administrator.sender is not None
    assert str(administrator.sender.receiver).startswith(f"http://127.0.0.1:{port}/")


def test_a_provider_that_goes_past_the_proxy_is_seen_and_what_it_missed_is_played_again(
    shared: ReceiverProcess,
    administrator: Administrator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (port,) = free_ports(1)
    proxy, seen = f"http://127.0.0.1:{port}", []

    def prompt(*_words: object, **_options: object) -> str:
        told = capsys.readouterr().err
        seen.append(told)
        return administrator.read(told.replace(proxy, shared.base_url.removesuffix("/scim/v2")))

    monkeypatch.setattr(click, "prompt", prompt)
    command = _with_faults(shared, tmp_path, port, "L28")

    assert main(command) == 4
    out, err = capsys.readouterr()
    told = {module["id"]: module for module in json.loads(out)["modules"]}["L28"]
    assert told["works"] == "REVIEW"
    assert PAST.en in [note["en"] for note in told["notes"]]
    assert f"{PAST.en} {proxy}/scim/v2" in err

    assert administrator.sender is not None
    administrator.sender.receiver = httpx.URL(f"{proxy}/scim/v2")
    assert main(command) == 0
    told = {module["id"]: module for module in json.loads(capsys.readouterr().out)["modules"]}["L28"]
    assert told["works"] == "PASSED"


@pytest.mark.parametrize(
    "wrong",
    [
        ["--proxy-url", "https://certify.example.org/scim/v2"],
        ["--listen", "0.0.0.0:8010"],
        ["--listen", "127.0.0.1:8010", "--proxy-url", "https://certify.example.org/"],
        ["--listen", "127.0.0.1"],
    ],
)
def test_a_proxy_that_no_provider_could_reach_is_wrong_use(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["certify", "live", "--receiver", "https://intranet.example.org/scim/v2", *wrong]) == 2
    assert capsys.readouterr().err


def test_a_port_that_another_has_is_said(shared: ReceiverProcess, capsys: pytest.CaptureFixture[str]) -> None:
    taken = f"127.0.0.1:{httpx.URL(shared.base_url).port}"
    assert main(["certify", "live", "--receiver", shared.base_url, "--listen", taken]) == 3
    assert f"Nothing can listen at {taken}" in capsys.readouterr().err


def _with_faults(receiver: ReceiverProcess, folder: Path, port: int, *modules: str) -> list[str]:
    command = ["certify", "live", "--receiver", receiver.base_url, "--database", receiver.database, "--json"]
    command += ["--run", str(folder / "run.json"), "--listen", f"127.0.0.1:{port}"]
    command += ["--wait=outage=1", "--wait=throttle=1", "--wait=settle=1", "--wait=see=5"]
    return command + [f"--module={name}" for name in modules]


def test_the_sentences_are_on_a_page_of_this_machine_too(
    shared: ReceiverProcess,
    administrator: Administrator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made: Queue[LocalPage] = Queue()

    enter = LocalPage.__enter__

    def entered(page: LocalPage) -> LocalPage:
        made.put(page)
        return enter(page)

    def follow() -> None:
        """Read the page and press its button, until it says that it is over."""
        page = made.get(timeout=30)
        with httpx.Client() as client:
            while "the report is in the terminal" not in (text := client.get(page.url).text):
                number = re.search(r'name="number" value="(\d+)"', text)
                if number is None:
                    continue
                told = "\n".join(unescape(line) for line in re.findall("<p>(.*?)</p>", text))
                administrator.read(told if administrator.sender is None else f"→ {told}")
                client.post(page.url, data={"number": number[1], "answer": "done"})

    monkeypatch.setattr(LocalPage, "__enter__", entered)
    command = ["certify", "live", "--page", "--receiver", shared.base_url, "--database", shared.database, "--json"]
    command += ["--run", str(tmp_path / "run.json"), "--module", "L01", "--module", "L09"]
    with ThreadPoolExecutor(1) as threads:
        following = threads.submit(follow)
        assert main(command) == 0
        following.result(30)
    told = {module["id"]: module["works"] for module in json.loads(capsys.readouterr().out)["modules"]}
    assert (told["L01"], told["L09"], told["L10"]) == ("PASSED", "PASSED", "SKIPPED")


def test_a_provider_that_goes_on_with_a_token_that_has_ended_is_seen(
    shared: ReceiverProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    administrator = Administrator("keeps-its-token")
    monkeypatch.setattr(click, "prompt", lambda *_words, **_options: administrator.read(capsys.readouterr().err))
    command = ["certify", "live", "--receiver", shared.base_url, "--database", shared.database, "--json"]
    command += ["--run", str(tmp_path / "run.json"), "--module", "L32", "--wait=leaver=1", "--wait=recover=1"]
    try:
        assert main(command) == 1
    finally:
        assert administrator.sender is not None
        administrator.sender.close()
    told = {module["id"]: module["works"] for module in json.loads(capsys.readouterr().out)["modules"]}
    assert told["L32"] == "FAILED"


def test_nobody_is_asked_for_what_their_console_does_not_have(
    shared: ReceiverProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def prompt(*_words: object, **_options: object) -> str:
        asked.append(capsys.readouterr().err)
        return ""

    monkeypatch.setattr(click, "prompt", prompt)
    command = ["certify", "live", "--receiver", shared.base_url, "--database", shared.database, "--json"]
    command += ["--run", str(tmp_path / "run.json"), "--profile", "okta", "--module", "L22"]

    assert main(command) == 4
    assert len(asked) == 1, "only the connection"
    told = {module["id"]: module for module in json.loads(capsys.readouterr().out)["modules"]}
    assert told["L22"]["works"] == "SKIPPED"
    assert "Okta has no groups in groups." in [note["en"] for note in told["L22"]["notes"]]


def test_what_a_console_does_not_have_is_skipped_by_a_dash(
    shared: ReceiverProcess,
    administrator: Administrator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def prompt(*_words: object, **_options: object) -> str:
        told = capsys.readouterr().err
        return "-" if "workflow" in told else administrator.read(told)

    monkeypatch.setattr(click, "prompt", prompt)
    command = ["certify", "live", "--receiver", shared.base_url, "--database", shared.database, "--json"]
    command += ["--run", str(tmp_path / "run.json"), "--module", "L37", "--module", "L01"]

    assert main(command) == 0
    told = {module["id"]: module["works"] for module in json.loads(capsys.readouterr().out)["modules"]}
    assert (told["L01"], told["L37"]) == ("PASSED", "SKIPPED")
