"""How a piece travels: the services it needs, the type of 本人限定受取, how its number is read, how long it is kept.

Sources: Japan Post, 本人限定受取郵便 (basic, special, notifying type); 電子署名法施行規則5条1項1号ハ.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from app.core.errors import DomainError
from mailings.rules.postage import RECORDED, REGISTERED, RESTRICTED, SIMPLE
from models.enums import Posting, RestrictedKind

SHAPES = ("定形", "定形外(規格内)", "定形外(規格外)")
SERVICES: dict[Posting, tuple[str, ...]] = {
    Posting.RESTRICTED: (REGISTERED, RESTRICTED),
    Posting.SIMPLE_REGISTERED: (SIMPLE,),
    Posting.RECORDED: (RECORDED,),
    Posting.ORDINARY: (),
}
OTHER_KEEP_DAYS = 7  # registered mail that is not 本人限定受取 lies seven days at the post office
TRACKING = (
    "https://trackings.post.japanpost.jp/services/srv/search/direct?searchKind=S004&locale={locale}&reqCodeNo1={number}"
)


class PostingRuleError(DomainError):
    """The piece must not be posted like this. Codes: restricted-special, restricted-agent, number-not-twice,
    number-differs."""  # noqa: D209


def restricted_kind_for(posting: Posting, wanted: RestrictedKind | None, *, has_agent: bool) -> RestrictedKind | None:
    """The type under which a piece is posted: 基本型 unless another is wanted; None if it is no 本人限定受取.

    Raises:
        PostingRuleError: 特例型, which 規則5条1項1号ハ does not have; 特定事項伝達型 with an agent (代人).
    """
    if posting is not Posting.RESTRICTED:
        return None
    if wanted is RestrictedKind.SPECIAL:
        raise PostingRuleError("restricted-special", field="restricted_kind")
    if wanted is RestrictedKind.NOTIFYING and has_agent:
        raise PostingRuleError("restricted-agent", field="restricted_kind")
    return wanted or RestrictedKind.BASIC


def require_read_twice(number: str, again: str, *, is_scanned: bool) -> None:
    """A number that was typed stands there twice: the check digit misses 0/7, 1/8 and 2/9. A scanned one is right.

    Raises:
        PostingRuleError: typed once only, or the two differ.
    """
    if is_scanned or is_framed(number):
        return
    if not again.strip():
        raise PostingRuleError("number-not-twice", field="item_number_again")
    if _bare(number) != _bare(again):
        raise PostingRuleError("number-differs", field="item_number_again")


def is_framed(number: str) -> bool:
    """Whether the start and stop characters of NW-7 stand around it: only a scanner sends them."""
    text = number.strip()
    return len(text) > 2 and text[0] in "ABCDabcd" and text[-1] in "ABCDabcd"  # noqa: PLR2004


def kept_until(notified_on: date, posting: Posting, restricted_days: int) -> date:
    """The last day at the post office, counted from the arrival notice."""
    days = restricted_days if posting is Posting.RESTRICTED else OTHER_KEEP_DAYS
    return notified_on + timedelta(days=days)


def is_warning_due(
    notified_on: date, kept_until_day: date, warned_on: date | None, warn_days: Sequence[int], today: date
) -> bool:
    """Whether holder and company are to be told today: a day of warning came that nobody was told on, and it is not over.

    Args:
        notified_on: day of the arrival notice.
        kept_until_day: last day at the post office.
        warned_on: day of the last warning.
        warn_days: days after the arrival notice on which to warn.
        today: in Japan.
    """
    reached = [day for each in warn_days if (day := notified_on + timedelta(days=each)) <= today]
    return bool(reached) and today <= kept_until_day and (warned_on is None or warned_on < max(reached))


def tracking_url(item_number: str, locale: str = "ja") -> str:
    """Where Japan Post says what became of an item; for about 100 days."""
    return TRACKING.format(locale="en" if locale == "en" else "ja", number=item_number)


def _bare(number: str) -> str:
    return "".join(str(int(each)) for each in number if each.isdecimal())  # of any width
