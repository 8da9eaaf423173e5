"""Whether an envelope can be used for our letters: the address in its window at any shift, the PIN at none."""

from app.documents.envelopes import Envelope
from mailings.letters.places import ADDRESS_BLOCK, FOLDS, PIN_FIELD, SHEET

SKEW = 2.0  # degrees that a sheet may lie turned in its envelope
SHEET_HEIGHTS = (FOLDS[0], SHEET.bottom)  # folded in three with the PIN inside, or flat


def envelope_fault(envelope: Envelope) -> str:
    """The code of the first thing that is wrong with an envelope; empty if our letters can go in it.

    Args:
        envelope: as it was measured.

    Returns:
        `envelope-numbers`: no envelope has such numbers; `envelope-fold`: the letter is not folded so;
        `envelope-address`: the address would not stay in the window; `envelope-pin`: the PIN field could come into it.
    """
    window = envelope.window
    if not (0 <= window.left < window.right <= envelope.width and 0 <= window.top < window.bottom <= envelope.height):
        return "envelope-numbers"
    if envelope.slack < 0 or envelope.sheet_width > envelope.width or envelope.sheet_height > envelope.height:
        return "envelope-numbers"
    if envelope.sheet_width != SHEET.right or envelope.sheet_height not in SHEET_HEIGHTS:
        return "envelope-fold"
    if not envelope.safe().holds(ADDRESS_BLOCK):
        return "envelope-address"
    if envelope.swept(SKEW).touches(PIN_FIELD):
        return "envelope-pin"
    return ""
