"""What a change application (form 1) may change, and what follows from it. Pure.

The company's record holds until the approval: no paper of a later case overwrites it before two people have decided.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from models.enums import ApplicationKind, ChangeItem
from registration.rules.differences import DifferenceKind, differences
from registration.rules.signs import signs


@dataclass(frozen=True, slots=True)
class ChangeField:
    """One field of a company's record. `kind` as in the checklist: name, address, email, text."""

    code: str
    kind: str = "text"
    may_be_empty: bool = False


FIELDS: dict[ChangeItem, tuple[ChangeField, ...]] = {
    ChangeItem.COMPANY_NAME: (
        ChangeField("name", "name"),
        ChangeField("name_kana"),
        ChangeField("name_romaji"),
    ),
    ChangeItem.ADDRESS: (ChangeField("postal_code"), ChangeField("address", "address")),
    ChangeItem.REPRESENTATIVE: (
        ChangeField("representative_title", may_be_empty=True),
        ChangeField("representative_name", "name"),
    ),
    ChangeItem.CONTACTS: tuple(
        ChangeField(f"{prefix}_{code}", kind, may_be_empty)
        for prefix in ("contact", "billing")
        for code, kind, may_be_empty in (
            ("name", "name", False),
            ("email", "email", False),
            ("department", "text", True),
            ("phone", "text", True),
        )
    ),
    ChangeItem.FURTHER_USER_IDS: (),
    ChangeItem.FURTHER_CERTIFICATES: (),
    ChangeItem.CANCELLATION: (),
}
COMPANY_FIELDS = frozenset(
    field.code
    for item in (ChangeItem.COMPANY_NAME, ChangeItem.ADDRESS, ChangeItem.REPRESENTATIVE)
    for field in FIELDS[item]
)

# What follows, in the order of the screen, by code.
FOLLOWS: dict[ChangeItem, tuple[str, ...]] = {
    # Name and seat stand in the certificates' alternative name, the name in the subject too: 施行規則6条10号 asks
    # for revocation when a recorded fact is no longer true. The representative stands in no certificate.
    ChangeItem.COMPANY_NAME: ("revoke-certificates", "readdress-invoices"),
    ChangeItem.ADDRESS: ("revoke-certificates", "readdress-invoices"),
    ChangeItem.REPRESENTATIVE: (),
    ChangeItem.CONTACTS: ("readdress-invoices",),
    ChangeItem.FURTHER_USER_IDS: ("open-user-ids",),
    ChangeItem.FURTHER_CERTIFICATES: ("prepare-letters",),
    ChangeItem.CANCELLATION: ("revoke-certificates", "cancel-account"),
}
IN_ORDER = ("revoke-certificates", "readdress-invoices", "open-user-ids", "prepare-letters", "cancel-account")


def fields_of(items: Iterable[str]) -> tuple[ChangeField, ...]:
    """The fields that these items of form 1 may change, in the order of the form."""
    wanted = set(items)
    return tuple(field for item, fields in FIELDS.items() if item.value in wanted for field in fields)


def items_without_change(items: Iterable[str], changed: Collection[str]) -> list[ChangeItem]:
    """Items of form 1 that have fields, of which none was recorded as changed: something is still to be typed."""
    wanted = set(items)
    return [
        item
        for item, fields in FIELDS.items()
        if item.value in wanted and fields and not any(field.code in changed for field in fields)
    ]


def follows(items: Iterable[str]) -> list[str]:
    """What is promised when a change is approved, each once, by code."""
    found = {code for item in items for code in FOLLOWS[ChangeItem(item)]}
    return [code for code in IN_ORDER if code in found]


def may_carry_over(kind: ApplicationKind, *, company_has_approved_case: bool) -> bool:
    """Whether the papers of a case in review may still fill in the company's record.

    Only for a company that nobody has approved yet: afterwards the record changes by an approved change alone.
    """
    return kind is ApplicationKind.NEW and not company_has_approved_case


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a text, whether the other side has something else there, and its code points if only they tell."""

    text: str
    differs: bool
    points: str = ""


APART = frozenset({DifferenceKind.VARIANT, DifferenceKind.LOOKALIKE})
FORM_ONLY = APART | {DifferenceKind.SAME, DifferenceKind.SPACING, DifferenceKind.WIDTH}


def split_difference(old: str, new: str) -> tuple[list[Segment], list[Segment]]:
    """Both texts in stretches, what differs marked.

    If nothing but forms of signs differs (髙 and 高), each such sign stands alone with its code points. Otherwise the common
    beginning and end are left plain: single signs that two different addresses share say nothing.
    """
    found = differences(old, new)
    if all(each.kind in FORM_ONLY for each in found):
        return (
            [_segment(each.a, each.kind, each.a_code_points) for each in found if each.a],
            [_segment(each.b, each.kind, each.b_code_points) for each in found if each.b],
        )
    a, b = signs(old), signs(new)
    least = min(len(a), len(b))
    head = next((index for index in range(least) if a[index] != b[index]), least)
    tail = next((index for index in range(least - head) if a[-1 - index] != b[-1 - index]), least - head)
    return _stretches(a, head, tail), _stretches(b, head, tail)


def _segment(text: str, kind: DifferenceKind, points: tuple[str, ...]) -> Segment:
    return Segment(text, kind is not DifferenceKind.SAME, " ".join(points) if kind in APART else "")


def _stretches(text: list[str], head: int, tail: int) -> list[Segment]:
    end = len(text) - tail
    parts = ((text[:head], False), (text[head:end], True), (text[end:], False))
    return [Segment("".join(part), differs) for part, differs in parts if part]
