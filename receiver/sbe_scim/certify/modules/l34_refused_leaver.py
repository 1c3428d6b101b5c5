"""L34: a leaver whose other change is refused is out all the same."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.delays import judge_leaver
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    leaver, holder = stage.somebody(), stage.person()
    stage.put_user({"userName": holder.login, "externalId": f"other-{holder.login}", "active": True})
    stage.about(leaver)
    stage.provider.change(replace(leaver, login=holder.login))
    # From here its time counts.
    stage.moment("begin")
    stage.provider.disable(replace(leaver, login=holder.login))
    stage.note(out=stage.see(lambda: (stage.user(leaver.login) or {}).get("active") is not True, "leaver"))
    stage.note(other=(stage.user(holder.login) or {}).get("active") is True)


MODULE = Module(
    id="L34",
    name="refused-leaver",
    title=Text("A refused change keeps no leaver in", "Une modification refusée ne retient pas une personne qui part"),
    instruction=Text(
        "Give somebody a login that belongs to somebody else here, then block them.",
        "Donnez à quelqu'un un identifiant qui appartient ici à un autre, puis bloquez-le.",
    ),
    why=Text(
        "A slip in the entry of a leaver must not leave the door open.",
        "Une erreur dans la fiche de qui part ne doit pas laisser la porte ouverte.",
    ),
    references=("RFC 7644 §3.5", "IPSIE AL1: 5 min"),
    wanted={
        "out": Wanted(
            Text("the leaver's account is inactive, or gone", "le compte de la personne est inactif, ou supprimé")
        ),
        "other": Wanted(Text("the other person is still active", "l'autre personne est toujours active")),
    },
    play=_play,
    judge=judge_leaver,
)
