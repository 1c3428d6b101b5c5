"""L12: who is deleted is gone."""

from __future__ import annotations

from sbe_scim.certify.delays import judge_leaver
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.offline import Seen
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict


def _play(stage: Stage) -> None:
    leaver = stage.somebody()
    stage.about(leaver)
    stage.provider.delete(leaver)
    stage.note(out=stage.see(lambda: (stage.user(leaver.login) or {}).get("active") is not True, "leaver"))
    stage.note(gone=stage.see(lambda: stage.user(leaver.login) is None))


MODULE = Module(
    id="L12",
    name="delete",
    title=Text("Who is deleted is gone", "Une personne supprimée disparaît"),
    instruction=Text("Delete somebody.", "Supprimez quelqu'un."),
    why=Text(
        "Personal data must go when their reason has gone, and the login must be free again.",
        "Les données personnelles doivent partir avec leur raison d'être, et l'identifiant se libérer.",
    ),
    references=("RFC 7644 §3.6", "IPSIE AL1"),
    wanted={
        "out": Wanted(Text("nobody can work with the account any more", "plus personne ne peut utiliser le compte")),
        "gone": Wanted(Text("the account is gone", "le compte a disparu"), otherwise=Verdict.WARNING),
    },
    play=_play,
    level="AL1",
    judge=judge_leaver,
    offline=Seen("User", ("deleted",)),
)
