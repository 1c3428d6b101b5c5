"""L22: who is in a group within a group is in both, and out of both."""

from __future__ import annotations

from sbe_scim.certify.members import group_ids
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Person, Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict


def _play(stage: Stage) -> None:
    mover, colleague, newcomer = stage.somebody(), stage.somebody(), stage.somebody()
    inner, outer = stage.group(mover), stage.group(colleague)
    below, above = (str((stage.named(group) or {}).get("id")) for group in (inner, outer))
    stage.about(mover)

    def groups(person: Person) -> set[str]:
        return group_ids(stage.user(person.login))

    stage.provider.nest(inner, outer)
    stage.provider.join(newcomer, inner)
    stage.note(inner=stage.see(lambda: below in groups(newcomer) & groups(mover)))
    stage.settle()
    stage.note(outer=above in groups(newcomer) & groups(mover), others=above in groups(colleague))
    stage.provider.leave(mover, inner)
    stage.note(out=stage.see(lambda: not groups(mover) & {below, above}))


MODULE = Module(
    id="L22",
    name="nested",
    title=Text("Who is in a group within a group is in both", "Qui est dans un groupe d'un groupe est dans les deux"),
    instruction=Text(
        "Put a group into another one; then let somebody join the inner group, and somebody else leave it.",
        "Placez un groupe dans un autre ; puis ajoutez une personne au sous-groupe, et retirez-en une autre.",
    ),
    why=Text(
        "Offices are parts of directorates; what is open to the directorate is open to its offices.",
        "Les bureaux font partie des directions ; ce qui est ouvert à la direction l'est à ses bureaux.",
    ),
    references=("RFC 7643 §4.1.2 (groups)", "RFC 7643 §4.2"),
    wanted={
        "inner": Wanted(
            Text("members old and new are in the inner group", "anciens et nouveaux sont dans le sous-groupe")
        ),
        "outer": Wanted(
            Text("they are in the outer group too", "elles sont aussi dans le groupe englobant"),
            otherwise=Verdict.WARNING,
        ),
        "others": Wanted(Text("whoever was in the outer group has stayed", "qui était dans le groupe englobant y est")),
        "out": Wanted(Text("who leaves the inner group is out of both", "qui quitte le sous-groupe sort des deux")),
    },
    play=_play,
    needs=frozenset({"nest", "join", "leave"}),
)
