"""One suite for every rule there is a file for: what it is made of, and its cases in `tests/policies/cases/`."""

from __future__ import annotations

import copy
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml

from reconciler.documents.config import Config
from reconciler.documents.known import ExchangeTraits, Known
from reconciler.documents.policy import PolicySpec, Setting
from reconciler.grounds import Scale, grounds
from reconciler.kit import discover
from reconciler.kit.clock import parse_iso
from reconciler.manifests.load import load
from reconciler.model.manifest import Manifests, Placed
from reconciler.model.probe import Check, CheckState, Diagnosis, ProbeResult
from reconciler.model.rule import Fleet, Item, Rule, Subject
from reconciler.model.waiving import Standing, WaiverUse
from reconciler.values.rights import Evidence, Proof, Right, Rights, Verdict
from reconciler.values.severity import Severity

CASES = Path(__file__).parents[1] / "policies" / "cases"
WORDS = discover.names("reconciler.policies")
RULES: dict[str, Rule] = {word: discover.load("reconciler.policies", word).RULE for word in WORDS}
NOW = parse_iso("2026-11-22T12:00:00Z")
SEEN = parse_iso("2026-11-22T11:59:00Z")
KNOWN = Known(
    exchanges={
        word: ExchangeTraits(title, False, frozenset({"spot", "margin", "futures"}), False)
        for word, title in (("mexc", "MEXC"), ("kucoin", "KuCoin"))
    },
    schemes={"sops": True, "age": False},
    rules={rule.id: rule.traits for rule in RULES.values() if not rule.is_fixed},
)
# What cases put where no secret belongs.
PASTED = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY"
CANARY = "canary-reference"
# The form of an encrypted value: no key opens it, and without a key nothing is wrong with it.
ENCRYPTED = f"ENC[AES256_GCM,data:AAAA,iv:{'A' * 43}=,tag:{'A' * 22}==,type:str]"
METADATA = f"""sops:
    age:
        - recipient: age1y4clwcqcfz62xfu95l9fk0tgqxenul6w2rd2l3dxnqlmf58leyps6hgx9z
          enc: x
    lastmodified: "2026-11-22T13:17:51Z"
    mac: {ENCRYPTED}
    version: 3.9.0
"""
PLAIN = {
    "apiVersion": "reconciler/v1",
    "kind": "Connection",
    "metadata": {"name": ""},
    "spec": {
        "displayName": "MEXC Spot Main",
        "exchange": "mexc",
        "markets": ["spot"],
        "credentials": {},
        "ipAllowlist": ["203.0.113.10"],
        "rotation": {"createdAt": "2026-10-01"},
    },
}
BOUND = {
    "apiVersion": "reconciler/v1",
    "kind": "StrategyBinding",
    "metadata": {"name": ""},
    "spec": {"connection": "main", "strategy": "recovery-pro", "market": "spot", "pairs": ["BTC/USDT"]},
}


def document(base: dict, name: str, spec: dict) -> dict:
    made = copy.deepcopy(base)
    made["metadata"]["name"] = name
    made["spec"] = {field: value for field, value in (made["spec"] | spec).items() if value is not None}
    return made


