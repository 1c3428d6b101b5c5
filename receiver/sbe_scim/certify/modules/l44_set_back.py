"""L44: what a receiver forgot, because it was restored from a backup, arrives again."""

from __future__ import annotations

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    leaver, newcomer = stage.somebody(), stage.person()
    stage.about(leaver)

    def out() -> bool:
        return (stage.user(leaver.login) or {}).get("active") is not True

    def there() -> bool:
        return (stage.user(newcomer.login) or {}).get("active") is True

    stage.provider.back_up_receiver()
    stage.provider.disable(leaver)
    stage.provider.create(newcomer)
    stage.note(done=stage.see(lambda: out() and there()))
    # Whoever compares now and then cannot know what came and went in between.
    stage.idle("backup")
    stage.provider.set_receiver_back()
    # The journal was set back too: it does not know any more when this module began.
    stage.moment("begin")
    stage.note(out=stage.see(out, "compare"), there=stage.see(there, "compare"))


MODULE = Module(
    id="L44",
    name="set-back",
    title=Text("A receiver that was restored is told again", "Un récepteur restauré est remis à jour"),
    instruction=Text(
        "Block somebody and hire another after the receiver was backed up; then restore it.",
        "Bloquez une personne et ajoutez-en une autre après la sauvegarde du récepteur ; puis restaurez-le.",
    ),
    why=Text(
        "After a restore whoever has left since the backup is in again, and nobody has done anything wrong.",
        "Après une restauration, qui est parti depuis la sauvegarde a de nouveau accès, sans que nul n'ait fauté.",
    ),
    references=("IPSIE AL1", "RFC 7644 §3.4.2"),
    wanted={
        "done": Wanted(Text("both had arrived before", "les deux étaient arrivés avant")),
        "out": Wanted(Text("the leaver is out again", "la personne bloquée n'a de nouveau plus accès")),
        "there": Wanted(Text("the new person is there again", "la nouvelle personne est de nouveau là")),
    },
    play=_play,
    needs=frozenset({"back_up_receiver", "set_receiver_back"}),
)
