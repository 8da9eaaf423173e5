"""Sentences of the mailroom and of issuance."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "piece-blocked": _l(
        "Letter %(number)s cannot be printed as it is written: %(reason)s. An officer must decide how to write it."
    ),
    "witness-needed": _l("Two people do this together: enter the name of the other one."),
    "letter-in-run": _l(
        "Letter %(number)s is in a printing run that is not finished. Go on with that run, or leave this letter out."
    ),
    "nothing-to-print": _l("Choose at least one letter."),
    "no-token": _l("No eToken is set aside for letter %(number)s yet. Take tokens in, then scan again."),
    "wrong-token": _l("This is not the eToken of letter %(number)s. Take the one that is set aside for it."),
    "wrong-notice": _l(
        "Letter %(number)s is sent again: scan the code of its own re-send notice (R1:%(number)s). If it is not there, print it on the letter's page."
    ),
    "notice-too-many": _l(
        "Letter %(number)s is not sent again: take the re-send notice out of the envelope, and leave this field empty."
    ),
    "account-closed": _l("%(company)s has cancelled: its IDs work no more, and no letter tells them."),
    "letter-no-address": _l(
        "No address is on record for this letter. Ask the company for it on form 4, then prepare the letter again."
    ),
    "wrong-letter": _l("There is no letter %(number)s. Scan the QR code at the bottom right of the letter."),
    "item-number-taken": _l("Item number %(item_number)s is another envelope's. Compare with the label."),
    "day-order": _l("This day cannot be: it lies in the future or before the step before it."),
    "letter-moot": _l(
        "What letter %(number)s says of the certificate is no longer so (renewed, revoked or over): it is not sent again."
    ),
    "missing-glyph": _l(
        "No font has the character %(character)s (%(code_points)s) in “%(text)s”. An officer must decide how to write it."
    ),
    "does-not-fit": _l("“%(text)s” does not fit its place on the sheet, even condensed. Shorten it with the officer."),
    "mail-server": _l("The mail server did not take the e-mail (%(reason)s). It is tried again."),
    "mail-given-up": _l("The e-mail was tried for days (%(reason)s) and is given up. Reach the addressee another way."),
    "mail-secret-gone": _l(
        "This e-mail held a one-time link or a PIN, which was forgotten when it went. A new one is asked for on the site."
    ),
    "mail-over": _l(
        "This e-mail told of a day that is over, so it is not sent once more. The next one goes by itself; tell the addressee by telephone if it cannot wait."
    ),
    "postage-weight": _l("Type the weight in whole grams."),
    "postage-too-heavy": _l("%(name)s goes up to %(most)s g; this is %(grams)s g. Choose the next larger shape."),
    "postage-shape": _l("There is no fee for the shape %(shape)s."),
    "postage-option": _l("There is no fee for the service %(option)s."),
    "postage-exclusive": _l("Only one of these can be chosen: %(options)s."),
    "postage-needs-registered": _l("本人限定受取 needs 一般書留."),
    "postage-no-table": _l("There is no fee table for %(day)s. Ask the administrator to put it in."),
    "printer-away": _l(
        "The printer does not answer (%(reason)s). Look at its panel and its cable. What was on its way is checked sheet by sheet."
    ),
    "printer-refused": _l("The printer refused the job (%(reason)s). Nothing was printed."),
    "printer-no-pdf": _l("The printer at PRINTER_URL does not take PDF. Choose another, or print in the browser."),
}
