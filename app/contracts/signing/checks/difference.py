"""Check 7: what the update changes. Only a signature in a field that was there, and what every writer touches.

Stricter than pyHanko's default: no change of other fields' values, no overlay of a form, no orphaned object.
"""

from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)

from app.contracts.signing.checks.candidate import Candidate, RejectedError

POLICY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        DocInfoRule().as_qualified(ModificationLevel.LTA_UPDATES),
        XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        MetadataUpdateRule().as_qualified(ModificationLevel.LTA_UPDATES),
    ],
    form_rule=FormUpdatingRule(
        field_rules=[SigFieldCreationRule(approve_widget_bindings=False), SigFieldModificationRule()],
        ignored_acroform_keys={"/Fields", "/DR", "/DA"},
    ),
    ignore_orphaned_objects=False,
)


def difference(it: Candidate) -> None:
    """7: the rules explain every changed object, and no field but the assigned one changed."""
    try:
        result = POLICY.apply(
            it.reader.get_historical_resolver(it.revision - 1), it.reader.get_historical_resolver(it.revision)
        )
    except SuspiciousModification as error:
        raise RejectedError("content-changed", str(error).partition("\n")[0][:160]) from error
    if others := set(result.changed_form_fields) - {it.slot.field_name}:
        raise RejectedError("other-field", ", ".join(sorted(others)))
