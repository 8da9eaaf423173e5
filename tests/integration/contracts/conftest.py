"""Two signatories on the real signing process."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.factories.contracts import Signatory, make_signatory


@pytest.fixture
def sender(authority: None) -> Signatory:
    return make_signatory(1, romaji="YOSHIDA TAKASHI", key=rsa.generate_private_key(65537, 2048))


@pytest.fixture
def receiver(authority: None, sender: Signatory) -> Signatory:
    return make_signatory(2, romaji="WATANABE HARUKO")
