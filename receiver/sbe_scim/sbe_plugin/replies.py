"""Nobody writes into a forum by mail who may not do so by its pages.

Each mail of a forum has an address of its own for answers, by which Abilian SBE knows thread and person. It never ends:
whoever has left could go on writing to all of a community by the mails that they still have.
"""

from __future__ import annotations

import logging
from functools import wraps
from typing import Any

_log = logging.getLogger(__name__)


def guard() -> None:
    """Have this process drop what comes by mail from who has no account any more, or is not in the community."""
    from abilian.sbe.apps.forum.tasks import process_email

    process = process_email.fn
    if hasattr(process, "__wrapped__"):
        return

    @wraps(process)
    def process_of_members(message: Any) -> Any:
        if _may_write(message):
            return process(message)
        _log.warning("sbe_scim.sbe_plugin: a mail to a forum was dropped, its author may not write there any more")
        # It is done with: what is left in the mailbox is posted once the account is opened again.
        return True

    process_email.fn = process_of_members


def _may_write(message: Any) -> bool:
    """Whether the author has an open account, and the pages of the community; what is no answer is not judged here."""
    from abilian.core.extensions import db
    from abilian.core.models.subjects import User
    from abilian.sbe.apps.communities.security import has_access
    from abilian.sbe.apps.forum.models import Thread
    from abilian.sbe.apps.forum.tasks import extract_email_destination
    from flask import current_app

    try:
        _locale, thread_id, user_id = extract_email_destination(message["To"])
    except Exception:
        # Abilian SBE says itself that it cannot read an address.
        return True
    with current_app.app_context():
        user, thread = db.session.get(User, int(user_id)), db.session.get(Thread, int(thread_id))
        if user is None or not user.can_login:
            return False
        return thread is None or has_access(thread.community, user)
