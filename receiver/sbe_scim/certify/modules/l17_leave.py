"""L17: who leaves a group of three is out, and only they."""

from __future__ import annotations

from sbe_scim.certify.members import member_ids
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    people = [stage.somebody() for _ in range(3)]
    group = stage.group(*people)
    one, leaver, other = (stage.about(person) for person in people)
    stage.provider.leave(people[1], group)
    stage.note(out=stage.see(lambda: leaver not in member_ids(stage.named(group))))
    stage.note(kept=member_ids(stage.named(group)) >= {one, other})


MODULE = Module(
    id="L17",
    name="leave",
    title=Text("Who leaves a group is out, the others stay", "Une personne quitte un groupe, les autres y restent"),
    instruction=Text("Take one of three members out of a group.", "Retirez un membre sur trois d'un groupe."),
    why=Text(
        "One move must not throw a whole office out of its documents.",
        "Une mutation ne doit pas priver tout un bureau de ses documents.",
    ),
    references=("RFC 7644 §3.5.2.2", "IPSIE AL2"),
    wanted={
        "out": Wanted(Text("whoever left is out", "la personne retirée n'y est plus")),
        "kept": Wanted(Text("the other two have stayed", "les deux autres y sont restées")),
    },
    play=_play,
    level="AL2",
    needs=frozenset({"join", "leave"}),
)
