"""The first ceremony: keys, certificates, records, first CRL."""

from datetime import datetime
from pathlib import Path

from app.core.settings import Settings
from app.core.transaction import transaction
from issuance import queries
from issuance.ceremony import making
from issuance.ceremony.certificates import ca_builder
from issuance.ceremony.configuration import Configuration, require_profile
from issuance.ceremony.making import Made, TokenIssuer
from issuance.ceremony.token import make_keys, open_token, public_key
from issuance.errors import CeremonyError
from issuance.queries.profiles import get_profiles
from issuance.services.publish_crl import publish_crl
from models.enums import CaKeyPurpose


def hold_ceremony(configuration: Configuration, settings: Settings, *, now: datetime) -> Path:
    """Make the authority: keys on the token, certificates in the database, the record in a file.

    Keys that a broken ceremony left on the token are used, not made again.

    Args:
        configuration: what to make, and who is there.
        settings: of the installation.
        now: the moment from which the certificates are valid.

    Returns:
        the record of the ceremony, a JSON file with the fingerprints to publish (施行規則6条9号).

    Raises:
        CeremonyError: there is an authority already, the profiles do not have what is to be made, the token cannot be used, or the record cannot be written.
        LintError: a certificate does not pass the lints; nothing was signed with the CA's key for it.
    """
    if queries.find_authority(CaKeyPurpose.CA) is not None:
        raise CeremonyError("ceremony-done")
    require_profile(configuration, get_profiles())
    moment = now.replace(microsecond=0)
    directory = making.ready_directory(settings)
    with making.alone():
        token = open_token(settings)
        try:
            keys_made = make_keys(token, configuration)
            key = public_key(token, "ca")
            builder = ca_builder(configuration.ca, key, serial=making.new_serial(), now=moment)
            ca = Made("ca", CaKeyPurpose.CA, 1, "ca", making.sign(token, builder, label="ca", issuer_key=key))
            made = [ca, *making.make_units(token, configuration, settings, ca, now=moment)]
            record = making.record_of(configuration, settings, made, keys_made, moment)
            with transaction():
                making.store(made, record, moment)
            publish_crl(now=now, issuer=TokenIssuer(token), even_if_current=True)
        finally:
            token.close()
    return making.write(directory, "record.json", record, made)
