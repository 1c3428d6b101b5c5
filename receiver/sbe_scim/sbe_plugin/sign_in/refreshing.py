"""Whether a session that a provider began still lives there: the net under a receiver that does not answer."""

from __future__ import annotations

import logging

from sbe_scim.auth.openid.errors import Away, Refused
from sbe_scim.auth.openid.provider import Tokens
from sbe_scim.directory.sbe import sessions
from sbe_scim.directory.sbe.sealed import Seal
from sbe_scim.directory.sbe.sessions import Session
from sbe_scim.sbe_plugin.sessions import Sessions
from sbe_scim.sbe_plugin.sign_in.providers import Providers
from sbe_scim.store.clock import now

_log = logging.getLogger(__name__)

_SECOND = 1_000_000
#: No page is shown on an answer of the provider that is older, in microseconds.
EVERY = 240 * _SECOND
#: A provider that did not answer is asked again after so long.
AGAIN = 30 * _SECOND


class Refreshing:
    """Uses the refresh token of a session at a request that comes after its time."""

    def __init__(self, providers: Providers, found: Sessions, seal: Seal) -> None:
        self._providers = providers
        self._sessions = found
        self._seal = seal

    def still_lives(self, held: str, session: Session) -> bool:
        """Tell whether the session may go on; where its provider does not answer, it may."""
        time = now()
        if session.source is None or session.refreshed is None or time - session.refreshed < EVERY:
            return True
        if not self._note(held, session, time):
            return True
        try:
            tokens = self._refresh(session)
        except Away as error:
            _log.warning("sbe_scim.sbe_plugin: session not refreshed, %s", error)
            self._note(held, Session(session.sbe_id, refreshed=time), time - EVERY + AGAIN)
            return True
        except Refused as error:
            _log.info("sbe_scim.sbe_plugin: session ended, %s", error)
            return False
        given = self.kept(session.sbe_id, session.source, tokens)
        sessions.keep(self._sessions.connection(), held, given)
        self._sessions.commit()
        return True

    def kept(self, sbe_id: int, source: str, tokens: Tokens) -> Session:
        """What is kept of the tokens of a session."""
        refresh_token = None if tokens.refresh_token is None else self._seal.close(tokens.refresh_token)
        return Session(sbe_id, source, tokens.sid, now(), refresh_token, self._seal.close(tokens.id_token))

    def opened(self, sealed: str | None) -> str | None:
        """What was kept sealed."""
        return self._seal.open(sealed)

    def _refresh(self, session: Session) -> Tokens:
        client = None if session.source is None else self._providers.client(session.source)
        refresh_token = self._seal.open(session.refresh_token)
        if client is None or refresh_token is None:
            raise Refused("nobody signs in there any more")
        return self._providers.of(client).refresh(refresh_token)

    def _note(self, held: str, seen: Session, time: int) -> bool:
        mine = sessions.claim(self._sessions.connection(), held, seen, time)
        self._sessions.commit()
        return mine
