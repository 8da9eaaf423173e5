"""Whether a proposed wording has the texts, and the braces in them, that the letter is drawn with."""

from collections.abc import Mapping
from typing import Any

from mailings.errors import LetterTextError
from mailings.letters.texts import BUILT_IN, PLACEHOLDER
from models.enums import LetterKind

LONGEST = 1000  # characters of one text


def parse_texts(kind: LetterKind, content: Mapping[str, Any]) -> dict[str, str]:
    """A wording, checked and with line ends as we write them.

    Args:
        kind: of the letter.
        content: texts by name.

    Raises:
        LetterTextError: letter-text-names, letter-text-empty, letter-text-long, letter-text-braces (the last three with
            the name of the text as their field).
    """
    known = BUILT_IN[kind]
    if set(content) != set(known):
        raise LetterTextError("letter-text-names")
    found = {}
    for name, built_in in known.items():
        text = str(content[name]).replace("\r\n", "\n").replace("\r", "\n").strip()
        if not text:
            raise LetterTextError("letter-text-empty", field=name)
        if len(text) > LONGEST:
            raise LetterTextError("letter-text-long", field=name, most=LONGEST)
        wanted = set(PLACEHOLDER.findall(built_in))
        bare = PLACEHOLDER.sub("", text)
        if set(PLACEHOLDER.findall(text)) != wanted or "{" in bare or "}" in bare:
            raise LetterTextError(
                "letter-text-braces", field=name, wanted=" ".join(f"{{{each}}}" for each in sorted(wanted)) or "—"
            )
        found[name] = text + "\n" * (len(built_in) - len(built_in.rstrip("\n")))
    return found
