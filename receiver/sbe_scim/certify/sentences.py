"""What a person at a console is told to do, and what attributes are called there."""

from __future__ import annotations

from collections.abc import Mapping

from sbe_scim.certify.text import Text

NAMES: Mapping[str, Text] = {
    "login": Text("login", "identifiant"),
    "given": Text("first name", "prénom"),
    "family": Text("last name", "nom"),
    "mail": Text("mail address", "adresse électronique"),
    "title": Text("title", "fonction"),
    "department": Text("department", "service"),
}
CREATE = Text(
    "Create a user and give them the application. {facts}",
    "Créez un utilisateur et affectez-lui l'application. {facts}",
)
CHANGE = Text("Change the user {who}. {facts}", "Modifiez l'utilisateur {who}. {facts}")
DISABLE = Text("Block the user {who}.", "Bloquez l'utilisateur {who}.")
ENABLE = Text("Unblock the user {who}.", "Débloquez l'utilisateur {who}.")
DELETE = Text("Delete the user {who}.", "Supprimez l'utilisateur {who}.")
UNASSIGN = Text("Take the application from the user {who}.", "Retirez l'application à l'utilisateur {who}.")
CREATE_GROUP = Text("Create the group {group} and push it.", "Créez le groupe {group} et provisionnez-le.")
RENAME_GROUP = Text("Rename the group {group} to {name}.", "Renommez le groupe {group} en {name}.")
DELETE_GROUP = Text("Delete the group {group}.", "Supprimez le groupe {group}.")
JOIN = Text("Put the user {who} into the group {group}.", "Ajoutez l'utilisateur {who} au groupe {group}.")
LEAVE = Text("Take the user {who} out of the group {group}.", "Retirez l'utilisateur {who} du groupe {group}.")
NEST = Text("Put the group {inner} into the group {outer}.", "Placez le groupe {inner} dans le groupe {outer}.")
MANAGE = Text(
    "Make {manager} the manager of the user {who}.", "Donnez {manager} comme responsable à l'utilisateur {who}."
)
UNMANAGE = Text("Take the manager from the user {who}.", "Retirez son responsable à l'utilisateur {who}.")
RENEW = Text(
    "Replace the token by this one, which is shown once: {token}",
    "Remplacez le jeton par celui-ci, montré une seule fois : {token}",
)
PLACE = Text(
    "Give the user {who} the SIRET {siret} and the unit {unit}.",
    "Donnez à l'utilisateur {who} le SIRET {siret} et l'unité {unit}.",
)
RESTART = Text(
    "Stop the provider at once, as a power cut does, and start it again.",
    "Arrêtez le fournisseur d'un coup, comme le ferait une coupure de courant, puis redémarrez-le.",
)
ELSEWHERE = Text("At another node of the provider: {what}", "Sur un autre nœud du fournisseur : {what}")
RULE = Text(
    "Have a workflow, a rule of the provider's own, block the user {who}.",
    "Faites bloquer l'utilisateur {who} par un workflow, une règle du fournisseur lui-même.",
)
SIGN_IN = Text(
    "Let somebody sign in by another identity provider, which has them so. {facts}",
    "Connectez quelqu'un par un autre fournisseur d'identité, qui le connaît ainsi. {facts}",
)
BLOCK_ORGANIZATION = Text("Block the organization of the user {who}.", "Bloquez l'organisation de l'utilisateur {who}.")
UNBLOCK_ORGANIZATION = Text(
    "Unblock the organization of the user {who}.", "Débloquez l'organisation de l'utilisateur {who}."
)
ADD_ENTRY = Text(
    "Add somebody to the directory behind the provider, and have it read. {facts}",
    "Ajoutez quelqu'un à l'annuaire que lit le fournisseur, et faites-le lire. {facts}",
)
CHANGE_ENTRY = Text(
    "Change {who} in the directory, and have it read. {facts}",
    "Modifiez {who} dans l'annuaire, et faites-le lire. {facts}",
)
BLOCK_ENTRY = Text(
    "Block {who} in the directory, and have it read.", "Bloquez {who} dans l'annuaire, et faites-le lire."
)
UNBLOCK_ENTRY = Text(
    "Unblock {who} in the directory, and have it read.", "Débloquez {who} dans l'annuaire, et faites-le lire."
)
MOVE_ENTRY_AWAY = Text(
    "Move {who} to a part of the directory that the provider does not read, and have it read.",
    "Déplacez {who} dans une partie de l'annuaire que le fournisseur ne lit pas, et faites-le lire.",
)
MOVE_ENTRY_BACK = Text(
    "Move {who} back in the directory, and have it read.",
    "Remettez {who} à sa place dans l'annuaire, et faites-le lire.",
)
ADD_ENTRY_GROUP = Text(
    "Create the group {group} in the directory, with {who} in it, and have it read.",
    "Créez le groupe {group} dans l'annuaire, avec {who}, et faites-le lire.",
)
ADD_OUTER_GROUP = Text(
    "Create the group {group} in the directory, with {who} and the group {inner} in it, and have it read.",
    "Créez le groupe {group} dans l'annuaire, avec {who} et le groupe {inner}, et faites-le lire.",
)
LEAVE_ENTRY_GROUP = Text(
    "Take {who} out of the group {group} in the directory, and have it read.",
    "Retirez {who} du groupe {group} dans l'annuaire, et faites-le lire.",
)
STOP_DIRECTORY = Text("Cut the provider off from its directory.", "Coupez le fournisseur de son annuaire.")
START_DIRECTORY = Text("Give the provider its directory back.", "Rendez son annuaire au fournisseur.")
NARROW_DIRECTORY = Text(
    "Change the filter of the directory so that it shows {who} alone of these people, and have it read.",
    "Modifiez le filtre de l'annuaire pour qu'il ne montre plus que {who} parmi ces personnes, et faites-le lire.",
)
WIDEN_DIRECTORY = Text(
    "Put the filter of the directory right, and have it read.",
    "Rétablissez le filtre de l'annuaire, et faites-le lire.",
)
