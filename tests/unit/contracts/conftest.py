"""A sealed contract with two parties, and what is needed to sign it."""

import hashlib
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.contracts.signing.acceptance import Verdict, accept
from app.contracts.signing.hash_signing import finish, prepare
from app.contracts.signing.long_term import extend
from app.contracts.signing.places import Slot, slot_of
from app.contracts.signing.seal import seal
from tests.factories.pdfs import make_pdf
from tests.factories.pki import Holder, Pki


@dataclass
class World:
    pki: Pki
    first: Holder
    second: Holder
    sealed: bytes

    def signed(self, base: bytes, holder: Holder, slot: Slot) -> bytes:
        """A revision signed by hash signing."""
        chain = (self.pki.ca_der,)
        prepared = prepare(base, slot.field_name, certificate=holder.der, chain=chain, now=self.pki.now)
        value = holder.sign(prepared.signed_attributes)
        return finish(base, prepared, value, certificate=holder.der, chain=chain, stamper=self.pki.stamper())

    def judge(self, up: bytes, *, issued: bytes | None = None, holder: Holder | None = None, slot: int = 1) -> Verdict:
        issued = issued or self.sealed
        return accept(
            issued,
            up,
            slot_of(slot),
            (holder or self.first).der,
            issued_sha256=hashlib.sha256(issued).hexdigest(),
            trust=self.pki.trust(),
            received_at=self.pki.now,
        )

    def extended(self, up: bytes, holder: Holder) -> bytes:
        certificates = (holder.der, self.pki.seal.der, self.pki.tsa.der)
        return extend(up, certificates=certificates, trust=self.pki.trust(), stamper=self.pki.stamper())


@pytest.fixture(scope="session")
def world() -> World:
    pki = Pki()
    slots = (slot_of(1), slot_of(2))
    sealed = seal(make_pdf(), slots, signer=pki.seal_signer(), stamper=pki.stamper())
    first = pki.issue("YOSHIDA TAKASHI", rsa.generate_private_key(65537, 2048))
    return World(pki, first, pki.issue("WATANABE HARUKO"), sealed)


@pytest.fixture(scope="session")
def signed(world: World) -> bytes:
    """Revision 2 as it comes from hash signing, before the time stamp over the document."""
    return world.signed(world.sealed, world.first, slot_of(1))
