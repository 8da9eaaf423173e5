"""Finding names: a folded key, cut into pairs of characters, in a GIN index.

Trigram indexes read the whole index for a surname of two characters; pairs find it at once. The key is for searching
alone: the name itself is never changed.
"""

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column

# Variants that people type for one another. Search only: which one stands on the paper is decided by an officer.
_FOLD = str.maketrans("髙﨑德齋齊斎邊邉濵濱嶋嶌桒冨廣淵渕淸𠮷", "高崎徳斉斉斉辺辺浜浜島島桑富広渕渕清吉")


def fold(text: str) -> str:
    """The text as a key for searching: compatibility forms plain, variants together, lower case, no spaces."""
    plain = unicodedata.normalize("NFKC", text).translate(_FOLD).casefold()
    return "".join(character for character in plain if not character.isspace() and character not in "-‐ー・")


def pairs(text: str) -> str:
    """The folded text as overlapping pairs, separated by spaces: 佐藤花子 → 佐藤 藤花 花子."""
    words = []
    for part in text.split("\n"):
        folded = fold(part)
        words += [folded[i : i + 2] for i in range(len(folded) - 1)] or [folded]
    return " ".join(word for word in words if word)


def search_key(*texts: str) -> str:
    """What goes into a `search_key` column: each text's pairs."""
    return " ".join(pairs(text) for text in texts if text)


def matches(column: Any, text: str) -> ColumnElement[bool]:  # noqa: ANN401
    """The criterion that a `search_key` column has the text, served by its GIN index."""
    vector = func.to_tsvector(literal_column("'simple'::regconfig"), column)
    folded = fold(text)
    if len(folded) == 1:
        return vector.op("@@")(func.to_tsquery(literal_column("'simple'::regconfig"), f"'{folded}':*"))
    return vector.op("@@")(func.phraseto_tsquery(literal_column("'simple'::regconfig"), pairs(text)))
