"""People without a mail address, where their source may send them: no mail goes to them, and no page shows one."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from abilian.core import extensions
from abilian.core.models.subjects import Group, User
from abilian.core.signals import activity
from abilian.sbe.apps.communities.models import Community
from abilian.sbe.apps.forum.models import Thread
from abilian.sbe.apps.forum.tasks import send_post_to_user
from abilian.sbe.apps.notifications.tasks.social import send_daily_social_digest
from abilian.services import preferences_service
from abilian.wsgi import app
from flask import g
from flask_mail import Message  # type: ignore[import-not-found, unused-ignore]
from openpyxl import load_workbook  # type: ignore[import-not-found, import-untyped, unused-ignore]

from sbe_scim.app import Ports
from sbe_scim.cli import main
from sbe_scim.directory.sbe.without_mail import DOMAIN, choose
from sbe_scim.protocol import InvalidValue
from sbe_scim.sbe_plugin import mail, people
from sbe_scim.sbe_plugin.repairs import REPAIRS
from tests.sbe.inside.support import ADMIN, Sbe
from tests.unit.rig import USER, Recording, Rig, user_body


@pytest.fixture(scope="module", autouse=True)
def plugin() -> None:
    mail.guard()
    people.set_up(app)
    (feed,) = (repair for repair in REPAIRS if repair.name == "feed")
    feed.apply(app)


@pytest.fixture(scope="module")
def rig(ports: Ports) -> Rig:
    """The service over Abilian SBE; its source ``staff`` may send people without a mail address."""
    made = Rig(Recording(*ports))
    with ports.transactions.write() as transaction:
        choose(transaction.connection, made.staff.id, optional=True)
    return made


def body(name: str, mail: str | None = None, **more: Any) -> dict[str, Any]:
    emails = [] if mail is None else [{"value": mail, "primary": True}]
    named = {"givenName": name, "familyName": "Sans-Adresse"}
    return user_body(name, externalId=f"id-{name}", name=named, emails=emails, **more)


def account(sbe: Sbe, name: str) -> dict[str, Any]:
    with sbe.models() as session:
        found = session.query(User).filter(User.first_name == name).one()
        return {"id": found.id, "email": found.email, "can_login": found.can_login}


class TestTheAddress:
    """What the account has instead of one."""

    def test_it_is_nobodys_and_tells_nothing_of_the_person(self, sbe: Sbe, rig: Rig) -> None:
        made = rig.create(USER, body("Ada"))
        address = account(sbe, "Ada")["email"]
        assert address.endswith(f"@{DOMAIN}")
        assert not any(told in address for told in ("ada", "Ada", made["id"]))
        rig.create(USER, body("Bob"))
        assert account(sbe, "Bob")["email"] != address

    def test_scim_knows_nothing_of_it(self, sbe: Sbe, rig: Rig) -> None:
        made = rig.create(USER, body("Cleo"))
        address = account(sbe, "Cleo")["email"]
        assert "emails" not in made
        assert address not in json.dumps(rig.get(USER, made["id"]))
        assert rig.ids(USER, f'emails.value eq "{address}"') == set()
        assert rig.ids(USER, f'emails co "{DOMAIN}"') == set()

    def test_a_real_one_replaces_it_and_may_go_again(self, sbe: Sbe, rig: Rig) -> None:
        id = rig.create(USER, body("Dora"))["id"]
        first = account(sbe, "Dora")
        rig.replace(USER, id, body("Dora", "Dora@example.org"))
        assert account(sbe, "Dora") == first | {"email": "dora@example.org"}
        rig.replace(USER, id, body("Dora"))
        assert account(sbe, "Dora") == first

    def test_who_is_deleted_and_comes_back_has_the_same_account(self, sbe: Sbe, rig: Rig) -> None:
        first = rig.create(USER, body("Enno"))["id"]
        before = account(sbe, "Enno")
        rig.delete(USER, first)
        assert not account(sbe, "Enno")["can_login"]
        assert rig.create(USER, body("Enno"))["id"] != first
        assert account(sbe, "Enno") == before

    def test_nobody_is_sent_with_such_an_address(self, sbe: Sbe, rig: Rig) -> None:
        rig.create(USER, body("Fay"))
        for wanted in (account(sbe, "Fay")["email"], f"new@{DOMAIN.upper()}"):
            with pytest.raises(InvalidValue) as refused:
                rig.create(USER, body("Thief", wanted))
            assert refused.value.reason == "mail_unusable"


def test_where_the_source_may_not_they_are_refused_and_who_is_there_stays(sbe: Sbe, rig: Rig, ports: Ports) -> None:
    here, other = rig.create(USER, body("Gus"))["id"], rig.create(USER, body("Hal", "hal@example.org"))["id"]
    with ports.transactions.write() as transaction:
        choose(transaction.connection, rig.staff.id, optional=False)
    try:
        with pytest.raises(InvalidValue) as told:
            rig.create(USER, body("Ida"))
        assert told.value.reason == "mail_missing"
        with pytest.raises(InvalidValue):
            rig.replace(USER, other, body("Hal"))
        rig.replace(USER, here, body("Gus", active=False))
        assert not account(sbe, "Gus")["can_login"]
    finally:
        with ports.transactions.write() as transaction:
            choose(transaction.connection, rig.staff.id, optional=True)
    with pytest.raises(InvalidValue):
        rig.create(USER, body("Jon"), rig.other)


def test_an_operator_lets_a_source_send_them(
    rig: Rig, sbe: Sbe, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBE_SCIM_DIRECTORY", "sbe")

    def mail_of_other() -> Any:
        capsys.readouterr()
        assert main(("source", "show", rig.other.name, "--json")) == 0
        return json.loads(capsys.readouterr().out)["mail"]

    assert mail_of_other() == "required"
    for _ in range(2):
        assert main(("source", "set", rig.other.name, "--mail", "optional")) == 0
        assert mail_of_other() == "optional"
    rig.create(USER, body("Kim"), rig.other)
    assert account(sbe, "Kim")["email"].endswith(f"@{DOMAIN}")
    assert main(("source", "set", rig.other.name, "--mail", "required")) == 0
    assert mail_of_other() == "required"


class _Session(socketserver.StreamRequestHandler):
    """A mail server that takes everything (RFC 5321)."""

    def handle(self) -> None:
        self.reply("220 sink")
        for line in self.rfile:
            verb, _, rest = line.decode().strip().partition(":")
            if verb.upper() == "DATA":
                self.reply("354 go on")
                while (told := self.rfile.readline()).strip() != b".":
                    self.server.told += told.decode()  # type: ignore[attr-defined]
            elif verb.upper() == "RCPT TO":
                self.server.recipients.append(rest.split(">")[0].strip("< "))  # type: ignore[attr-defined]
            self.reply("250 ok")
            if verb.upper() == "QUIT":
                return

    def reply(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Sink(socketserver.ThreadingTCPServer):
    """Who was sent mail, and what."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.recipients: list[str] = []
        self.told = ""


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """The mail server of Abilian SBE."""
    server = Sink()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = app.extensions["mail"]
    monkeypatch.setattr(settings, "server", "127.0.0.1")
    monkeypatch.setattr(settings, "port", server.server_address[1])
    monkeypatch.setattr(settings, "suppress", False)
    monkeypatch.setitem(app.config, "MAIL_SENDER", "intranet@example.org")
    monkeypatch.setitem(app.config, "SITE_NAME", "Intranet")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def village(sbe: Sbe, rig: Rig) -> str:
    """A community of somebody with an address and somebody without; its name."""
    ids = [rig.create(USER, body(name, mail))["id"] for name, mail in (("Lea", "lea@example.org"), ("Max", None))]
    rig.create_group("Village", *ids)
    sbe.community("Village community", "Village")
    # Whom it is linked to: linking takes those of the community.
    with sbe.models() as session:
        group = session.query(Group).filter(Group.name == "Village").one()
        for name in ("Lea", "Max"):
            session.query(User).filter(User.first_name == name).one().join(group)
            session.flush()
    return "Village community"


