"""L43: what changes at two nodes of the provider ends as it was said last."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict

_TURNS = 6


def _play(stage: Stage) -> None:
    mover, leaver = stage.somebody(), stage.somebody()
    stage.about(leaver)
    nodes = (stage.provider, stage.provider.elsewhere())

    def out() -> bool:
        return (stage.user(leaver.login) or {}).get("active") is not True

    for turn in range(_TURNS):
        nodes[turn % 2].change(replace(mover, title=f"Fonction {turn}"))
    last = f"Fonction {_TURNS - 1}"
    stage.note(last=stage.see(lambda: (stage.user(mover.login) or {}).get("title") == last))
    stage.faults.delay()
    moved = replace(leaver, title="Sur le départ")
    nodes[0].change(moved)
    stage.note(met=stage.see(stage.faults.met))
    nodes[1].disable(moved)
    stage.note(out=stage.see(out, "recover"))
    stage.faults.arrive()
    stage.settle()
    late = out()
    nodes[0].change(replace(moved, department="Archives"))
    stage.settle()
    stage.note(stays=late and out(), kept=(stage.user(mover.login) or {}).get("title") == last)


MODULE = Module(
    id="L43",
    name="nodes",
    title=Text("Two nodes of a provider say the same", "Deux nœuds d'un fournisseur disent la même chose"),
    instruction=Text(
        "Change somebody at two nodes by turns. Then change another at the first, whose request comes late, and block "
        "them at the second.",
        "Modifiez quelqu'un tour à tour sur deux nœuds. Puis modifiez une autre personne sur le premier, dont la "
        "requête arrive en retard, et bloquez-la sur le second.",
    ),
    why=Text(
        "Providers run on several servers; what one has said must not be undone by what another still had to say.",
        "Les fournisseurs tournent sur plusieurs serveurs ; ce que l'un a dit ne doit pas être défait par l'autre.",
    ),
    references=("RFC 7644 §3.14", "RFC 9110 §13.1.1"),
    wanted={
        "last": Wanted(Text("the last title has arrived", "la dernière fonction est arrivée")),
        "kept": Wanted(Text("it has stayed", "elle est restée")),
        "met": Wanted(Text("a request was late", "une requête est arrivée en retard"), otherwise=Verdict.REVIEW),
        "out": Wanted(Text("the leaver is out", "la personne bloquée n'a plus accès")),
        "stays": Wanted(Text("they stay out", "elle reste sans accès")),
    },
    play=_play,
    needs=frozenset({"elsewhere", "faults"}),
)
