"""L03: somebody who joins is there."""

from __future__ import annotations

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.offline import Seen
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    newcomer = stage.person()
    stage.provider.create(newcomer)
    stage.note(there=stage.see(lambda: stage.user(newcomer.login)))
    stage.about(newcomer)
    found = stage.user(newcomer.login) or {}
    stage.note(active=found.get("active") is True, external_id=found.get("externalId"))
    stage.note(no_password="password" not in found)


MODULE = Module(
    id="L03",
    name="create",
    title=Text("Who joins is there", "Une personne qui arrive a son compte"),
    instruction=Text("Give a new person the application.", "Affectez l'application à une nouvelle personne."),
    why=Text(
        "A new colleague can work on the first day.",
        "Un nouveau collègue peut travailler dès le premier jour.",
    ),
    references=("RFC 7644 §3.3", "RFC 7643 §3.1", "IPSIE AL2"),
    wanted={
        "there": Wanted(Text("the person has an account", "la personne a un compte")),
        "active": Wanted(Text("the account is active", "le compte est actif")),
        "external_id": Wanted(
            Text(
                "the account carries the provider's id (externalId)",
                "le compte porte l'identifiant du fournisseur (externalId)",
            )
        ),
        "no_password": Wanted(Text("no password is kept", "aucun mot de passe n'est conservé")),
    },
    play=_play,
    level="AL2",
    offline=Seen(
        "User",
        (
            "created",
            "restored",
            "adopted",
        ),
    ),
)