def _post(sbe: Sbe, village: str) -> None:
    with sbe.models() as session, app.test_request_context("/"):
        community = session.query(Community).filter(Community.name == village).one()
        lea = session.query(User).filter(User.first_name == "Lea").one()
        g.user = lea
        thread = Thread(name="News", community=community, owner=lea, creator=lea)
        post = thread.create_post(body_html="<p>News</p>", owner=lea, creator=lea)
        session.add_all((thread, post))
        session.flush()
        members = [member for member in community.members if member.can_login]
        assert {member.first_name for member in members} == {"Lea", "Max"}
        for member in members:
            send_post_to_user(community, post, member)


def _digest(sbe: Sbe, village: str) -> None:
    with sbe.models() as session, app.test_request_context("/"):
        community = session.query(Community).filter(Community.name == village).one()
        people = [session.query(User).filter(User.first_name == name).one() for name in ("Lea", "Max")]
        for user in people:
            # What signs the way out of the digest.
            user.password = "*"
            preferences_service.set_preferences(user, **{"sbe:notifications:daily": True})
        activity.send(app, actor=people[0], verb="join", object=community)
        session.flush()
        send_daily_social_digest()


def _forgotten(sbe: Sbe, _village: str) -> None:
    for name in ("Lea", "Max"):
        app.test_client().post("/user/forgotten_pw", data={"email": account(sbe, name)["email"]})


