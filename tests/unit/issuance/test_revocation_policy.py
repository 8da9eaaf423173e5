"""Who may ask for what: every combination has terms or is refused, and four eyes stand where they must."""

from itertools import product

import pytest

from issuance.errors import RevocationError
from issuance.rules.revocation import REASONS
from issuance.rules.revocation_policy import (
    CIRCUMSTANCES,
    COMPROMISES,
    HOLDER_CONSENT,
    PAPERS,
    POLICY,
    Terms,
    missing_papers,
    reason_of,
    terms_of,
    ways,
)
from models.enums import RevocationAsker as A
from models.enums import RevocationChannel as C

EVERY = list(product(A, C, CIRCUMSTANCES))


def possible(asker: A, channel: C, circumstance: str) -> Terms | None:
    try:
        return terms_of(asker, channel, circumstance)
    except RevocationError as error:
        if error.code != "revocation-not-like-this":
            raise
        return None


@pytest.mark.parametrize(
    ("circumstance", "reason"),
    [
        ("key-compromise", "keyCompromise"),
        ("loss", "keyCompromise"),
        ("theft", "keyCompromise"),
        ("pin-leak", "keyCompromise"),
        ("facts-changed", "affiliationChanged"),
        ("left-company", "affiliationChanged"),
        ("reissue", "superseded"),
        ("damage", "superseded"),
        ("end-of-use", "cessationOfOperation"),
        ("bankruptcy", "cessationOfOperation"),
        ("death", "cessationOfOperation"),
        ("untrue-facts", "privilegeWithdrawn"),
        ("unspecified", "unspecified"),
    ],
)
def test_the_reason_follows_from_what_happened(circumstance: str, reason: str) -> None:
    assert reason_of(circumstance) == reason
    assert reason in REASONS


def test_every_circumstance_was_tested_above_and_every_compromise_is_one() -> None:
    assert len(CIRCUMSTANCES) == 13
    assert {reason_of(each) for each in COMPROMISES} == {"keyCompromise"}
    assert {each for each, reason in CIRCUMSTANCES.items() if reason == "keyCompromise"} == COMPROMISES


@pytest.mark.parametrize(("asker", "channel", "circumstance"), EVERY)
def test_every_combination_has_terms_or_is_refused(asker: A, channel: C, circumstance: str) -> None:
    terms = possible(asker, channel, circumstance)
    if terms is None:
        return
    assert channel in ways(asker)
    assert set(terms.papers) | set(terms.optional) <= set(PAPERS)
    # One person, or nobody, for the holder alone; everybody else needs two.
    assert terms.needs_two is (asker is not A.HOLDER)
    # Nothing is revoked before somebody decides but a compromise of which the holder speaks.
    assert not terms.fast or (asker is A.HOLDER and circumstance in COMPROMISES)
    assert terms.confirmed_afterwards is (channel is C.TELEPHONE)
    # Who is neither known by the key nor by the PIN shows something.
    assert terms.papers or channel in {C.SITE_SIGNED, C.SITE_PIN}


def test_everything_can_be_asked_for_by_somebody() -> None:
    for circumstance in CIRCUMSTANCES:
        askers = {asker for asker, channel in POLICY if possible(asker, channel, circumstance)}
        assert askers >= {A.COMPANY, A.THIRD_PARTY, A.AUTHORITY}


def test_nobody_asks_by_telephone_for_what_can_wait_and_no_dead_man_asks() -> None:
    for asker, channel, circumstance in (
        (A.HOLDER, C.TELEPHONE, "end-of-use"),
        (A.COMPANY, C.TELEPHONE, "loss"),
        (A.HOLDER, C.PAPER, "death"),
        (A.HOLDER, C.SITE_PIN, "death"),
        (A.COMPANY, C.SITE_SIGNED, "loss"),
        (A.HOLDER, C.AUTHORITY, "loss"),
    ):
        with pytest.raises(RevocationError, match="revocation-not-like-this"):
            terms_of(asker, channel, circumstance)
    with pytest.raises(RevocationError, match="revocation-circumstance"):
        terms_of(A.HOLDER, C.PAPER, "boredom")


def test_with_the_holders_word_one_person_decides_on_a_companys_request() -> None:
    alone = terms_of(A.COMPANY, C.PAPER, "left-company")
    assert alone.needs_two
    together = terms_of(A.COMPANY, C.PAPER, "left-company", [HOLDER_CONSENT])
    assert not together.needs_two
    assert missing_papers(together, [HOLDER_CONSENT]) == list(alone.papers)


def test_the_holders_word_does_not_help_where_there_cannot_be_one() -> None:
    assert terms_of(A.COMPANY, C.PAPER, "death", [HOLDER_CONSENT]).needs_two
    assert terms_of(A.THIRD_PARTY, C.PAPER, "loss", [HOLDER_CONSENT]).needs_two
