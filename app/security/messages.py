"""Sentences for the codes of sign-in and staff administration."""

from flask_babel import gettext as _

from app.security.passwords import LONGEST, SHORTEST


def password_sentence(code: str) -> str:
    """What to tell a person whose password was not taken."""
    sentences = {
        "password-wrong": _("The present password is not right, or the account is locked for a while."),
        "password-short": _("Use at least %(count)s characters. A sentence is easy to remember.", count=SHORTEST),
        "password-long": _("Use at most %(count)s characters.", count=LONGEST),
        "password-monotonous": _("Use at least five different characters."),
        "password-common": _("This password is too easy to guess. Choose another."),
        "password-personal": _("The password is made of your own ID, name or address. Choose another."),
        "password-same": _("The new password is the same as the present one."),
    }
    return sentences[code]
