"""L38: whom another identity provider brings is there, and follows what that one says."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text

_NAME = "Marchand"


def _play(stage: Stage) -> None:
    # Of a provider that sends nobody at all this says nothing.
    stage.somebody()
    guest = stage.person()
    stage.provider.sign_in(guest)
    stage.note(there=stage.see(lambda: (stage.user(guest.login) or {}).get("active") is True))
    identifier = stage.about(guest)
    stage.provider.sign_in(replace(guest, family=_NAME))
    stage.note(
        followed=stage.see(lambda: ((stage.user(guest.login) or {}).get("name") or {}).get("familyName") == _NAME)
    )
    stage.note(same=(stage.user(guest.login) or {}).get("id") == identifier)


MODULE = Module(
    id="L38",
    name="sign-in",
    title=Text("Whom another provider brings is there", "Une personne venue d'un autre fournisseur a son compte"),
    instruction=Text(
        "Let somebody sign in by another identity provider; change their name there, and let them sign in again.",
        "Connectez quelqu'un par un autre fournisseur d'identité ; changez-y son nom, puis reconnectez-le.",
    ),
    why=Text(
        "Staff of another house come by their own provider, and are made at their first sign-in.",
        "Les agents d'un autre établissement viennent par leur propre fournisseur, et sont créés à la connexion.",
    ),
    references=("OpenID Connect Core 1.0 §5.1", "RFC 7644 §3.3"),
    wanted={
        "there": Wanted(Text("the person has an active account", "la personne a un compte actif")),
        "followed": Wanted(Text("the new name has arrived", "le nouveau nom est arrivé")),
        "same": Wanted(Text("it is the same account", "c'est le même compte")),
    },
    play=_play,
    needs=frozenset({"sign_in"}),
)
