"""Who may ask for a revocation in which circumstance, with which papers, and how many people decide. Data; pure.

施行規則6条10号: on request, or when recorded facts prove untrue, without delay. The papers differ with the asker, the
reason in the CRL with the circumstance; why two people in some cases and one in others: docs/adr/0011-revocation.md.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from issuance.errors import RevocationError
from models.enums import RevocationAsker as A
from models.enums import RevocationChannel as C

# What happened, and the reason of RFC 5280 §5.3.1 that it gets in the CRL.
CIRCUMSTANCES: Mapping[str, str] = {
    "key-compromise": "keyCompromise",  # 鍵の危殆化
    "loss": "keyCompromise",  # 紛失
    "theft": "keyCompromise",  # 盗難
    "pin-leak": "keyCompromise",  # PINの漏えい
    "facts-changed": "affiliationChanged",  # 記載事項の変更
    "left-company": "affiliationChanged",  # 退職・異動
    "reissue": "superseded",  # 再発行
    "damage": "superseded",  # 破損
    "end-of-use": "cessationOfOperation",  # 利用中止
    "bankruptcy": "cessationOfOperation",  # 破産・解散
    "death": "cessationOfOperation",  # 死亡
    "untrue-facts": "privilegeWithdrawn",  # 事実と異なる
    "unspecified": "unspecified",  # その他
}
COMPROMISES = frozenset({"key-compromise", "loss", "theft", "pin-leak"})  # every hour counts

# Papers, by code. The words stand at the screens.
FORM = "revocation-form"  # 失効申請書, with the holder's registered seal
PERSONAL_SEAL = "personal-seal-certificate"  # 印鑑登録証明書
COMPANY_NOTICE = "company-notice"  # 会社からの失効届, with the representative's seal
COMPANY_SEAL = "company-seal-certificate"  # 代表者印の印鑑証明書
HOLDER_CONSENT = "holder-consent"  # 名義人の同意書, sealed: the holder's word to what the company asks
REGISTRY = "registry-certificate"  # 登記事項証明書
COURT_RULING = "court-ruling"  # 破産手続開始決定等の写し
DEATH_PROOF = "death-proof"  # 除籍謄本, 死亡診断書
ASKER_IDENTITY = "asker-identity"  # 届出人の本人確認書類
EVIDENCE = "evidence"  # 理由を示す資料
CALL_BACK = "call-back"  # 登録済みの番号への折り返し電話による本人確認
FINDING = "finding-record"  # 調査記録

PAPERS = (
    FORM,
    PERSONAL_SEAL,
    COMPANY_NOTICE,
    COMPANY_SEAL,
    HOLDER_CONSENT,
    REGISTRY,
    COURT_RULING,
    DEATH_PROOF,
    ASKER_IDENTITY,
    EVIDENCE,
    CALL_BACK,
    FINDING,
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What one kind of request needs."""

    papers: tuple[str, ...]  # every one of them before a decision
    optional: tuple[str, ...] = ()  # may come, and are recorded
    needs_two: bool = False  # one confirms, another revokes
    fast: bool = False  # revoked at once with the receipt of the request, before anybody decides
    confirmed_afterwards: bool = False  # of a fast one: another member of staff looks at it afterwards


# (asker, channel) → the circumstances in which one may ask like that, and the terms of each; "*" is every other one.
Rows = Mapping[str, Terms]
_SITE: Rows = {
    **dict.fromkeys(COMPROMISES, Terms((), fast=True)),
    "*": Terms(()),  # the key or the PIN says who asks: one person decides
}
_HOLDER_PAPER = Terms((FORM, PERSONAL_SEAL))
_TELEPHONE = Terms((CALL_BACK,), fast=True, confirmed_afterwards=True)
_COMPANY = Terms((COMPANY_NOTICE, COMPANY_SEAL), (HOLDER_CONSENT,), needs_two=True)
_OTHERS = Terms((ASKER_IDENTITY, EVIDENCE), needs_two=True)
POLICY: Mapping[tuple[A, C], Rows] = {
    (A.HOLDER, C.SITE_SIGNED): _SITE,
    (A.HOLDER, C.SITE_PIN): _SITE,
    (A.HOLDER, C.PAPER): {"*": _HOLDER_PAPER},
    (A.HOLDER, C.TELEPHONE): dict.fromkeys(COMPROMISES, _TELEPHONE),
    (A.COMPANY, C.PAPER): {
        "bankruptcy": Terms((COMPANY_NOTICE, COMPANY_SEAL, REGISTRY), (HOLDER_CONSENT,), needs_two=True),
        "death": Terms((COMPANY_NOTICE, COMPANY_SEAL, DEATH_PROOF), needs_two=True),
        "*": _COMPANY,
    },
    (A.THIRD_PARTY, C.PAPER): {
        "bankruptcy": Terms((ASKER_IDENTITY, COURT_RULING), (REGISTRY,), needs_two=True),
        "death": Terms((ASKER_IDENTITY, DEATH_PROOF), needs_two=True),
        "*": _OTHERS,
    },
    (A.AUTHORITY, C.AUTHORITY): {"*": Terms((FINDING,), (EVIDENCE,), needs_two=True)},
}
IMPOSSIBLE = {(A.HOLDER, "death")}  # whoever died asks for nothing: company or third party does


def reason_of(circumstance: str) -> str:
    """The reason that stands in the CRL, by its name in RFC 5280.

    Raises:
        RevocationError: revocation-circumstance.
    """
    reason = CIRCUMSTANCES.get(circumstance)
    if reason is None:
        raise RevocationError("revocation-circumstance", field="circumstance")
    return reason


def terms_of(asker: A, channel: C, circumstance: str, papers: Collection[str] = ()) -> Terms:
    """What a request needs before it is decided.

    Args:
        asker: who asks.
        channel: how the request came.
        circumstance: what happened, one of CIRCUMSTANCES.
        papers: which came: with the holder's own word to it one person decides on a company's request.

    Raises:
        RevocationError: revocation-circumstance, or revocation-not-like-this: nobody may ask like that.
    """
    reason_of(circumstance)
    rows = POLICY.get((asker, channel), {})
    found = rows.get(circumstance, rows.get("*"))
    if found is None or (asker, circumstance) in IMPOSSIBLE:
        raise RevocationError("revocation-not-like-this", field="way")
    if HOLDER_CONSENT in found.optional and HOLDER_CONSENT in papers:
        return Terms((*found.papers, HOLDER_CONSENT))
    return found


def missing_papers(terms: Terms, papers: Collection[str]) -> list[str]:
    """What has not come yet, in the order of the policy."""
    return [paper for paper in terms.papers if paper not in papers]


def ways(asker: A) -> list[C]:
    """How this asker may ask."""
    return [channel for who, channel in POLICY if who is asker]
