"""How operators come in and go out: by a token of the console, or by an OpenID provider."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from sbe_scim.auth import operators
from sbe_scim.auth.openid.errors import Away, NotAllowed, SignInError
from sbe_scim.config import Settings
from sbe_scim.console import door, sources
from sbe_scim.console.answers import away, shown
from sbe_scim.console.door import Attempts
from sbe_scim.console.language import Language
from sbe_scim.http.bodies import BodyReader
from sbe_scim.http.errors import RETRY_AFTER
from sbe_scim.http.threads import Threads
from sbe_scim.options import SettingsError
from sbe_scim.protocol import Unavailable
from sbe_scim.store import console_tokens
from sbe_scim.store.clock import now
from sbe_scim.store.transactions import Transactions

if TYPE_CHECKING:
    from sbe_scim.console.openid import OpenId

_log = logging.getLogger(__name__)

#: What a provider may answer (RFC 6749 §4.1.2.1, OpenID Connect Core 1.0 §3.1.2.6); nothing else of it is repeated.
_CODES = frozenset(
    {"access_denied", "account_selection_required", "consent_required", "interaction_required", "invalid_request"}
    | {"invalid_scope", "login_required", "server_error", "temporarily_unavailable", "unauthorized_client"}
    | {"unsupported_response_type"}
)


class SignIn:
    """The door of one process."""

    def __init__(self, settings: Settings, transactions: Transactions, bodies: BodyReader, threads: Threads) -> None:
        self._transactions = transactions
        self._bodies = bodies
        self._threads = threads
        self._secure = (settings.console_url or settings.base_url).startswith("https:")
        self._openid = _openid(settings)
        self._provider = "" if self._openid is None else self._openid.name
        self._tokens, self._starts, self._ends = Attempts(), Attempts(), Attempts()

    @property
    def secure(self) -> bool:
        """Cookies go over TLS only."""
        return self._secure

    def is_open(self, connection: Connection) -> bool:
        """Tell whether somebody could sign in."""
        return self._openid is not None or console_tokens.any_valid(connection, now())

    def is_signed_in(self, connection: Connection, request: Request) -> bool:
        """Tell whether a request comes with a session that goes on."""
        session = request.cookies.get(door.COOKIE)
        if self._openid is not None and self._openid.is_signed_in(session, now()):
            return True
        return operators.is_signed_in(connection, session, now())

    async def by_token(self, request: Request, spoken: Language) -> Response:
        """The page to sign in, and its form."""
        if request.method != "POST":
            return self._page(spoken)
        wait = self._tokens.take()
        if wait:
            wrong = spoken.words["often"].format(seconds=wait)
            return self._page(spoken, 429, wrong=wrong, retry_after=str(wait))
        secret = (await self._bodies.form(request)).get("token", "").strip()
        session = await self._threads.read(self._begin, secret)
        if session is None:
            return self._page(spoken, 401, wrong=spoken.words["wrong"])
        response = away(sources.ALL)
        door.begin(response, *session, secure=self._secure)
        return response

    async def leave(self, _request: Request, spoken: Language) -> Response:
        """Go to the provider."""
        if self._openid is None:
            return away(door.PATH)
        if wait := self._starts.take():
            return self._failed(spoken, 429, "begun_often", wait)
        try:
            begun = await self._threads.verify(self._openid.begin, now())
        except SignInError as error:
            return self._told(error, "", spoken)
        response = away(begun.url)
        door.keep_attempt(response, begun.state, begun.kept, begun.seconds, secure=self._secure)
        return response

    async def come_back(self, request: Request, spoken: Language) -> Response:
        """What the browser brings back from the provider (OpenID Connect Core 1.0 §3.1.2.5)."""
        if self._openid is None:
            return away(door.PATH)
        answer = dict(request.query_params)
        state = answer.get("state", "")
        attempt = self._openid.begun(door.attempt(request, state), state, now())
        if attempt is None:
            return self._failed(spoken, 400, "lost")
        if wait := self._ends.take():
            return self._failed(spoken, 429, "begun_often", wait)
        try:
            id_token = await self._threads.verify(self._openid.finish, attempt, answer)
        except NotAllowed as error:
            _log.warning("sign-in to the console failed: %s", error)
            there = await self._threads.verify(self._openid.sign_out_url, error.id_token, door.PATH)
            response = self._failed(spoken, 403, "not_allowed", sign_out=there or "")
        except SignInError as error:
            response = self._told(error, answer.get("error", ""), spoken)
        else:
            words = spoken.words
            page = door.onward_page(words["signed_in"], words["go_on"], sources.ALL)
            # Its own address holds the code.
            response = shown(page, spoken, headers={"referrer-policy": "no-referrer"}, signed_in=False)
            session, seconds = self._openid.session(now())
            door.begin(response, session, seconds, secure=self._secure)
            door.keep_id_token(response, id_token, seconds, secure=self._secure)
        door.keep_attempt(response, state, "", 0, secure=self._secure)
        return response

    async def out(self, request: Request, spoken: Language) -> Response:
        """Sign out here and, where the session began there, at the provider."""
        id_token = door.id_token(request)
        there = None
        if self._openid is not None and id_token:
            # Whoever goes is out here, however busy the receiver is.
            with suppress(Unavailable):
                there = await self._threads.verify(self._openid.sign_out_url, id_token, door.PATH)
        if there is None:
            response = away(door.PATH)
        else:
            label = spoken.words["sign_out_there"].format(provider=self._provider)
            page = door.onward_page(spoken.words["signed_out"], label, there)
            response = shown(page, spoken, headers={"referrer-policy": "no-referrer"}, signed_in=False)
        door.end(response, secure=self._secure)
        if id_token:
            door.keep_id_token(response, "", 0, secure=self._secure)
        return response

    def _begin(self, secret: str) -> tuple[str, int] | None:
        with self._transactions.read() as transaction:
            return operators.sign_in(transaction.connection, secret, now())

    def _told(self, error: SignInError, code: str, spoken: Language) -> Response:
        _log.warning("sign-in to the console failed: %s", error)
        if isinstance(error, Away):
            return self._failed(spoken, 503, "away", int(RETRY_AFTER))
        return self._failed(spoken, 403, "refused_there" if code in _CODES else "not_trusted", code=code)

    def _failed(
        self, spoken: Language, status: int, key: str, wait: int = 0, *, code: str = "", sign_out: str = ""
    ) -> Response:
        failed = spoken.words[key].format(provider=self._provider, seconds=wait, code=code)
        retry_after = str(wait) if wait else ""
        return self._page(spoken, status, failed=failed, sign_out=sign_out, retry_after=retry_after)

    def _page(
        self,
        spoken: Language,
        status: int = 200,
        *,
        wrong: str = "",
        failed: str = "",
        sign_out: str = "",
        retry_after: str = "",
    ) -> Response:
        page = door.sign_in_page(spoken, wrong, provider=self._provider, failed=failed, sign_out=sign_out)
        return shown(page, spoken, status, {"retry-after": retry_after} if retry_after else None, signed_in=False)


def _openid(settings: Settings) -> OpenId | None:
    if not settings.console_issuer:
        return None
    try:
        from sbe_scim.console.openid import OpenId
    except ImportError as error:
        raise SettingsError(
            f"console_issuer needs what is not installed (no {error.name}): pip install 'abilian-sbe-scim[sign-in]'"
        ) from None
    return OpenId(settings)
