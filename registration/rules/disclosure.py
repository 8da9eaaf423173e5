"""What a person who is named as holder of a certificate may see (施行規則6条14号): the application and the identity documents.

Two classes of record and no third: form 5 is the application for the certificate, the residence and seal certificates are
what it was judged on. Forms 1 to 4 speak of the company and of other applicants, form 6 of another service.
"""

from models.enums import PaperKind

APPLICATION = frozenset({PaperKind.FORM_5})
IDENTITY = frozenset({PaperKind.RESIDENCE_CERTIFICATE, PaperKind.PERSONAL_SEAL_CERTIFICATE})
DISCLOSED_KINDS = APPLICATION | IDENTITY
