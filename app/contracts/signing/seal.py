"""Issuing revision 1: one empty signature field per party, under the service's certification signature (DocMDP P=2).

Acrobat rewrites a file when it puts the first signature into it. A file that already carries one it only appends to;
so the service signs first, and every later state is byte for byte the former one plus an update.
"""

import asyncio
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
)
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner

from app.contracts.signing.places import SEAL_FIELD, Slot
from app.contracts.signing.remote import DigestSigner
from app.contracts.signing.stamping import CallableTimeStamper

DIGEST = "sha256"


def seal(base: bytes, slots: tuple[Slot, ...], *, signer: DigestSigner, stamper: CallableTimeStamper) -> bytes:
    """Revision 1 of a contract.

    Args:
        base: the PDF that was let in (`intake.require_fit`).
        slots: one field per party, in signing order.
        signer: the service's seal.
        stamper: the time-stamping authority.

    Returns:
        `base` and one update: the fields, each locked once it is signed (FieldMDP), and the time-stamped seal.

    Raises:
        SignerUnavailableError: seal or time stamp cannot be made now.
    """
    writer = IncrementalPdfFileWriter(BytesIO(base), strict=True)
    for slot in slots:
        append_signature_field(
            writer,
            SigFieldSpec(
                slot.field_name,
                on_page=slot.page,
                box=slot.box,
                field_mdp_spec=FieldMDPSpec(FieldMDPAction.INCLUDE, fields=[slot.field_name]),
            ),
        )
    metadata = PdfSignatureMetadata(
        field_name=SEAL_FIELD,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm=DIGEST,
    )
    target = BytesIO()
    asyncio.run(PdfSigner(metadata, signer=signer, timestamper=stamper).async_sign_pdf(writer, output=target))
    return target.getvalue()
