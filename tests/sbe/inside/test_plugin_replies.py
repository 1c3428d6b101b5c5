"""Answers by mail to a forum: of members they are posted, of nobody else."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any
from unittest import mock

import pytest
from abilian.core.models.subjects import User
from abilian.sbe.apps.communities.models import Community
from abilian.sbe.apps.forum import tasks
from abilian.sbe.apps.forum.models import Post, Thread
from abilian.wsgi import app

from sbe_scim.sbe_plugin.replies import guard
from tests.sbe.inside.support import ADMIN, MakeUser, Sbe, Scim


@pytest.fixture(scope="module", autouse=True)
def plugin() -> None:
    guard()
    # Once, however many applications a process makes.
    guard()


@pytest.fixture
def thread(sbe: Sbe, request: pytest.FixtureRequest) -> int:
    """The id of a thread in a community of the test's name, whose only member is the administrator."""
    with sbe.models() as session:
        admin = session.query(User).filter(User.email == ADMIN[0]).one()
        community = Community(name=request.node.name, type="participative", creator=admin)
        session.add(community)
        session.flush()
        thread = Thread(title="Subject", community=community, creator=admin)
        session.add(thread)
        session.flush()
        return int(thread.id)


@pytest.fixture
def zoe(scim: Scim, user: MakeUser, sbe: Sbe, thread: int, request: pytest.FixtureRequest) -> Any:
    """A member of the community."""
    zoe = user(f"{request.node.name}@example.org")
    scim.user_saved(zoe)
    with sbe.models() as session:
        community = session.query(Thread).filter(Thread.id == thread).one().community
        community.set_membership(session.query(User).filter(User.email == zoe.user_name).one(), "member")
    return zoe


def answer(sbe: Sbe, mail: str, thread: int) -> bool:
    """Answer a mail of the forum; returns whether it is posted."""
    message = EmailMessage()
    with app.test_request_context():
        local = tasks.build_local_part("forum", f"P-fr-{thread}-{sbe.known(mail)['id']}")
    message["From"], message["To"] = mail, f"{local}@example.org"
    message.set_content("I am still here.")
    with app.app_context(), mock.patch.object(tasks.send_post_by_email, "send") as sent:
        # Else the mailbox keeps it, and it is tried every minute.
        assert tasks.process_email(message) is True
    with sbe.models() as session:
        posted = session.query(Post).filter(Post.thread_id == thread, Post.creator.has(email=mail)).count()
    assert bool(posted) or not sent.called
    return bool(sent.called)


def test_a_member_answers_by_mail(sbe: Sbe, thread: int, zoe: Any) -> None:
    assert answer(sbe, zoe.user_name, thread)


def test_who_is_disabled_or_deleted_does_not_write_by_mail(
    sbe: Sbe, scim: Scim, user: MakeUser, thread: int, zoe: Any
) -> None:
    scim.user_saved(user(zoe.user_name, id=zoe.id, active=False))
    assert not answer(sbe, zoe.user_name, thread)
    scim.user_saved(zoe)
    assert answer(sbe, zoe.user_name, thread)
    scim.user_removed(zoe.id)
    assert not answer(sbe, zoe.user_name, thread)


def test_who_has_left_the_community_does_not_write_by_mail(sbe: Sbe, thread: int, zoe: Any) -> None:
    with sbe.models() as session:
        community = session.query(Thread).filter(Thread.id == thread).one().community
        community.remove_membership(session.query(User).filter(User.email == zoe.user_name).one())
    assert not answer(sbe, zoe.user_name, thread)


def test_an_administrator_writes_by_mail_as_by_the_pages(sbe: Sbe, thread: int) -> None:
    assert answer(sbe, ADMIN[0], thread)


def test_what_is_no_answer_is_abilian_sbes_to_judge(sbe: Sbe) -> None:
    message = EmailMessage()
    for address in ("forum@example.org", "forum+P-fr-1-2-forged@example.org"):
        del message["To"]
        message["To"] = address
        with app.app_context():
            assert tasks.process_email(message) is False
