"""Numbers written in kanji: 二十九, 二九, 一〇, 百五, and the legal forms 壱 弐 参 拾."""

_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_LEGAL = {"壱": 1, "壹": 1, "弐": 2, "貳": 2, "参": 3, "參": 3}
_UNITS = {"十": 10, "拾": 10, "百": 100, "千": 1000}

NUMERALS = "".join([*_DIGITS, *_LEGAL, *_UNITS])


def kanji_number(text: str) -> int | None:
    """The number, or None if the characters make none (二三十, 十十)."""
    digits = _DIGITS | _LEGAL
    if not text:
        return None
    if all(character in digits for character in text):
        return int("".join(str(digits[character]) for character in text))
    total, pending, last_unit = 0, None, 10_000
    for character in text:
        if character in _UNITS:
            unit = _UNITS[character]
            if unit >= last_unit or pending == 0:
                return None
            total += (1 if pending is None else pending) * unit
            pending, last_unit = None, unit
        elif character in digits and pending is None:
            pending = digits[character]
        else:
            return None
    return total + (pending or 0)
