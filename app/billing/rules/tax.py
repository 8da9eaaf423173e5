"""Consumption tax of an invoice: rounded once per rate, never per line.

消費税法施行令70条の10; 基本通達1-8-15 (the sum of taxes rounded per line is not allowed); タックスアンサー6371 (the mode is free
but fixed). Amounts are whole yen. A negative base (適格返還請求書) mirrors the positive one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

OUT_OF_SCOPE = 0


class Rounding(StrEnum):
    """How part of a yen of tax is rounded, on the absolute amount."""

    FLOOR = "floor"
    HALF_UP = "half_up"
    CEIL = "ceil"


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One line: yen, the rate in percent (0: outside the scope), and whether the amount includes the tax."""

    amount: int
    percent: int
    includes_tax: bool = False


@dataclass(frozen=True, slots=True)
class RateTotal:
    """One rate: the sum of its lines as they are priced, and the tax on (or in) it."""

    percent: int
    base: int
    tax: int


@dataclass(frozen=True, slots=True)
class Totals:
    """An invoice: its rates, the highest first; sum without tax, tax, and what is to be paid."""

    by_rate: tuple[RateTotal, ...]
    net: int
    tax: int
    total: int


def invoice_totals(lines: Iterable[TaxLine], rounding: Rounding) -> Totals:
    """The totals of an invoice.

    Args:
        lines: all lines; either all with or all without tax in their amounts.
        rounding: the issuer's fixed mode.

    Raises:
        ValueError: amounts with and without tax are mixed.
    """
    lines = list(lines)
    if len({line.includes_tax for line in lines if line.percent != OUT_OF_SCOPE}) > 1:
        raise ValueError("an invoice prices its lines either with or without tax")
    sums: dict[int, int] = {}
    for line in lines:
        sums[line.percent] = sums.get(line.percent, 0) + line.amount
    includes = any(line.includes_tax for line in lines)
    by_rate = tuple(
        RateTotal(percent, base, _tax(base, percent, includes_tax=includes, rounding=rounding))
        for percent, base in sorted(sums.items(), reverse=True)
    )
    amount, tax = sum(rate.base for rate in by_rate), sum(rate.tax for rate in by_rate)
    return Totals(by_rate, amount - tax, tax, amount) if includes else Totals(by_rate, amount, tax, amount + tax)


def _tax(base: int, percent: int, *, includes_tax: bool, rounding: Rounding) -> int:
    numerator, denominator = abs(base) * percent, 100 + percent if includes_tax else 100
    tax, rest = divmod(numerator, denominator)
    if (rounding is Rounding.CEIL and rest) or (rounding is Rounding.HALF_UP and rest * 2 >= denominator):
        tax += 1
    return tax if base >= 0 else -tax
