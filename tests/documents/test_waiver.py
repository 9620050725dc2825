import pytest
from pydantic import ValidationError

from reconciler.documents.known import Known, RuleTraits
from reconciler.documents.waiver import Waiver
from reconciler.values.severity import Severity

LEVELS = {"warn": Severity.WARN}
KNOWN = Known({}, {}, {"naming": RuleTraits(LEVELS, "warn"), "waivers": RuleTraits(LEVELS, "warn", is_waivable=False)})
SPEC = {"rule": "naming", "finding": "0" * 32, "owner": "core", "reason": "later", "until": "2026-12-31"}


def waiver(**spec):
    data = {"apiVersion": "reconciler/v1", "kind": "Waiver", "metadata": {"name": "a"}, "spec": SPEC | spec}
    return Waiver.model_validate(data, context=KNOWN)


def test_a_waiver_names_one_finding_its_owner_a_reason_and_an_end():
    spec = waiver().spec

    assert (spec.rule, spec.finding, spec.owner, spec.reason, spec.until) == tuple(SPEC.values())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rule", "no-withdraw"),
        ("rule", "waivers"),
        ("rule", "nothing"),
        ("finding", "0" * 31),
        ("finding", "Z" * 32),
        ("owner", ""),
        ("reason", ""),
        ("until", "2026-02-30"),
        ("until", "forever"),
        ("severity", "off"),
    ],
)
def test_what_is_no_waiver_is_refused(field, value):
    with pytest.raises(ValidationError) as caught:
        waiver(**{field: value})

    assert [error["loc"][:2] for error in caught.value.errors()] == [("spec", field)]


@pytest.mark.parametrize("field", SPEC)
def test_nothing_may_be_left_out(field):
    data = {"apiVersion": "reconciler/v1", "kind": "Waiver", "metadata": {"name": "a"}}

    with pytest.raises(ValidationError):
        Waiver.model_validate({**data, "spec": {k: v for k, v in SPEC.items() if k != field}}, context=KNOWN)
