"""個人番号 must never enter the system (番号法19条, 20条): a detector for what is typed or recognised.

Check digit: 番号法施行令8条, 総務省令85号(2014) article 5: 11 − (Σ Pn·Qn mod 11), 0 if the remainder is 0 or 1; n from the lowest of
eleven digits, Qn = n + 1 for n ≤ 6, n − 5 above. About one in eleven random twelve-digit numbers passes.
"""

import re
import unicodedata

# Together, in groups of four, or one digit in each box of a form as recognition reads it. Longer numbers are none: the last three
# groups of 7-0000-1205-0002 (法人番号) are no 個人番号.
_CANDIDATE = re.compile(
    r"(?<![0-9])(?<![0-9]-)(?:[0-9]{12}|[0-9]{4}(\s{1,2}|-)[0-9]{4}\1[0-9]{4}|[0-9](?:\s[0-9]){11})(?![0-9]|-[0-9])"
)


def contains_my_number(text: str) -> bool:
    """Whether the text has twelve digits, together, in groups of four or one by one, that could be a 個人番号."""
    plain = re.sub("[‐‑‒–—―−ー]", "-", unicodedata.normalize("NFKC", text))
    return any(_is_possible(re.sub(r"[^0-9]", "", found[0])) for found in _CANDIDATE.finditer(plain))


def _is_possible(digits: str) -> bool:
    total = sum(
        int(digit) * (n + 1 if n <= 6 else n - 5)  # noqa: PLR2004  as the ordinance says
        for n, digit in enumerate(reversed(digits[:11]), start=1)
    )
    remainder = total % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)
