"""A contract from upload to original, on PostgreSQL, SoftHSM and the real signing process."""

import hashlib
import re
import subprocess
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from sqlalchemy import select

from app import storage
from app.archive.queries import Known, find_by_hash
from app.archive.services.keep_original import keep_original
from app.contracts import authority as parts
from app.contracts import queries
from app.core.db import db
from models.audit import AuditEntry
from models.contracts import Contract
from models.enums import ContractStatus, PartyStatus
from models.promises import Promise
from tests.factories.contracts import Signatory, make_contract, now, sign


def test_two_parties_sign_and_the_original_is_kept(sender: Signatory, receiver: Signatory, tmp_path: Path) -> None:
    contract_id = make_contract(sender, receiver)
    assert not sign(contract_id, sender).is_complete
    last = sign(contract_id, receiver)
    assert last.is_complete
    assert last.number == 3

    contract = db.session.get_one(Contract, contract_id)
    assert contract.status is ContractStatus.COMPLETED
    assert {party.status for party in contract.parties} == {PartyStatus.SIGNED}
    events = [entry.event for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]
    assert [event for event in events if event.startswith("contract:")] == [
        "contract:create",
        "contract:seal",
        "contract:open_code",
        "contract:open_session",
        "contract:sign",
        "contract:open_code",
        "contract:open_session",
        "contract:sign",
        "contract:complete",
    ]
    names = set(db.session.scalars(select(Promise.name)))
    assert {"app.archive.jobs.keep_original", "mailings.jobs.email_contract_completed"} <= names

    first = keep_original(contract_id, now=now())
    assert keep_original(contract_id, now=now()) == first
    assert find_by_hash(last.sha256).known is Known.ORIGINAL
    final = storage.get(last.sha256)
    assert find_by_hash(hashlib.sha256(final + b" ").hexdigest()).known is Known.UNKNOWN
    earlier = find_by_hash(queries.list_revisions(contract_id)[1].sha256)
    assert (earlier.known, earlier.revision, earlier.last_revision) == (Known.EARLIER, 2, 3)
    both_validators_agree(final, tmp_path)


def both_validators_agree(final: bytes, directory: Path) -> None:
    path = directory / "final.pdf"
    path.write_bytes(final)
    done = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False)
    assert re.findall(r"Signature Validation: (.*)", done.stdout).count("Signature is Valid.") == 3
    reader, trust = PdfFileReader(BytesIO(final)), parts.load_trust()
    for signature in reader.embedded_regular_signatures:
        status = validate_pdf_signature(signature, trust.context(None), ts_validation_context=trust.context(None))
        assert status.bottom_line, status.pretty_print_details()
    for stamp in reader.embedded_timestamp_signatures:
        status = validate_pdf_timestamp(stamp, trust.context(None))
        assert status.intact
        assert status.valid
        assert status.trusted
