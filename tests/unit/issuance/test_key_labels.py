"""Keys of every generation fall under their family's rules, and nothing else does."""

import pytest

from issuance.hsm.policy import is_allowed
from issuance.rules.key_labels import family_of, label_of


def test_labels_count_from_the_second_generation():
    assert [label_of("ca", generation) for generation in (1, 2, 12)] == ["ca", "ca2", "ca12"]
    assert [family_of(label) for label in ("ca", "ca2", "ocsp12", "tsa3", "seal9999")] == [
        "ca",
        "ca",
        "ocsp",
        "tsa",
        "seal",
    ]


@pytest.mark.parametrize(("family", "generation"), [("pepper", 1), ("ca", 0), ("", 1)])
def test_no_other_labels_are_made(family, generation):
    with pytest.raises(ValueError, match="no key is called"):
        label_of(family, generation)


def test_the_ca_of_every_generation_signs_for_the_worker_alone():
    for label in ("ca", "ca2", "ca17"):
        assert is_allowed("worker", label, "sign")
        assert not is_allowed("site", label, "sign")
        assert not is_allowed("portal", label, "sign")
        assert is_allowed("portal", label, "public")
    assert is_allowed("site", "tsa2", "sign")
    assert not is_allowed("portal", "seal2", "sign")


@pytest.mark.parametrize(
    "label",
    ["ca0", "ca1", "ca02", "ca2x", "xca2", "ca-2", "ca 2", "ca2\n", "CA2", "ca10000", "pepper2", "", "storage2"],
)
def test_look_alikes_are_nobodys(label):
    for role in ("worker", "site", "portal"):
        for operation in ("public", "sign", "hmac", "wrap", "unwrap"):
            assert not is_allowed(role, label, operation)
