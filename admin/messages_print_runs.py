"""Sentences and words of printing runs."""

from flask_babel import lazy_gettext as _l

ENVELOPE_IN_USE = _l(
    "The envelope in use does not take the letters: the address would leave the window, or the PIN could come into it. "
    "Put the right envelope in use on the page Envelopes, then print."
)
MESSAGES = {
    "envelope-in-use": ENVELOPE_IN_USE,
    "too-many-letters": _l("A browser prints at most %(most)s letters at once. Choose fewer, or use the printer."),
    "run-uneven": _l(
        "The run cannot be closed: %(pieces)s letters, of which %(waiting)s wait, %(printed)s are printed, %(enclosed)s enclosed"
        " and %(posted)s posted. Look for the missing ones, or declare their sheets spoiled."
    ),
}

# What a printer says of itself (RFC 8011 §5.4.12), and what to do.
REASONS = {
    "media-empty": _l("The paper has run out. Put paper in, then go on."),
    "media-needed": _l("The printer asks for paper. Put paper in, then go on."),
    "media-jam": _l("Paper jam. Clear it, shred the damaged sheets, then go on."),
    "cover-open": _l("A cover is open. Close it, then go on."),
    "door-open": _l("A door is open. Close it, then go on."),
    "toner-empty": _l("The toner is empty. Replace it, then go on."),
    "paused": _l("The printer is paused at its panel. Let it go on, then go on here."),
    "offline": _l("The printer is off line. Look at its panel and its cable, then go on."),
    "envelope-in-use": ENVELOPE_IN_USE,
    "printer-away": _l("The printer does not answer. Look at its panel and its cable, then go on."),
    "printer-refused": _l("The printer refused the job. Look at its panel, then go on."),
}
