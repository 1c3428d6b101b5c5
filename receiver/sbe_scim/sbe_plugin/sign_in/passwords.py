"""Local passwords of people who sign in at a provider: another way in, past its second factor and its locks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import jsonify, request, url_for
from sqlalchemy import func, select

from sbe_scim.directory.sbe import links
from sbe_scim.directory.sbe.links import Kind
from sbe_scim.options import SettingsError
from sbe_scim.sbe_plugin.sessions import Sessions
from sbe_scim.sbe_plugin.settings import are_closed
from sbe_scim.sbe_plugin.sign_in.pages import page
from sbe_scim.sbe_plugin.sign_in.providers import Providers
from sbe_scim.sbe_plugin.sign_in.texts import texts

_log = logging.getLogger(__name__)


def close_where_wanted(
    environment: Mapping[str, str], functions: dict[str, Callable[..., Any]], passwords: LocalPasswords
) -> None:
    """Replace the views that take or make a password, where a setting asks for it."""
    try:
        if not are_closed(environment):
            return
    except SettingsError as error:
        # Whoever has set it wanted something closed.
        _log.error("sbe_scim.sbe_plugin: %s; local passwords of linked people are closed", error)
    passwords.close(functions)


class LocalPasswords:
    """Refuses the passwords of people whose account came from a source that has a sign-in.

    All others keep theirs: an administrator who is not linked gets in while the provider is away.
    """

    def __init__(self, sessions: Sessions, providers: Providers) -> None:
        self._sessions = sessions
        self._providers = providers

    def close(self, functions: dict[str, Callable[..., Any]]) -> None:
        """Replace Abilian SBE's views."""
        for name, whose in (
            ("login_post", self._named_in_form),
            ("login_json", self._named_in_json),
            ("forgotten_pw", self._named_in_form),
            ("reset_password", self._named_in_token),
            ("reset_password_post", self._named_in_token),
        ):
            functions[f"login.{name}"] = self._guarded(functions[f"login.{name}"], whose)

    def _guarded(self, view: Callable[..., Any], whose: Callable[..., Any | None]) -> Callable[..., Any]:
        # It keeps module and name, by which Abilian SBE lets it pass the check of forms.
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            user = whose(**arguments)
            return view(**arguments) if user is None or not self._signs_in_elsewhere(user) else _refused()

        return guarded

    def _signs_in_elsewhere(self, user: Any) -> bool:
        if not self._sessions.is_governed(user):
            return False
        link = links.of_row(self._sessions.connection(), Kind.USER, user)
        return link is not None and self._providers.client(link.source) is not None

    def _named_in_form(self) -> Any | None:
        return self._of_address(request.form.get("email"))

    def _named_in_json(self) -> Any | None:
        told = request.get_json(silent=True)
        return self._of_address(told.get("email") if isinstance(told, dict) else None)

    def _named_in_token(self, token: str) -> Any | None:
        from abilian.services.auth.views import reset_password_token_status

        return reset_password_token_status(token)[2]

    def _of_address(self, email: Any) -> Any | None:
        from abilian.core.models.subjects import User

        if not isinstance(email, str):
            return None
        query = select(User).where(func.lower(User.email) == email.lower(), User.can_login.is_(True))
        return self._sessions.models().execute(query).scalars().first()


def _refused() -> Any:
    if request.is_json:
        return jsonify(error=texts()["no_password"]), 403
    return page("no_password", links=[(texts()["sign_in"], url_for("sign_in.start"))], code=403)
