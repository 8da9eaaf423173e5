"""Sentences of reception, sheets, retention and disclosure."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "no-change-item": _l("Tick at least one thing that changes, as on form 1."),
    "service-missing": _l(
        "What is applied for belongs to a service that is not ticked: certificates to the certificate service, user IDs to the contract or storage service."
    ),
    "applicant-not-asked": _l(
        "Nobody applies for anything in such an application. Empty the rows of applicants, or tick what they apply for."
    ),
    "applicant-without-wish": _l(
        "Tick for %(name)s what is applied for: a certificate or a user ID, as far as this application has it."
    ),
    "contents-confirmed": _l(
        "The review of this case has begun. Record on the page of the case which paper is missing, or enter papers that came later."
    ),
    "no-paper": _l("Tick at least one paper that came."),
    "received-before-case": _l("The papers cannot have come before the case itself (%(day)s). Look at the date again."),
    "item-number-needed": _l("Registered mail has an item number. Scan its label, or choose how the papers came."),
    "sheet-unknown": _l("There is no sheet %(number)s. Scan the label again."),
    "sheet-number-format": _l("This is no label of a sheet. They read like S-2026-000001."),
    "sheet-not-now": _l(
        "%(number)s is not on its shelf as this needs it (%(state)s). Look at its page for what is possible."
    ),
    "sheet-in-disposal": _l("%(number)s stands on a list of sheets to destroy. Withdraw the list first."),
    "sheet-borrower": _l("Write who takes the sheet along."),
    "sheet-due-back": _l("The sheet cannot be due back on a day that has passed."),
    "shelf-format": _l("This is no shelf. They read like B3-12: rack, hyphen, place."),
    "scan-number-tick": _l(
        "Look for an individual number (My Number) and tick the box if there is none. If there is one, do not scan: choose “Individual number” on the case's page."
    ),
    "scan-sheet-decided": _l(
        "Case %(case)s was approved on what this sheet showed. No scan may be added to it any more; ask for a new paper if this case needs another scan."
    ),
    "not-a-residence-certificate": _l("Only a residence certificate can show an individual number that is in the way."),
    "scanned-with-number": _l(
        "A scan of this paper is stored already. If it shows the number, tell the supervisor at once: it is an incident. If not, nothing must go back."
    ),
    "mask-none": _l(
        "Draw at least one area over the number. If there is no number, scan the paper on the page of the case."
    ),
    "mask-many": _l("More than %(most)s areas. Draw larger ones."),
    "mask-shape": _l("An area is too small or has a wrong shape. Remove it and draw it again."),
    "mask-off-page": _l("An area lies outside of the pages. Remove it and draw it again."),
    "mask-paper-too": _l("Black the number out on the paper itself as well, then tick the box: the original is kept."),
    "hold-reason": _l("Write why the papers must stay."),
    "hold-lifted": _l("This hold was lifted before."),
    "disposal-empty": _l("Tick at least one sheet."),
    "disposal-method": _l("Choose how the sheets were destroyed."),
    "disposal-two-people": _l(
        "You proposed this list. Another person must confirm it: the law asks for a record of both."
    ),
    "disposal-hold": _l("%(number)s is on hold. Withdraw the list and propose the others again."),
    "disposal-no-day": _l(
        "Nobody can say yet until when %(number)s must be kept: its case, an account or a certificate lives on."
    ),
    "disposal-not-due": _l("%(number)s must be kept until %(day)s."),
    "disclosure-field": _l("Fill this in: the decision is taken on it."),
    "disclosure-in-future": _l("The day of the request lies in the future."),
    "disclosure-reason": _l("Give the reason: the requester will read it."),
    "disclosure-two-people": _l("You received this request. Another person decides on it."),
    "disclosure-no-pages": _l("None of this person's papers is here, so there is nothing to hand over."),
    "disclosure-no-scan": _l("Sheet %(sheet)s has no scan. Scan it first: the file is made from the scans."),
}
