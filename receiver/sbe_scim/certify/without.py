"""Why a module was not played where something was lacking."""

from __future__ import annotations

from collections.abc import Mapping

from sbe_scim.certify.text import Text

_DIRECTORY = Text(
    "There was no directory behind the provider that could be changed from here.",
    "Aucun annuaire que lit le fournisseur ne pouvait être modifié d'ici.",
)
_RECEIVER = Text(
    "The receiver could not be set back to a backup from here.",
    "Le récepteur ne pouvait pas être restauré d'ici.",
)

_SWITCH = Text(
    "There was no directory behind the provider in which people can be blocked, as in Active Directory, and that could "
    "be changed from here.",
    "Aucun annuaire que lit le fournisseur, où l'on bloque des personnes comme dans Active Directory, ne pouvait être "
    "modifié d'ici.",
)
_NESTING = Text(
    "There was no directory behind the provider that knows who is in groups within groups, as Active Directory does, "
    "and that could be changed from here.",
    "Aucun annuaire que lit le fournisseur, connaissant comme Active Directory les groupes dans des groupes, ne "
    "pouvait être modifié d'ici.",
)

#: By what a module needs.
WITHOUT: Mapping[str, Text] = {
    "faults": Text(
        "No faults were made between provider and receiver.",
        "Aucune panne n'a été provoquée entre le fournisseur et le récepteur.",
    ),
    "restart": Text(
        "The provider could not be restarted from here.", "Le fournisseur ne pouvait être redémarré d'ici."
    ),
    "elsewhere": Text("No other node of the provider was known.", "Aucun autre nœud du fournisseur n'était connu."),
    "block_by_rule": Text(
        "The provider has no workflows in this release.", "Le fournisseur n'a pas de workflows dans cette version."
    ),
    "block_organization": Text(
        "The provider has no organizations in this release.",
        "Le fournisseur n'a pas d'organisations dans cette version.",
    ),
    "stop_directory": _DIRECTORY,
    "narrow_directory": _DIRECTORY,
    "move_entry_away": _DIRECTORY,
    "block_entry": _SWITCH,
    "add_entry_group": _NESTING,
    "set_receiver_back": _RECEIVER,
}
