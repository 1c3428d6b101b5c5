"""Broken providers: one fault each, and the modules that must see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Control:
    """What is broken, and which modules come to FAILED and to WARNING by it."""

    broken: str
    failed: frozenset[str] = frozenset()
    warned: frozenset[str] = frozenset()


def _control(broken: str, failed: str = "", warned: str = "") -> Control:
    return Control(broken, frozenset(failed.split()), frozenset(warned.split()))


#: By the name of the switch of :class:`tests.certification.sender.Sender`.
CONTROLS: Mapping[str, Control] = {
    "disables-nobody": _control(
        "It says of everybody that they are active.",
        "L09 L11 L25 L29 L32 L34 L35 L36 L37 L39 L40 L43 L44 L45 L46",
        "L10",
    ),
    "forgets": _control("Its updates leave out what has not changed.", "L06"),
    "gives-up": _control("It tries nothing a second time.", "L25 L26 L29 L40"),
    "loses-order": _control("What waits is sent in the wrong order.", "L25"),
    "doubles": _control("A lost answer makes it create somebody again, under another name.", "L28"),
    "hammers": _control("It repeats a create that is refused, again and again.", "L27"),
    "never-looks": _control("It does not look for who is there already.", "L14 L28", "L02"),
    "never-deletes": _control("It deletes nothing.", "L12 L21"),
    "empties-groups": _control("One who leaves a group takes everybody out with them.", "L17 L18 L47"),
    "keeps-the-last": _control("It sends nothing for a group that has become empty.", "L20"),
    "ignores-429": _control("It does not wait when it is asked to.", "L26"),
    "renames-anew": _control("Whoever has a new login is created anew.", "L08 L34"),
    "no-external-id": _control("It sends no id of its own.", "L03", "L14"),
    "plain-letters": _control("It knows no letters beyond ASCII.", "L05"),
    "all-or-nothing": _control("Where a change is refused, so is the block that comes with it.", "L34 L35"),
    "sends-nothing-empty": _control("What is emptied keeps its last value.", warned="L07"),
    "lets-nobody-back": _control("It blocks people and never unblocks them.", "L10 L25 L39 L45 L46"),
    "remembers-the-deleted": _control("A login that was deleted is never sent again.", "L13"),
    "needs-members": _control("It sends no group that has no members yet.", "L15"),
    "names-the-newest": _control("It names one member of a group only.", "L16 L22 L47"),
    "renames-groups-anew": _control("A group with a new name is created anew.", "L19 L33"),
    "invents": _control("It makes up an address where there is none.", warned="L04"),
    "nests-nothing": _control("It sends no groups in groups.", warned="L22 L47"),
    "keeps-the-manager": _control("Whoever has a manager keeps them.", "L23"),
    "drops-zeros": _control("It takes a SIRET for a number.", "L24"),
    "stops-for-one": _control("What the receiver holds stops all the rest.", warned="L29"),
    "trusts-itself": _control("It sends only what it has changed itself.", warned="L30"),
    "keeps-its-token": _control("It goes on with a token that was replaced.", "L32"),
    "names-no-version": _control("It does not say which version it changes.", "L36 L43"),
    "misses-its-rules": _control("It does not notice whom a workflow blocks.", "L37"),
    "misses-sign-ins": _control("It sends nothing when somebody signs in again.", "L38"),
    "misses-organizations": _control("It does not notice that an organization is blocked.", "L39"),
    "forgets-at-restart": _control("It keeps what waits in memory.", "L40"),
    "believes-its-directory": _control("It blocks whomever the directory does not show.", "L41 L42"),
    "misses-its-directory": _control("It does not notice what changes in its directory.", "L45 L46 L47"),
    "nodes-apart": _control("Its nodes do not know of each other's changes.", "L43"),
    "looks-at-nothing": _control("It never compares what the receiver has.", "L44"),
    "chatters": _control("It writes though nothing has changed.", warned="L31"),
}
#: Modules that no control breaks: whoever sends nothing fails all the others too.
UNBROKEN = frozenset({"L01"})
