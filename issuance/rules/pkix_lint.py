"""pkilint's RFC 5280 checks of a certificate, with the way to each of its validators remembered.

pkilint asks every validator about every node of a certificate. Three of the five things it asks depend on the node's
place and type alone, and our certificates have the same few places: the answers are kept, so that only validators that
may apply are asked the rest. And it parses what stands inside values and extensions: octets that came before (issuer,
usages, policy, addresses) are not parsed again, their value is kept. Every validator still runs on every certificate;
what is checked and what is found stay the same (tests/unit/issuance/test_pkix_lint.py).
"""

from copy import copy
from functools import cache
from typing import Any

from pkilint import loader, validation
from pkilint.document import NodeVisitor, PDUNode, ValueDecoder, create_and_append_node_from_pdu
from pkilint.pkix import certificate, extension, name
from pkilint.pkix.certificate import certificate_extension

MOST_PLACES = 20_000  # remembered of one container; a certificate of ours has about 300
MOST_VALUES, LONGEST_VALUE = 2_000, 500  # parsed values that a decoder keeps, and of how many octets at most
_LOADER = loader.RFC5280CertificateDocumentLoader()


def pkix_findings(der: bytes) -> list[str]:
    """What pkilint finds from WARNING on, as `SEVERITY code path`."""
    try:
        document = _LOADER.load_der_document(der, "certificate", "memory")
    except ValueError as error:
        return [f"FATAL pkilint.unreadable {type(error).__name__}"]
    findings = [
        f"{description.finding.severity.name} {description.finding.code} {result.node.path}"
        for result in _validator().validate(document.root)
        for description in result.finding_descriptions
        # the enumeration counts downwards: FATAL is 0
        if description.finding.severity <= validation.ValidationFindingSeverity.WARNING
    ]
    _take_apart(document.root)
    return findings


def _take_apart(node: PDUNode) -> None:
    """Nodes know their parents and children: taken apart they go at once, and not when the garbage collector comes."""
    for child in node.children.values():
        _take_apart(child)
    node.children.clear()
    node.parent = node.document = None


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
        self._candidates: dict[tuple[type, str], tuple[tuple[Any, bool], ...]] = {}

    def _validate_rec(self, node: PDUNode, results: list[Any]) -> None:
        for each, is_sure in self._candidates_at(node):
            if is_sure or each.match(node):
                result = each.validate_wrapper(node)
                if isinstance(result, list):
                    results += result
                else:
                    results.append(result)
        known = self._candidates
        for child in node.children.values():
            # most nodes are leaves that nobody asks about
            if child.children or known.get((type(child.pdu), child.path)) != ():
                self._validate_rec(child, results)

    def _candidates_at(self, node: PDUNode) -> tuple[tuple[Any, bool], ...]:
        """Who may apply at this place, and whether surely."""
        place = (type(node.pdu), node.path)
        candidates = self._candidates.get(place)
        if candidates is None:
            if len(self._candidates) >= MOST_PLACES:
                self._candidates.clear()
            candidates = self._candidates[place] = tuple(
                (each, _surely_applies(each)) for each in self.validators if _may_apply(each, node)
            )
        return candidates


class _ParsedOnce(ValueDecoder):  # type: ignore[misc]
    """Puts the value of octets that it knows at their place; what it does not know, or cannot parse, is pkilint's."""

    def __init__(self, original: ValueDecoder) -> None:
        self.__dict__.update(original.__dict__)
        self._values: dict[tuple[int, bytes], Any] = {}

    def decode_value(self, node: PDUNode, type_node: PDUNode, value_node: PDUNode, pdu_type: Any) -> Any:  # noqa: ANN401
        octets = bytes(self.retrieve_substrate(value_node))
        if value_node.children or len(octets) > LONGEST_VALUE:
            return super().decode_value(node, type_node, value_node, pdu_type)
        key = (id(pdu_type), octets)  # the schemas live as long as this decoder
        value = self._values.get(key)
        if value is not None:
            return create_and_append_node_from_pdu(value_node.document, value, value_node)
        parsed = super().decode_value(node, type_node, value_node, pdu_type)
        if len(self._values) >= MOST_VALUES:
            self._values.clear()
        self._values[key] = parsed.pdu
        return parsed


def _remembering(validator: Any) -> Any:  # noqa: ANN401
    """The container or decoder with a memory; what is neither, or goes its own way, stays as it is."""
    plain = validation.ValidatorContainer
    if isinstance(validator, plain) and type(validator)._validate_rec is plain._validate_rec:  # noqa: SLF001
        return _Remembering(validator)
    if isinstance(validator, validation.DecodingValidator) and type(validator.decode_func) is ValueDecoder:
        with_memory = copy(validator)
        with_memory.decode_func = _ParsedOnce(validator.decode_func)
        return with_memory
    return validator


# These ask for place and type before anything else; another `match` may ask whatever it likes.
_PLACE_FIRST = frozenset(
    {
        NodeVisitor.match,
        extension.ExtensionCriticalityValidator.match,
        validation.TypeMatchingValidator.match,
        certificate_extension.ExtendedKeyUsageCriticalityValidator.match,
    }
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


def _surely_applies(validator: Any) -> bool:  # noqa: ANN401
    """Whether a validator that may apply at a place asks nothing but place and type."""
    return (
        type(validator).match is NodeVisitor.match
        and validator._pdu_supertype is None  # noqa: SLF001
        and validator._predicate is None  # noqa: SLF001
    )
