"""L25: what changes while the receiver is away arrives afterwards."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.delays import judge_recovery
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict


def _play(stage: Stage) -> None:
    leaver, returner, mover = stage.somebody(), stage.somebody(), stage.somebody()
    stage.about(leaver)
    stage.faults.refuse(503)
    stage.provider.disable(leaver)
    stage.provider.disable(returner)
    stage.provider.enable(returner)
    stage.provider.change(replace(mover, title="Première"))
    stage.provider.change(replace(mover, title="Dernière"))
    met = stage.see(stage.faults.met)
    stage.idle("outage")
    stage.faults.calm()
    stage.moment("over")
    stage.note(met=met, out=stage.see(lambda: (stage.user(leaver.login) or {}).get("active") is not True, "recover"))
    stage.see(lambda: (stage.user(mover.login) or {}).get("title") == "Dernière", "recover")
    # Sent in the wrong order, what was right for a moment becomes wrong.
    stage.settle()
    stage.note(changed=(stage.user(mover.login) or {}).get("title") == "Dernière")
    stage.note(order=(stage.user(returner.login) or {}).get("active") is True)


MODULE = Module(
    id="L25",
    name="outage",
    title=Text("An outage loses nothing", "Une panne ne fait rien perdre"),
    instruction=Text(
        "While the receiver answers 503: block somebody, block and unblock another, give a third two titles.",
        "Pendant que le récepteur répond 503 : bloquez une personne, bloquez puis débloquez-en une autre, donnez à une "
        "troisième deux fonctions successives.",
    ),
    why=Text(
        "A leaver of the night of maintenance must not stay in for ever.",
        "Qui part pendant une nuit de maintenance ne doit pas garder son accès à jamais.",
    ),
    references=("RFC 9110 §15.6.4", "IPSIE AL1"),
    wanted={
        "met": Wanted(Text("it tried during the outage", "il a essayé pendant la panne"), otherwise=Verdict.REVIEW),
        "out": Wanted(Text("the leaver is out afterwards", "la personne bloquée n'a plus accès ensuite")),
        "changed": Wanted(Text("the last title has arrived", "la dernière fonction est arrivée")),
        "order": Wanted(Text("who was unblocked last is active", "la personne débloquée en dernier est active")),
    },
    play=_play,
    level="AL1",
    needs=frozenset({"faults"}),
    judge=judge_recovery,
)
