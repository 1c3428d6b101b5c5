"""L46: who is moved out of the part of the directory that the provider reads is out."""

from __future__ import annotations

from sbe_scim.certify import leave
from sbe_scim.certify.delays import judge_leaver
from sbe_scim.certify.module import Module
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    leave.play(stage, stage.provider.move_entry_away, stage.provider.move_entry_back)


MODULE = Module(
    id="L46",
    name="directory-move",
    title=Text(
        "Who is moved out of the directory's branch is out",
        "Une personne déplacée hors de la branche lue n'a plus accès",
    ),
    instruction=Text(
        "With two people of a directory, move one of them to a part that the provider does not read; then back.",
        "Avec deux personnes d'un annuaire, déplacez l'une d'elles dans une partie que le fournisseur ne lit pas ; "
        "puis remettez-la.",
    ),
    why=Text(
        "Leavers are moved to a branch of their own rather than deleted, and come back from it after a leave.",
        "On déplace les personnes qui partent dans une branche à part plutôt que de les supprimer, et elles en "
        "reviennent parfois.",
    ),
    references=("RFC 4511 §4.9", "IPSIE AL1: 5 min"),
    wanted=leave.WANTED,
    play=_play,
    needs=frozenset({"add_entries", "move_entry_away", "move_entry_back"}),
    judge=judge_leaver,
)