def _letter(sbe: Sbe, _village: str) -> None:
    """As one person sends another a document, which needs a worker to be shown first."""
    sender, *receivers = (account(sbe, name)["email"] for name in ("Max", "Lea", "Max"))
    with app.app_context():
        for receiver in receivers:
            extensions.mail.send(Message("A document", sender=sender, recipients=[receiver], body="Look"))
        with extensions.mail.connect() as connection:
            connection.send(Message("All", sender=("Max", sender), recipients=[], bcc=receivers[1:], body="Look"))


@pytest.mark.parametrize("way", [_post, _digest, _forgotten, _letter], ids=lambda way: way.__name__.strip("_"))
def test_no_mail_goes_to_who_has_no_address(
    sbe: Sbe, village: str, sink: Sink, way: Callable[[Sbe, str], None]
) -> None:
    way(sbe, village)
    assert sink.recipients == ["lea@example.org"]
    # Nor does any come from there: it could not be answered.
    assert DOMAIN not in sink.told


def test_pages_about_people_show_no_such_address(sbe: Sbe, village: str) -> None:
    browser = sbe.login(*ADMIN)
    lea, max_ = account(sbe, "Lea"), account(sbe, "Max")
    with sbe.models() as session:
        slug = session.query(Community).filter(Community.name == village).one().slug
        group = session.query(Group).filter(Group.name == "Village").one().id
    for page, shows_addresses in (
        (f"/social/users/{max_['id']}", False),
        (f"/social/users/{lea['id']}", True),
        (f"/social/groups/{group}", True),
        (f"/communities/{slug}/members", True),
        ("/social/users/", False),
        ("/social/users/dt_json?iDisplayStart=0&iDisplayLength=50&sEcho=1&sSearch=Max", False),
        ("/users/json/?q=ma", False),
    ):
        answer = browser.get(page, follow_redirects=True)
        assert answer.status_code == 200, page
        assert DOMAIN not in answer.text, page
        assert ("lea@example.org" in answer.text) is shows_addresses, page
    assert "mailto:" not in browser.get(f"/social/users/{max_['id']}").text
    exported = browser.get(f"/communities/{slug}/members/excel")
    cells = {cell.value for row in load_workbook(BytesIO(exported.data)).active.rows for cell in row}
    assert "lea@example.org" in cells
    assert not any(DOMAIN in str(cell) for cell in cells)
    # An administrator sees what is in the account.
    assert max_["email"] in browser.get(f"/admin/users/{max_['id']}").text
