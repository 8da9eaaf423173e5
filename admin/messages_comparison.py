"""Sentences of the comparison rules: readings, certificate forms, postal codes."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "kana-empty": _l("Enter the reading in katakana, as on the form."),
    "kana-character": _l(
        "Character %(position)s (%(character)s) is no katakana. The reading has katakana, ー, ・ and spaces only."
    ),
    "certificate-character": _l(
        "Character %(position)s (%(character)s, %(code_points)s) cannot stand in a certificate and has no substitute yet. "
        "Agree on a substitute with the holder and enter it."
    ),
    "postal-code-format": _l("A postal code has seven digits (105-0004). Compare with the paper."),
}
