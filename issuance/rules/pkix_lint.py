"""pkilint's RFC 5280 checks of a certificate, with the way to each of its validators remembered.

pkilint asks every validator about every node of a certificate. Three of the five things it asks depend on the node's
place and type alone, and our certificates have the same few places: the answers are kept, so that only validators that
may apply are asked the rest. What is checked and what is found stay the same (tests/unit/issuance/test_pkix_lint.py).
"""

from functools import cache
from typing import Any

from pkilint import loader, validation
from pkilint.document import NodeVisitor, PDUNode
from pkilint.pkix import certificate, extension, name

MOST_PLACES = 20_000  # remembered of one container; a certificate of ours has about 300
_LOADER = loader.RFC5280CertificateDocumentLoader()


def pkix_findings(der: bytes) -> list[str]:
    """What pkilint finds from WARNING on, as `SEVERITY code path`."""
    try:
        document = _LOADER.load_der_document(der, "certificate", "memory")
    except ValueError as error:
        return [f"FATAL pkilint.unreadable {type(error).__name__}"]
    return [
        f"{description.finding.severity.name} {description.finding.code} {result.node.path}"
        for result in _validator().validate(document.root)
        for description in result.finding_descriptions
        # the enumeration counts downwards: FATAL is 0
        if description.finding.severity <= validation.ValidationFindingSeverity.WARNING
    ]


def plain_validator() -> Any:  # noqa: ANN401  pkilint is not typed
    """The validators as pkilint puts them together."""
    return certificate.create_pkix_certificate_validator_container(
        certificate.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS),
        [
            certificate.create_issuer_validator_container([]),
            certificate.create_validity_validator_container(),
            certificate.create_subject_validator_container([]),
            certificate.create_extensions_validator_container([]),
            certificate.create_spki_validator_container([]),
        ],
    )


@cache
def _validator() -> Any:  # noqa: ANN401
    return _remembering(plain_validator())


class _Remembering(validation.ValidatorContainer):  # type: ignore[misc]
    """Goes the way of the container it was made of, and remembers who may apply at which place."""

    def __init__(self, original: Any) -> None:  # noqa: ANN401
        self.__dict__.update(original.__dict__)
        self.validators = [_remembering(each) for each in original.validators]
        self._candidates: dict[tuple[type, str], tuple[Any, ...]] = {}

    def _validate_rec(self, node: PDUNode, results: list[Any]) -> None:
        place = (type(node.pdu), node.path)
        candidates = self._candidates.get(place)
        if candidates is None:
            if len(self._candidates) >= MOST_PLACES:
                self._candidates.clear()
            candidates = self._candidates[place] = tuple(each for each in self.validators if _may_apply(each, node))
        for each in candidates:
            if each.match(node):
                result = each.validate_wrapper(node)
                if isinstance(result, list):
                    results += result
                else:
                    results.append(result)
        for child in node.children.values():
            self._validate_rec(child, results)


def _remembering(validator: Any) -> Any:  # noqa: ANN401
    """The container with a memory; what is no container, or goes its own way, stays as it is."""
    plain = validation.ValidatorContainer
    if isinstance(validator, plain) and type(validator)._validate_rec is plain._validate_rec:  # noqa: SLF001
        return _Remembering(validator)
    return validator


# These ask for place and type before anything else; another `match` may ask whatever it likes.
_PLACE_FIRST = frozenset(
    {NodeVisitor.match, extension.ExtensionCriticalityValidator.match, validation.TypeMatchingValidator.match}
)


def _may_apply(validator: Any, node: PDUNode) -> bool:  # noqa: ANN401
    """False if the validator can never match a node of this type at this path."""
    if type(validator).match not in _PLACE_FIRST:
        return True
    path, pattern, kind = validator._path, validator._path_re, validator._pdu_class  # noqa: SLF001
    if path is not None and path != node.path:
        return False
    if pattern is not None and pattern.match(node.path) is None:
        return False
    return kind is None or isinstance(node.pdu, kind)
