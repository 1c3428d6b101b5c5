"""No mail goes to an address that can be nobody's, from whatever part of Abilian SBE."""

from __future__ import annotations

from email.utils import parseaddr
from functools import wraps
from typing import Any


def guard() -> None:
    """Keep this process from sending to, or in the name of, addresses below ``.invalid`` (RFC 6761 §6.4).

    All of Abilian SBE's mail goes through one method: posts of a forum, digests, documents, invitations, passwords.
    """
    from flask import current_app
    from flask_mail import Connection  # type: ignore[import-not-found, unused-ignore]

    send = Connection.send
    if hasattr(send, "__wrapped__"):
        return

    @wraps(send)
    def send_where_somebody_is(connection: Any, message: Any, envelope_from: Any = None) -> None:
        for name in ("recipients", "cc", "bcc"):
            setattr(message, name, [one for one in getattr(message, name) or () if not _is_nobodys(one)])
        if not message.send_to:
            return
        if _is_nobodys(message.sender):
            message.sender = current_app.config["MAIL_SENDER"]
        send(connection, message, None if _is_nobodys(envelope_from) else envelope_from)

    Connection.send = send_where_somebody_is


def _is_nobodys(given: str | tuple[str, str] | None) -> bool:
    address = given[1] if isinstance(given, tuple) else parseaddr(given or "")[1]
    return address.lower().rstrip(".>").endswith(".invalid")
