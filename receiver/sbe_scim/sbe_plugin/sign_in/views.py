"""The pages and addresses of a sign-in."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

from flask import make_response, redirect, request, url_for
from flask_login import login_user, logout_user  # type: ignore[import-not-found, unused-ignore]
from sqlalchemy import select

from sbe_scim.auth.access_token import LOGOUT_TOKEN, read
from sbe_scim.auth.openid.errors import Away, Refused, SignInError
from sbe_scim.auth.openid.provider import Attempt, Tokens
from sbe_scim.directory.sbe import clients, sessions
from sbe_scim.directory.sbe.clients import Client
from sbe_scim.keycloak.sign_in import SIGNED_OUT
from sbe_scim.protocol import Unauthorized
from sbe_scim.sbe_plugin.sessions import Sessions
from sbe_scim.sbe_plugin.sign_in.attempts import Attempts, Begun
from sbe_scim.sbe_plugin.sign_in.pages import failed, page
from sbe_scim.sbe_plugin.sign_in.providers import Providers
from sbe_scim.sbe_plugin.sign_in.refreshing import Refreshing
from sbe_scim.sbe_plugin.sign_in.texts import texts

_log = logging.getLogger(__name__)


class SignInViews:
    """What browsers and providers call."""

    def __init__(self, found: Sessions, providers: Providers, refreshing: Refreshing, attempts: Attempts) -> None:
        self._attempts = attempts
        self._sessions = found
        self._providers = providers
        self._refreshing = refreshing

    def start(self) -> Any:
        """Where everybody goes who has to sign in: to the one provider, to choose one, or to the local form."""
        if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
            # A part of a page, or its script: nobody sees where it would lead.
            return "", 401
        target = self._target()
        known = self._providers.clients()
        if not known:
            return redirect(url_for("login.login_form", local=1, next=target))
        if len(known) == 1:
            return self._leave(known[0], target)
        choice = [(client.source, url_for("sign_in.at", source=client.source, next=target)) for client in known]
        return page("choose", links=choice)

    def at(self, source: str) -> Any:
        """Go to the provider of a source."""
        client = self._providers.client(source)
        return redirect(url_for("sign_in.start")) if client is None else self._leave(client, self._target())

    def callback(self) -> Any:
        """What the browser brings back from the provider (OpenID Connect Core 1.0 §3.1.2.5)."""
        begun = self._attempts.find(request.cookies, request.args.get("state", ""))
        client = None if begun is None else self._providers.client(begun.source)
        if begun is None or client is None:
            return failed("lost", 400)
        response = make_response(self._end_attempt(begun, client))
        self._attempts.forget(response, begun.attempt.state)
        return response

    def back_channel(self) -> Any:
        """What a provider posts where it ended a session (OpenID Connect Back-Channel Logout 1.0 §2.5)."""
        try:
            self._end(request.form.get("logout_token", ""))
        except SignInError as error:
            _log.warning("sbe_scim.sbe_plugin: back-channel logout refused, %s", error)
            code = 503 if isinstance(error, Away) else 400
            return {"error": "invalid_request"}, code, {"Cache-Control": "no-store"}
        return "", 200, {"Cache-Control": "no-store"}

    def log_out(self) -> Any:
        """Sign out here and, where the session began there, at the provider."""
        current = self._sessions.current()
        logout_user()
        client = None
        if current is not None and current[1].source is not None:
            client = self._providers.client(current[1].source)
        if current is None or client is None:
            return redirect(url_for("sign_in.signed_out") if self._providers.clients() else request.url_root)
        try:
            id_token = self._refreshing.opened(current[1].id_token)
            there = self._providers.of(client).logout_url(id_token, client.url + SIGNED_OUT)
        except Away:
            there = None
        return redirect(there or url_for("sign_in.signed_out"))

    def signed_out(self) -> Any:
        """The page after a logout: a private site would ask to sign in again at once."""
        return page("signed_out", links=[(texts()["sign_in"], url_for("sign_in.start"))])

    def _end_attempt(self, begun: Begun, client: Client) -> Any:
        try:
            tokens = self._tokens(client, begun.attempt)
        except SignInError as error:
            _log.warning("sbe_scim.sbe_plugin: sign-in failed, %s", error)
            return failed("away", 503) if isinstance(error, Away) else failed("refused", 403)
        return self._enter(client, tokens, begun.target)

    def _leave(self, client: Client, target: str) -> Any:
        attempt = Attempt()
        try:
            there = self._providers.of(client).authorization_url(attempt)
        except Away as error:
            _log.warning("sbe_scim.sbe_plugin: sign-in failed, %s", error)
            return failed("away", 503)
        response = make_response(redirect(there))
        secure = client.url.startswith("https:")
        self._attempts.remember(response, Begun(attempt, client.source, target), secure=secure)
        return response

    def _tokens(self, client: Client, attempt: Attempt) -> Tokens:
        code = request.args.get("code")
        # RFC 9207: an answer that names its issuer names this one.
        if request.args.get("iss", client.issuer) != client.issuer:
            raise Refused("the answer is another issuer's")
        if not code:
            raise Refused("the provider sent no code")
        return self._providers.of(client).exchange(code, attempt)

    def _enter(self, client: Client, tokens: Tokens, target: str) -> Any:
        from abilian.core.models.subjects import User

        sbe_id = clients.account(self._sessions.connection(), client.source, tokens.subject)
        # Locked: who closes the account meanwhile waits, and ends the session that begins here.
        query = select(User).where(User.id == sbe_id).with_for_update(read=True)
        user = None if sbe_id is None else self._sessions.models().execute(query).scalar_one_or_none()
        # An id of a row that was deleted by hand may be another one's by now.
        if user is None or not self._sessions.is_governed(user):
            return failed("no_account", 403, target)
        if not user.can_login:
            return failed("closed", 403)
        login_user(user)
        held = self._sessions.held()
        kept = self._refreshing.kept(user.id, client.source, tokens)
        sessions.keep(self._sessions.connection(), held, kept)
        self._sessions.commit()
        return redirect(client.url + target)

    def _end(self, text: str) -> None:
        try:
            issuer = read(text, LOGOUT_TOKEN).issuer
        except Unauthorized as error:
            raise Refused(error.detail) from None
        client = next((client for client in self._providers.clients() if client.issuer == issuer), None)
        if client is None:
            raise Refused("the token is another issuer's")
        ended = self._providers.of(client).ended(text)
        connection = self._sessions.connection()
        sbe_id = None if ended.subject is None else clients.account(connection, client.source, ended.subject)
        if ended.sid is not None or sbe_id is not None:
            sessions.end_of_provider(connection, client.source, sid=ended.sid, sbe_id=sbe_id)
            self._sessions.commit()

    def _target(self) -> str:
        """Where to go in the end: a path here, whatever host was asked for."""
        asked = request.args.get("next", "")
        parts = urlsplit(asked)
        if parts.netloc and parts.netloc != urlsplit(request.host_url).netloc:
            return "/"
        path = parts.path if parts.path.startswith("/") and not parts.path.startswith(("//", "/\\")) else "/"
        return f"{path}?{parts.query}" if parts.query else path
