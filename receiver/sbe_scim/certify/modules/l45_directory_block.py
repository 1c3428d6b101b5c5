"""L45: whom the provider's directory blocks is out."""

from __future__ import annotations

from sbe_scim.certify import leave
from sbe_scim.certify.delays import judge_leaver
from sbe_scim.certify.module import Module
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    leave.play(stage, stage.provider.block_entry, stage.provider.unblock_entry)


MODULE = Module(
    id="L45",
    name="directory-block",
    title=Text("Whom the directory blocks is out", "Une personne bloquée dans l'annuaire n'a plus accès"),
    instruction=Text(
        "With two people of a directory, block one of them there; then unblock them.",
        "Avec deux personnes d'un annuaire, bloquez-y l'une d'elles ; puis débloquez-la.",
    ),
    why=Text(
        "Where a directory says who works here, leavers are blocked there, and nowhere else.",
        "Là où un annuaire dit qui travaille ici, on y bloque les personnes qui partent, et nulle part ailleurs.",
    ),
    references=("RFC 7643 §4.1.1 (active)", "IPSIE AL1: 5 min"),
    wanted=leave.WANTED,
    play=_play,
    needs=frozenset({"add_entries", "block_entry", "unblock_entry"}),
    judge=judge_leaver,
)
