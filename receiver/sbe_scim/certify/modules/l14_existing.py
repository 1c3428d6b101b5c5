"""L14: who is there already is linked, not doubled and not asked for without end."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.loops import judge_no_loop
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict


def _play(stage: Stage) -> None:
    somebody = stage.person()
    stage.put_user({"userName": somebody.login, "active": True})
    before = stage.users()
    stage.about(somebody)
    stage.provider.create(somebody)
    stage.note(linked=stage.see(lambda: (stage.user(somebody.login) or {}).get("externalId")))
    stage.note(once=stage.users() == before)
    stage.provider.change(replace(somebody, title="Documentaliste"))
    stage.note(followed=stage.see(lambda: (stage.user(somebody.login) or {}).get("title") == "Documentaliste"))


MODULE = Module(
    id="L14",
    name="existing",
    title=Text("Who is there already is linked", "Une personne déjà présente est rattachée"),
    instruction=Text(
        "Give somebody the application whose login is there already.",
        "Affectez l'application à une personne dont l'identifiant existe déjà.",
    ),
    why=Text(
        "An intranet is never empty: two accounts of one person are two halves of their work.",
        "Un intranet n'est jamais vide : deux comptes pour une personne, c'est son travail coupé en deux.",
    ),
    references=("RFC 7644 §3.3", "RFC 7643 §3.1 (externalId)"),
    wanted={
        "linked": Wanted(
            Text("the account carries the provider's id now", "le compte porte désormais l'identifiant du fournisseur"),
            otherwise=Verdict.WARNING,
        ),
        "once": Wanted(Text("there is one account", "il n'y a qu'un compte")),
        "followed": Wanted(Text("later changes arrive", "les modifications suivantes arrivent")),
    },
    play=_play,
    judge=judge_no_loop,
)