def written(case: dict, folder: Path) -> Manifests:
    """Write the documents of a case into a file and have it read by the loader, so that places are real."""
    documents = []
    for name, given in case["connections"].items():
        spec = {"credentials": {"sops": "secrets/a.sops.yaml", "key": f"{CANARY}-{name}"}} | given.get("spec", {})
        documents.append(document(PLAIN, name, spec))
    documents += [document(BOUND, name, spec) for name, spec in case.get("bindings", {}).items()]
    for binding in documents[len(case["connections"]) :]:
        binding["spec"]["connection"] = next(iter(case["connections"]))
    file = folder / "connections.d" / "case.yaml"
    file.parent.mkdir(exist_ok=True)
    made = yaml.safe_dump_all(documents + waivers_of(case), sort_keys=False, allow_unicode=True)
    file.write_text(made, encoding="utf-8")
    for name, text in case.get("files", {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            text.replace("<enc>", ENCRYPTED).replace("<sops>", METADATA).replace("<key>", PASTED), encoding="utf-8"
        )
    manifests = load([file.parent], root=folder, known=KNOWN)
    assert manifests.findings == ()
    return manifests


def waivers_of(case: dict) -> list[dict]:
    given = [{"finding": "0" * 32, **one} for one in case.get("waivers", ())]
    return [
        {
            "apiVersion": "reconciler/v1",
            "kind": "Waiver",
            "metadata": {"name": f"waiver-{number}"},
            "spec": {
                "rule": "naming",
                "owner": "core",
                "reason": "later",
                "finding": one["finding"],
                "until": one["until"],
            },
        }
        for number, one in enumerate(given)
    ]


def uses_of(case: dict, manifests: Manifests) -> list[WaiverUse]:
    standings = [Standing(one["standing"]) for one in case.get("waivers", ())]
    ends = [date.fromisoformat(one.document.spec.until) for one in manifests.waivers]
    days = [(end - NOW.date()).days for end in ends]
    return [WaiverUse(*one) for one in zip(manifests.waivers, standings, days, strict=True)]


def probed(name: str, exchange: str, said: dict) -> ProbeResult:
    evidence = Evidence("GET /rights", 200, SEEN, "0" * 64)
    verdicts = dict.fromkeys(Right, Verdict.DENIED) | {
        Right.READ: Verdict.GRANTED,
        Right.TRADE_SPOT: Verdict.GRANTED,
    }
    verdicts |= {Right(right): Verdict(verdict) for right, verdict in said.get("rights", {}).items()}
    proofs = {
        right: Proof(verdict, "the answer does not say", None if verdict is Verdict.UNKNOWN else evidence)
        for right, verdict in verdicts.items()
    }
    proven = said.get("proven", True)
    return ProbeResult(
        name=name,
        exchange=exchange,
        diagnosis=Diagnosis(said["diagnosis"]) if "diagnosis" in said else None,
        message="what the exchange said",
        remedy=said.get("remedy", ""),
        tested_at=NOW,
        rights=Rights(proofs if proven else {}),
        ip_allowlist=tuple(said["allowlist"]) if "allowlist" in said else None,
        expires_at=parse_iso(said["expiresAt"]) if "expiresAt" in said else None,
        proven_at=SEEN if proven else None,
        checks=dict.fromkeys(Check, CheckState.SKIPPED) if said.get("untested") else {},
    )


def met(case: dict, folder: Path) -> tuple[Fleet, list[Item]]:
    """Return the connections of a case, and what lies beside them, both read from real files."""
    manifests = written(case, folder)
    around = grounds(manifests, Config(), Scale(), {})
    return fleet_of(case, manifests), [*around, *uses_of(case, manifests)]


def fleet_of(case: dict, manifests: Manifests) -> Fleet:
    bindings: dict[str, list[Placed]] = {}
    for binding in manifests.bindings:
        bindings.setdefault(binding.document.spec.connection, []).append(binding)
    subjects = []
    for connection in manifests.connections:
        name, given = connection.name, case["connections"][connection.name]
        probe = probed(name, connection.document.spec.exchange, given["probe"]) if "probe" in given else None
        subjects.append(Subject(connection, tuple(bindings.get(name, ())), probe, given.get("fingerprint")))
    titles = {"mexc": "MEXC", "kucoin": "KuCoin"}
    inseparable = {exchange: frozenset(map(Right, rights)) for exchange, rights in case.get("inseparable", {}).items()}
    return Fleet(tuple(subjects), tuple(case.get("egress", ())), titles, inseparable)


def setting_of(rule: Rule, case: dict) -> Setting:
    if "setting" not in case:
        return Setting.default(rule.traits)
    return PolicySpec.model_validate({"rules": {rule.id: case["setting"]}}, context=KNOWN).rules[rule.id]


def judged(rule: Rule, case: dict, folder: Path, now: datetime = NOW) -> tuple[Fleet, Setting, list]:
    (fleet, around), setting = met(case, folder), setting_of(rule, case)
    return fleet, setting, found_by(rule, fleet, around, setting, now)


def found_by(rule: Rule, fleet: Fleet, around: list[Item], setting: Setting, now: datetime = NOW) -> list:
    found = [finding for subject in fleet.subjects for finding in rule.check(subject, fleet, setting, now)]
    return found + [finding for item in around for finding in rule.survey(item, setting)]


def cases(word: str) -> dict:
    return yaml.safe_load((CASES / f"{word.replace('-', '_')}.yaml").read_text(encoding="utf-8"))


def every(group: str) -> list:
    return [pytest.param(word, case, id=f"{word}: {case['case']}") for word in WORDS for case in cases(word)[group]]


@pytest.mark.parametrize("word", WORDS)
def test_a_rule_is_whole(word):
    rule = RULES[word]

    assert rule.id == word
    assert rule.summary.endswith(".")
    assert len(rule.summary) < 90
    assert rule.page.strip()
    assert "To meet it:" in rule.page
    assert max(map(len, rule.page.splitlines())) <= 120
    assert rule.traits.default in rule.traits.levels


@pytest.mark.parametrize("word", WORDS)
def test_only_a_fixed_rule_has_no_word_that_switches_it_off(word):
    rule = RULES[word]

    assert rule.is_fixed == (None not in rule.traits.levels.values())


@pytest.mark.parametrize("word", WORDS)
def test_a_rule_has_cases_on_both_sides(word):
    file = cases(word)

    assert len(file["passing"]) >= 1
    assert len(file["failing"]) >= 2


def test_no_case_file_is_left_over():
    assert {path.stem.replace("_", "-") for path in CASES.glob("*.yaml")} == set(WORDS)


@pytest.mark.parametrize(("word", "case"), every("passing"))
def test_a_passing_document_has_no_finding(word, case, tmp_path):
    _, _, found = judged(RULES[word], case, tmp_path)

    assert found == []


@pytest.mark.parametrize(("word", "case"), every("failing"))
def test_a_failing_document_has_the_findings_told(word, case, tmp_path):
    fleet, _, found = judged(RULES[word], case, tmp_path)

    sources = {("Connection", s.name): s.connection.source for s in fleet.subjects}
    sources |= {("StrategyBinding", b.name): b.source for s in fleet.subjects for b in s.bindings}
    assert len(found) == len(case["expect"])
    for finding, wanted in zip(found, case["expect"], strict=True):
        assert finding.rule == word
        assert finding.severity == Severity(wanted["severity"])
        if "file" in wanted:
            assert (finding.location.file, finding.location.line) == (wanted["file"], wanted.get("line", 0))
        else:
            key = (wanted.get("kind", "Connection"), wanted.get("name", fleet.subjects[0].name))
            assert finding.location == sources[key].where(*wanted["path"])
            assert (finding.kind, finding.name) in (key, ("SecretFile", wanted.get("secret")))
        assert wanted["says"] in finding.message
        assert wanted.get("remedy", "") in finding.remedy


@pytest.mark.parametrize(("word", "case"), every("failing"))
def test_a_finding_stands_in_its_document_says_the_way_out_and_is_never_worse_than_set(word, case, tmp_path):
    _, setting, found = judged(RULES[word], case, tmp_path)

    for finding in found:
        lines = (tmp_path / finding.location.file).read_text(encoding="utf-8").count("\n")
        in_document = finding.kind in ("Connection", "StrategyBinding")
        assert (1 if in_document else 0) <= finding.location.line <= lines
        assert finding.remedy
        # A rule about references has to name them; what could be a value is hidden by the reference itself.
        assert word == "sealed-key" or CANARY not in finding.message + finding.remedy
        assert PASTED not in finding.message + finding.remedy + str(finding.location)
        assert not finding.message.endswith(".")
        assert not finding.remedy.endswith(".")
        assert finding.severity.rank >= setting.level.rank


@pytest.mark.parametrize(("word", "case"), every("failing"))
def test_each_finding_has_a_fingerprint_of_its_own(word, case, tmp_path):
    _, _, found = judged(RULES[word], case, tmp_path)

    assert len({finding.fingerprint for finding in found}) == len(found)


@pytest.mark.parametrize("word", [word for word in WORDS if not RULES[word].is_fixed])
def test_a_rule_that_is_off_says_nothing(word, tmp_path):
    off = next(level for level, severity in RULES[word].traits.levels.items() if severity is None)

    for case in cases(word)["failing"]:
        given = setting_of(RULES[word], case)
        assert found_by(RULES[word], *met(case, tmp_path), Setting(off, None, given.parameters, given.texts)) == []


@pytest.mark.parametrize("word", [word for word in WORDS if not RULES[word].is_fixed])
def test_a_level_carries_through_to_the_worst_finding(word, tmp_path):
    rule = RULES[word]
    numbers = {name: parameter.minimum for name, parameter in rule.traits.parameters.items()}
    for level, severity in rule.traits.levels.items():
        if severity is not None:
            case = cases(word)["failing"][0]
            setting = Setting(level, severity, numbers, setting_of(rule, case).texts)
            assert severity in {finding.severity for finding in found_by(rule, *met(case, tmp_path), setting)}
