"""Why a certificate was revoked, for its holder: RFC 5280 reasons by name, in Japanese and in English. Data."""

REVOCATION_REASONS = {
    "unspecified": ("お申し出によるもの", "at your or your company's request"),
    "keyCompromise": ("eTokenの紛失・盗難、またはPINの漏えいのおそれ", "the eToken or its PIN may be in other hands"),
    "cACompromise": ("認証局の署名鍵の危殆化", "the certification authority's key was compromised"),
    "affiliationChanged": (
        "所属（法人の名称・所在地）の変更",
        "what the certificate says of you or your company has changed",
    ),
    "superseded": ("別の電子証明書への切替え", "another certificate takes its place"),
    "cessationOfOperation": ("ご利用の終了（解約・退職など）", "the certificate is no longer used"),
    "privilegeWithdrawn": (
        "利用の要件を満たさなくなったこと（受領の確認がない場合を含みます）",
        "the conditions for its use are no longer met",
    ),
}


def reason_in_words(reason: str) -> tuple[str, str]:
    """The reason in Japanese and in English; what has no words of its own is told as unspecified."""
    return REVOCATION_REASONS.get(reason, REVOCATION_REASONS["unspecified"])
