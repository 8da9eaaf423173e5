"""Sentences of the mailroom and of issuance."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "piece-blocked": _l(
        "Letter %(number)s cannot be printed: no font has %(reason)s. An officer must decide how to write the name."
    ),
    "witness-needed": _l("A PIN is printed by two people: enter the name of the other person."),
    "nothing-to-print": _l("Choose at least one letter."),
    "no-token": _l("No eToken is set aside for letter %(number)s yet. Take tokens in, then scan again."),
    "wrong-token": _l("This is not the eToken of letter %(number)s. Take the one that is set aside for it."),
    "wrong-letter": _l("There is no letter %(number)s. Scan the QR code at the bottom right of the letter."),
    "item-number-taken": _l("Item number %(item_number)s is another envelope's. Compare with the label."),
    "day-order": _l("This day cannot be: it lies in the future or before the step before it."),
    "missing-glyph": _l(
        "No font has the character %(character)s (%(code_points)s) in “%(text)s”. An officer must decide how to write it."
    ),
    "does-not-fit": _l("“%(text)s” does not fit its place on the sheet, even condensed. Shorten it with the officer."),
    "mail-server": _l("The mail server did not take the e-mail (%(reason)s). It is tried again."),
}
