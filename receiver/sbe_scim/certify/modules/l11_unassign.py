"""L11: who no longer has the application is out."""

from __future__ import annotations

from sbe_scim.certify.delays import judge_leaver
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    leaver = stage.somebody()
    stage.about(leaver)
    stage.provider.unassign(leaver)
    stage.note(out=stage.see(lambda: (stage.user(leaver.login) or {}).get("active") is not True, "leaver"))


MODULE = Module(
    id="L11",
    name="unassign",
    title=Text(
        "Who no longer has the application is out", "Une personne à qui l'application est retirée n'a plus accès"
    ),
    instruction=Text("Take the application from somebody.", "Retirez l'application à quelqu'un."),
    why=Text(
        "Who moves to another house stays with the provider and must still leave here.",
        "Qui change d'établissement reste chez le fournisseur, mais doit sortir d'ici.",
    ),
    references=("IPSIE AL1",),
    wanted={"out": Wanted(Text("the account is inactive, or gone", "le compte est inactif, ou supprimé"))},
    play=_play,
    needs=frozenset({"unassign"}),
    judge=judge_leaver,
)
