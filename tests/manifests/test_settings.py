from __future__ import annotations

import json

import pytest

from reconciler.documents.config import StrategySettings

SCHEMA = {
    "type": "object",
    "properties": {"size": {"$ref": "#/$defs/size"}, "mode": {"enum": ["a", "b"]}},
    "additionalProperties": False,
    "$defs": {"size": {"type": "integer", "minimum": 1}},
}


@pytest.fixture
def checked(loaded, folder, connection, binding):
    def read(settings: str, schema: object = SCHEMA, name: str = "grid.json"):
        (folder.parent / "grid.json").write_text(schema if isinstance(schema, str) else json.dumps(schema))
        strategies = {"grid": StrategySettings.model_validate({"settingsSchema": name})}
        return loaded(connection, f"{binding}  settings: {settings}\n", strategies=strategies).findings

    return read


def test_settings_that_meet_the_schema_are_fine(checked):
    assert checked("{size: 2, mode: a}") == ()
    assert checked("{}") == ()


def test_every_setting_that_does_not_is_told_at_its_place(checked):
    findings = checked("{size: 0, mode: CANARY}")

    assert [(one.rule, str(one.location)) for one in findings] == [
        ("settings", "connections.d/001.yaml:9:20"),
        ("settings", "connections.d/001.yaml:9:29"),
    ]
    assert "CANARY" not in str(findings)


def test_an_unknown_setting_is_told_without_its_name(checked):
    (finding,) = checked("{CANARY: 1}")

    assert str(finding.location) == "connections.d/001.yaml:9:13"
    assert "CANARY" not in str(finding)


def test_other_strategies_are_not_held_to_it(checked, binding):
    assert checked("{size: 2}") == ()


BRANCHING = {f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(60)}


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"mode": {"pattern": "^(a+)+$"}}},
        {"patternProperties": {"^(m+o*d*e*)+!$": False}, "properties": {"mode": {"pattern": "^(a|aa)+$"}}},
        {"$defs": {**BRANCHING, "d60": {"const": 1}}, "properties": {"mode": {"$ref": "#/$defs/d0"}}},
    ],
    ids=["pattern", "names", "references"],
)
def test_a_schema_that_would_never_be_done_is_told_and_stops_nothing(checked, schema, monkeypatch):
    monkeypatch.setattr("reconciler.manifests.settings._SECONDS", 0.1)

    (finding,) = checked(f"{{mode: {'a' * 60}!}}", schema)

    assert (finding.rule, str(finding.location)) == ("settings-schema", "connections.d/001.yaml:9:13")
    assert "takes too long" in finding.message


@pytest.mark.parametrize(
    "schema", ["{", '{"type": "nothing"}', "[]", '{"type": 5}', "[" * 100_000], ids=["cut", "type", "list", "5", "deep"]
)
def test_a_schema_that_is_none_is_told_once(checked, schema):
    (finding,) = checked("{size: 2}", schema)

    assert (finding.rule, str(finding.location)) == ("settings-schema", "grid.json")


def test_a_schema_that_is_not_there_is_told(checked):
    (finding,) = checked("{}", SCHEMA, "absent.json")

    assert (finding.rule, str(finding.location)) == ("settings-schema", "absent.json")


def test_a_schema_behind_a_link_out_of_the_repository_is_not_read(checked, folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "grid.json").write_text("{}")
    (folder.parent / "linked").symlink_to(outside)

    assert [one.rule for one in checked("{}", SCHEMA, "linked/grid.json")] == ["settings-schema"]


@pytest.mark.parametrize("ref", ["https://example.com/x.json", "file:///etc/passwd", "other.json", "#/$defs/absent"])
def test_a_schema_that_refers_elsewhere_fetches_nothing(checked, ref):
    (finding,) = checked("{size: 2}", {"$ref": ref})

    assert (finding.rule, str(finding.location)) == ("settings-schema", "connections.d/001.yaml:9:13")


@pytest.mark.parametrize("schema", [{"$id": "http://[", "$ref": "x"}, {"$id": "http://a/", "$ref": "//["}])
def test_a_schema_that_the_library_stumbles_over_is_told(checked, schema):
    (finding,) = checked("{size: 1}", schema)

    assert finding.rule == "settings-schema"
    assert "cannot be worked with" in finding.message


def test_a_schema_that_refers_to_itself_without_end_is_told(checked):
    (finding,) = checked("{}", {"$ref": "#"})

    assert finding.rule == "settings-schema"
