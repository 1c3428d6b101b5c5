"""What people read, in French and English: Abilian SBE's wheel carries no compiled translations to add to."""

from __future__ import annotations

from flask import request

_TEXTS = {
    "en": {
        "sign_in": "Sign in",
        "again": "Try again",
        "choose": "Where do you sign in?",
        "signed_out": "You are signed out.",
        "no_account": "You have no account here yet.",
        "no_account_more": "It comes by itself as soon as your administration has given you access. "
        "If you have just been told that you have it, try again in a few seconds.",
        "closed": "Your account here is closed.",
        "closed_more": "Ask your administration if you need it.",
        "away": "The sign-in service does not answer.",
        "away_more": "Please try again in a moment.",
        "lost": "This sign-in could not be completed.",
        "lost_more": "It took too long, or was begun in another window.",
        "refused": "The sign-in service refused.",
        "refused_more": "Please try again; tell your administration if it goes on.",
        "no_password": "You have no password here: sign in with your administration's account.",
    },
    "fr": {
        "sign_in": "Se connecter",
        "again": "Réessayer",
        "choose": "Où vous connectez-vous ?",
        "signed_out": "Vous êtes déconnecté.",
        "no_account": "Vous n'avez pas encore de compte ici.",
        "no_account_more": "Il arrive de lui-même dès que votre administration vous a donné accès. "
        "Si l'on vient de vous dire que vous l'avez, réessayez dans quelques secondes.",
        "closed": "Votre compte ici est fermé.",
        "closed_more": "Adressez-vous à votre administration si vous en avez besoin.",
        "away": "Le service de connexion ne répond pas.",
        "away_more": "Veuillez réessayer dans un instant.",
        "lost": "Cette connexion n'a pas pu aboutir.",
        "lost_more": "Elle a duré trop longtemps, ou a été commencée dans une autre fenêtre.",
        "refused": "Le service de connexion a refusé.",
        "refused_more": "Veuillez réessayer ; prévenez votre administration si cela continue.",
        "no_password": "Vous n'avez pas de mot de passe ici : connectez-vous avec le compte de votre administration.",
    },
}


def texts() -> dict[str, str]:
    """The texts in the language that the browser asks for."""
    return _TEXTS[request.accept_languages.best_match(("en", "fr"), "en")]
