"""L09: who is blocked is out, and when."""

from __future__ import annotations

from sbe_scim.certify.delays import judge_leaver
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.offline import Seen
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    leaver = stage.somebody()
    stage.about(leaver)
    stage.provider.disable(leaver)
    stage.note(out=stage.see(lambda: (stage.user(leaver.login) or {}).get("active") is not True, "leaver"))


MODULE = Module(
    id="L09",
    name="disable",
    title=Text("Who is blocked is out", "Une personne bloquée n'a plus accès"),
    instruction=Text("Block somebody.", "Bloquez quelqu'un."),
    why=Text(
        "Whoever leaves must not read on, and somebody who was dismissed must be out at once.",
        "Qui part ne doit plus rien lire, et un accès retiré en urgence doit l'être aussitôt.",
    ),
    references=("RFC 7643 §4.1.1 (active)", "IPSIE AL1: 5 min", "FastFed Enterprise SCIM: 5 min"),
    wanted={"out": Wanted(Text("the account is inactive, or gone", "le compte est inactif, ou supprimé"))},
    play=_play,
    level="AL1",
    judge=judge_leaver,
    offline=Seen("User", ("deactivated",)),
)
