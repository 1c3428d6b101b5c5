"""L20: the last member leaves."""

from __future__ import annotations

from sbe_scim.certify.members import member_ids
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict


def _play(stage: Stage) -> None:
    last = stage.somebody()
    group = stage.group(last)
    identifier = stage.about(last)
    stage.provider.leave(last, group)
    stage.note(out=stage.see(lambda: identifier not in member_ids(stage.named(group))))
    stage.note(there=stage.named(group))


MODULE = Module(
    id="L20",
    name="last-leaves",
    title=Text("The last member of a group can leave", "Le dernier membre d'un groupe peut en sortir"),
    instruction=Text("Take the last member out of a group.", "Retirez le dernier membre d'un groupe."),
    why=Text(
        "Some providers send nothing for an empty group, and the last one stays in for ever.",
        "Certains fournisseurs n'envoient rien pour un groupe vide : le dernier y reste à jamais.",
    ),
    references=("RFC 7644 §3.5.2.2", "IPSIE AL2: groups without members"),
    wanted={
        "out": Wanted(Text("the last member is out", "le dernier membre n'y est plus")),
        "there": Wanted(Text("the group is still there", "le groupe existe toujours"), otherwise=Verdict.WARNING),
    },
    play=_play,
    level="AL2",
    needs=frozenset({"join", "leave"}),
)
