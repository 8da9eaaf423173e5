"""Finding names: a folded key, cut into pairs of characters, in a GIN index.

Trigram indexes read the whole index for a surname of two characters; pairs find it at once. The key is for searching
alone: the name itself is never changed.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal_column, or_

# Variants that people type for one another. Search only: which one stands on the paper is decided by an officer.
_FOLD = str.maketrans("髙﨑德齋齊斎邊邉濵濱嶋嶌桒冨廣淵渕淸𠮷", "高崎徳斉斉斉辺辺浜浜島島桑富広渕渕清吉")
_SIMPLE: ColumnElement[Any] = literal_column("'simple'::regconfig")


@dataclass(frozen=True, slots=True)
class Search:
    """What a search text asks of a row, said twice, because no single way is quick for every text.

    A text that stands nearly everywhere (株式会社) is found by walking along the list and testing row after row; one that
    stands nearly nowhere, by its index. `admin.listing` takes both in turn; anywhere else this is a plain criterion.
    """

    test: ColumnElement[bool]  # exact, and cheap for one row
    index: ColumnElement[bool]  # served by an index; may let a few rows too many through

    def __clause_element__(self) -> ColumnElement[bool]:
        """The criterion for a `where()`."""
        return and_(self.index, self.test)

    def or_(self, criterion: ColumnElement[bool]) -> "Search":
        """The same, or something else that an index serves too."""
        return Search(or_(criterion, self.test), or_(criterion, self.index))


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


def matches(column: Any, text: str) -> Search:  # noqa: ANN401
    """What a text asks of a `search_key` column. A text without a letter or a figure finds nothing.

    The index answers for the pairs alone, which needs no look at a row; that they follow one another is the test's part.
    """
    folded = fold(text)
    vector = func.to_tsvector(_SIMPLE, column)
    if not any(character.isalnum() for character in folded):
        return Search(false(), false())
    if len(folded) == 1:
        prefix = func.to_tsquery(_SIMPLE, f"'{folded}':*")
        return Search((" " + column).contains(f" {folded}", autoescape=True), vector.op("@@")(prefix))
    wanted = pairs(text)
    return Search(column.contains(wanted, autoescape=True), vector.op("@@")(func.plainto_tsquery(_SIMPLE, wanted)))
