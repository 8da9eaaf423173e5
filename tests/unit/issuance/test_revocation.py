"""The CRL entry, read back by somebody else's parser."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from asn1crypto import crl
from hypothesis import given
from hypothesis import strategies as st

from issuance.errors import RevocationError
from issuance.rules.revocation import REASONS, crl_entry, reason_for_change, require_invalid_since

MOMENT = datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC)
# asn1crypto's words for the same codes
WORDS = {
    "keyCompromise": "key_compromise",
    "affiliationChanged": "affiliation_changed",
    "superseded": "superseded",
    "cessationOfOperation": "cessation_of_operation",
    "privilegeWithdrawn": "privilege_withdrawn",
}


@pytest.mark.parametrize("reason", REASONS)
def test_an_entry_reads_back(reason: str) -> None:
    entry = crl.RevokedCertificate.load(crl_entry(0xFF00 << 100, MOMENT, reason), strict=True)
    assert entry["user_certificate"].native == 0xFF00 << 100
    assert entry["revocation_date"].native == MOMENT
    extensions = entry["crl_entry_extensions"].native or []
    if reason == "unspecified":
        assert extensions == []  # RFC 5280 §5.3.1
    else:
        assert [(each["extn_id"], each["critical"], each["extn_value"]) for each in extensions] == [
            ("crl_reason", False, WORDS[reason])
        ]


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)


@given(
    serial=st.integers(1, 2**159 - 1),
    revoked_at=MOMENTS,
    reason=st.sampled_from(sorted(REASONS)),
    since=st.none() | MOMENTS,
)
def test_whatever_is_written_reads_back(serial: int, revoked_at: datetime, reason: str, since: datetime | None) -> None:
    entry = crl.RevokedCertificate.load(crl_entry(serial, revoked_at, reason, since), strict=True)
    assert entry["user_certificate"].native == serial
    assert entry["revocation_date"].native == revoked_at
    assert entry["revocation_date"].name == ("utc_time" if revoked_at.year < 2050 else "general_time")
    assert entry.crl_reason_value is None if reason == "unspecified" else entry.crl_reason_value.native == WORDS[reason]
    assert (entry.invalidity_date_value.native if entry.invalidity_date_value else None) == since
    assert not entry.critical_extensions
    assert (reason, since) != ("unspecified", None) or entry["crl_entry_extensions"].native is None


def test_since_when_lies_within_the_certificates_life() -> None:
    require_invalid_since(None, not_before=None, now=MOMENT)
    require_invalid_since(MOMENT, not_before=MOMENT, now=MOMENT)
    with pytest.raises(RevocationError, match="revocation-since-future"):
        require_invalid_since(MOMENT + timedelta(seconds=1), not_before=None, now=MOMENT)
    with pytest.raises(RevocationError, match="revocation-since-before"):
        require_invalid_since(MOMENT, not_before=MOMENT + timedelta(seconds=1), now=MOMENT + timedelta(days=1))


def test_a_reason_that_is_none() -> None:
    with pytest.raises(KeyError):
        crl_entry(1, MOMENT, "certificateHold")


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        (["company_name"], "affiliationChanged"),
        (["address", "contacts"], "affiliationChanged"),
        (["company_name", "cancellation"], "cessationOfOperation"),
        (["representative", "contacts"], None),
        (["further_certificates"], None),
    ],
)
def test_which_change_revokes(items, reason) -> None:
    assert reason_for_change(items) == reason


def test_since_when_the_key_is_thought_to_be_compromised() -> None:
    since = datetime(2026, 11, 20, 9, 0, 0, tzinfo=timezone(timedelta(hours=9)))
    entry = crl.RevokedCertificate.load(crl_entry(7, MOMENT, "keyCompromise", since), strict=True)
    extensions = {each["extn_id"]: each["extn_value"] for each in entry["crl_entry_extensions"].native}
    assert extensions == {"crl_reason": "key_compromise", "invalidity_date": datetime(2026, 11, 20, tzinfo=UTC)}
    alone = crl.RevokedCertificate.load(crl_entry(7, MOMENT, "unspecified", since), strict=True)
    assert [each["extn_id"] for each in alone["crl_entry_extensions"].native] == ["invalidity_date"]
