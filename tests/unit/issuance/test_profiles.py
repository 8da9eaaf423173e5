"""The certificate profiles as data: strict, and inside the law's bounds."""

from typing import Any

import pytest

from issuance.rules.profiles import BUILT_IN, ProfilesContentError, compare, from_content, to_content


def test_the_content_comes_back_as_it_went() -> None:
    assert from_content(1, to_content(BUILT_IN)) == BUILT_IN


def test_the_algorithms_of_the_built_in_version() -> None:
    assert BUILT_IN.holder.default_key == "rsa-3072"
    assert set(BUILT_IN.holder.rsa_bits) == {2048, 3072, 4096}
    assert BUILT_IN.holder.curves == ("secp256r1",)
    assert set(BUILT_IN.ca.key_kinds) == {"rsa-4096", "secp384r1"}
    assert BUILT_IN.ocsp.certificate_days <= 45


@pytest.mark.parametrize(
    ("section", "name", "value", "code"),
    [
        ("holder", "years", 6, "certificate-profile-number"),  # 施行規則6条4号
        ("holder", "years", 0, "certificate-profile-number"),
        ("holder", "years", True, "certificate-profile-number"),
        ("holder", "years", "2", "certificate-profile-number"),
        ("holder", "content_commitment", 1, "certificate-profile-flag"),
        ("holder", "policy", "1..1", "certificate-profile-policy"),
        ("holder", "policy", "1.01", "certificate-profile-policy"),
        ("holder", "policy", "2.1", "certificate-profile-policy-twice"),
        ("holder", "key_kinds", ["rsa-1024"], "certificate-profile-choice"),
        ("holder", "key_kinds", [], "certificate-profile-choice"),
        ("holder", "key_kinds", ["rsa-3072", "rsa-3072"], "certificate-profile-choice"),
        ("holder", "key_kinds", "rsa-3072", "certificate-profile-choice"),
        ("holder", "extended_usages", ["client-auth"], "certificate-profile-choice"),
        ("ca", "key_kinds", ["rsa-3072"], "certificate-profile-choice"),
        ("ca", "path_length", 2, "certificate-profile-number"),
        ("crl", "latest_after_hours", 25, "certificate-profile-number"),
        ("ocsp", "certificate_days", 46, "certificate-profile-number"),
        ("tsa", "accuracy_seconds", 0, "certificate-profile-number"),
    ],
)
def test_what_no_version_may_say(section: str, name: str, value: Any, code: str) -> None:
    content = to_content(BUILT_IN)
    content[section][name] = value
    with pytest.raises(ProfilesContentError) as caught:
        from_content(2, content)
    assert caught.value.code == code
    assert caught.value.field == f"{section}.{name}"


def test_what_fits_only_together() -> None:
    content = to_content(BUILT_IN)
    content["holder"]["years"], content["ca"]["years"] = 5, 10
    assert from_content(2, content).ca.years == 10
    content["crl"]["next_update_hours"] = content["crl"]["latest_after_hours"] = 24
    with pytest.raises(ProfilesContentError, match="crl-order"):
        from_content(2, content)
    content = to_content(BUILT_IN)
    content["ocsp"]["certificate_days"] = content["ocsp"]["renew_before_days"] = 10
    with pytest.raises(ProfilesContentError, match="ocsp-order"):
        from_content(2, content)


def test_nothing_is_left_out_and_nothing_is_added() -> None:
    content = to_content(BUILT_IN)
    content["holder"]["more"] = 1
    with pytest.raises(ProfilesContentError, match="certificate-profile-unknown"):
        from_content(2, content)
    content = to_content(BUILT_IN)
    del content["tsa"]
    with pytest.raises(ProfilesContentError) as caught:
        from_content(2, content)
    assert (caught.value.code, caught.value.field) == ("certificate-profile-missing", "tsa")


def test_the_differences_of_two_versions() -> None:
    content = to_content(BUILT_IN)
    content["holder"]["years"] = 3
    lines = compare(BUILT_IN, from_content(2, content))
    assert [line for line in lines if line[2] != line[3]] == [("holder", "years", 2, 3)]
