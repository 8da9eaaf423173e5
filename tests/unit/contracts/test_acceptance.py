"""Legitimate signatures are accepted, and foreign validators agree."""

import re
import subprocess
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp

from app.contracts.signing.places import slot_of
from tests.factories.pki import Holder
from tests.unit.contracts.conftest import World


def accepted(world: World, up: bytes, **given: object) -> None:
    verdict = world.judge(up, **given)  # type: ignore[arg-type]
    assert verdict.is_accepted, verdict.failure


def test_the_first_party_signs_with_rsa(world: World, signed: bytes) -> None:
    accepted(world, signed)


def test_the_first_party_signs_with_p256(world: World) -> None:
    accepted(world, world.signed(world.sealed, world.second, slot_of(1)), holder=world.second)


def test_the_second_party_signs_over_the_long_term_revision(world: World, signed: bytes) -> None:
    base = world.extended(signed, world.first)
    accepted(world, world.signed(base, world.second, slot_of(2)), issued=base, holder=world.second, slot=2)


def test_the_verdict_names_every_check(world: World, signed: bytes) -> None:
    checks = world.judge(signed).as_json()["checks"]
    assert [check["number"] for check in checks] == list(range(1, 17))
    assert {check["result"] for check in checks} == {"passed"}


def finished(world: World, signed: bytes, second: Holder) -> bytes:
    base = world.extended(signed, world.first)
    return world.extended(world.signed(base, second, slot_of(2)), second)


def test_pdfsig_calls_every_signature_valid(world: World, signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "final.pdf"
    path.write_bytes(finished(world, signed, world.second))
    done = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False)
    verdicts = re.findall(r"Signature Validation: (.*)", done.stdout)
    # The document time stamps are of a kind that pdfsig does not know.
    assert verdicts.count("Signature is Valid.") == 3, done.stdout


def test_pyhanko_trusts_every_signature(world: World, signed: bytes) -> None:
    reader = PdfFileReader(BytesIO(finished(world, signed, world.second)))
    trust = world.pki.trust()
    for signature in reader.embedded_regular_signatures:
        status = validate_pdf_signature(signature, trust.context(None), ts_validation_context=trust.context(None))
        assert status.bottom_line, (signature.field_name, status.pretty_print_details())
    for stamp in reader.embedded_timestamp_signatures:
        status = validate_pdf_timestamp(stamp, trust.context(None))
        assert status.intact
        assert status.valid
        assert status.trusted
