"""L23: whose manager somebody is follows."""

from __future__ import annotations

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict

_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def _play(stage: Stage) -> None:
    agent, first, second = stage.somebody(), stage.somebody(), stage.somebody()
    stage.about(agent)
    ids = [str((stage.user(one.login) or {}).get("id")) for one in (first, second)]

    def manager() -> object:
        told = (stage.user(agent.login) or {}).get(_ENTERPRISE) or {}
        return (told.get("manager") or {}).get("value")

    stage.provider.manage(agent, first)
    stage.note(set=stage.see(lambda: manager() == ids[0]))
    stage.provider.manage(agent, second)
    stage.note(changed=stage.see(lambda: manager() == ids[1]))
    stage.provider.manage(agent, None)
    stage.note(cleared=stage.see(lambda: manager() is None))


MODULE = Module(
    id="L23",
    name="manager",
    title=Text("Whoever has another manager has them here too", "Qui change de responsable en change aussi ici"),
    instruction=Text(
        "Give somebody a manager, then another one, then none.",
        "Donnez un responsable à quelqu'un, puis un autre, puis aucun.",
    ),
    why=Text(
        "Requests for leave and approvals go to the manager, and must not go to the former one.",
        "Les demandes de congé et les visas vont au responsable, et ne doivent plus aller au précédent.",
    ),
    references=("RFC 7643 §4.3 (manager)",),
    wanted={
        "set": Wanted(Text("the manager has arrived", "le responsable est arrivé")),
        "changed": Wanted(Text("the second one has taken their place", "le second a pris sa place")),
        "cleared": Wanted(
            Text("whoever has no manager any more has none", "sans responsable, il n'y en a plus"),
            otherwise=Verdict.WARNING,
        ),
    },
    play=_play,
    needs=frozenset({"manage"}),
)
