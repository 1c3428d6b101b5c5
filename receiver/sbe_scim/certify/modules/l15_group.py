"""L15: a new group is there."""

from __future__ import annotations

from sbe_scim.certify.members import member_ids
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.offline import Seen
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    group = stage.new_group()
    stage.provider.create_group(group)
    stage.note(there=stage.see(lambda: stage.named(group)))
    stage.note(empty=member_ids(stage.named(group)) == set())


MODULE = Module(
    id="L15",
    name="group",
    title=Text("A new group is there", "Un nouveau groupe est là"),
    instruction=Text("Make a group without members and push it.", "Créez un groupe vide et provisionnez-le."),
    why=Text(
        "Rights are given to groups: they must be there first.",
        "Les droits se donnent à des groupes : il faut qu'ils existent.",
    ),
    references=("RFC 7643 §4.2", "IPSIE AL2"),
    wanted={
        "there": Wanted(Text("the group is there under its name", "le groupe est là, sous son nom")),
        "empty": Wanted(Text("it has no members", "il n'a aucun membre")),
    },
    play=_play,
    level="AL2",
    needs=frozenset({"create_group"}),
    offline=Seen(
        "Group",
        (
            "created",
            "restored",
            "adopted",
        ),
    ),
)
