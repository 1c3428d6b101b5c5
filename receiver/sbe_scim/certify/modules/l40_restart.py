"""L40: what the provider still had to send survives its restart."""

from __future__ import annotations

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict


def _play(stage: Stage) -> None:
    leaver, newcomer = stage.somebody(), stage.person()
    before = stage.users()
    stage.about(leaver)
    stage.faults.refuse(503)
    stage.provider.disable(leaver)
    stage.provider.create(newcomer)
    stage.note(met=stage.see(stage.faults.met))
    stage.provider.restart()
    stage.faults.calm()
    stage.note(out=stage.see(lambda: (stage.user(leaver.login) or {}).get("active") is not True, "recover"))
    stage.note(there=stage.see(lambda: (stage.user(newcomer.login) or {}).get("active") is True, "recover"))
    stage.settle()
    stage.note(once=stage.users() == before + 1)


MODULE = Module(
    id="L40",
    name="restart",
    title=Text("A restart loses nothing", "Un redémarrage ne fait rien perdre"),
    instruction=Text(
        "While the receiver answers 503, block somebody and hire another; stop the provider at once, and start it.",
        "Pendant que le récepteur répond 503, bloquez une personne et ajoutez-en une autre ; arrêtez net le "
        "fournisseur, puis relancez-le.",
    ),
    why=Text(
        "Servers fail in the middle of things; whoever was to leave then must not stay.",
        "Les serveurs tombent au milieu de leur travail ; qui devait sortir alors ne doit pas rester.",
    ),
    references=("IPSIE AL1", "RFC 9110 §15.6.4"),
    wanted={
        "met": Wanted(Text("it tried before it stopped", "il a essayé avant de s'arrêter"), otherwise=Verdict.REVIEW),
        "out": Wanted(Text("the leaver is out afterwards", "la personne bloquée n'a plus accès ensuite")),
        "there": Wanted(Text("the new person is there", "la nouvelle personne est là")),
        "once": Wanted(Text("nobody was made twice", "personne n'a été créé deux fois")),
    },
    play=_play,
    needs=frozenset({"restart", "faults"}),
)
