"""Codes as a scanner or a person enters them: of any width, in capitals or not, with or without what a QR code says before them. Pure."""

import unicodedata

LETTER = "L1:"  # before the letter's number in its QR code


def plain_code(text: str) -> str:
    """A code as it is stored: a scanner with the keyboard's Japanese input or Caps Lock on sends the same in another form."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def letter_number(text: str) -> str:
    """A letter's number out of what its QR code says, or as it was typed."""
    return plain_code(text).removeprefix(LETTER)


def is_letter(text: str) -> bool:
    """Whether it is what a letter's QR code says."""
    return plain_code(text).startswith(LETTER)
