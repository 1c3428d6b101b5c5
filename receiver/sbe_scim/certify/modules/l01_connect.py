"""L01: the provider calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sbe_scim.certify.module import Module, Scene
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.record import Row
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Finding, Verdict


def _play(stage: Stage) -> None:
    anybody = stage.person()
    stage.provider.create(anybody)
    stage.see(lambda: stage.user(anybody.login))


def _judge(_: Module, scene: Scene) -> Finding:
    return _offline(scene.rows, scene.waits) or Finding(Verdict.FAILED, (_SILENT,))


def _offline(rows: Sequence[Row], _: Mapping[str, float]) -> Finding | None:
    if any(row.accepted and row.source is not None for row in rows):
        return Finding(Verdict.PASSED)
    return Finding(Verdict.FAILED, (_REFUSED,)) if rows else None


_SILENT = Text("Nothing was asked.", "Aucune requête n'est arrivée.")
_REFUSED = Text("Every request was refused.", "Toutes les requêtes ont été refusées.")

MODULE = Module(
    id="L01",
    name="connect",
    title=Text("The provider is connected", "Le fournisseur est connecté"),
    instruction=Text(
        "Press “Test connection”, or give somebody the application.",
        "Cliquez sur « Tester la connexion », ou affectez l'application à quelqu'un.",
    ),
    why=Text(
        "Without a connection nobody arrives and nobody leaves.",
        "Sans connexion, personne n'arrive et personne ne part.",
    ),
    references=("RFC 6750", "RFC 7644 §2"),
    wanted={},
    play=_play,
    level="AL1",
    judge=_judge,
    offline=_offline,
)
