"""Why the program on the holder's computer may refuse to sign: the only words that it can send us.

The program stands alone (`app.client.request_check.REASONS` has the sentences); a test holds both lists together.
"""

REASONS = frozenset(
    {
        "answer-unreadable",
        "attributes-unexpected",
        "attributes-unreadable",
        "certificate-other",
        "digest-other",
        "document-changed",
        "file-changed",
        "not-whole-document",
        "signature-place",
        "update-too-large",
    }
)
