from __future__ import annotations

import gc
import json
import random

from reconciler.manifests.load import load
from reconciler.model.manifest import Source


def test_documents_of_all_kinds_are_read_with_their_places(loaded, connection, binding):
    policy = "apiVersion: reconciler/v1\nkind: Policy\nmetadata: {name: house-rules}\nspec: {rules: {naming: off}}\n"

    manifests = loaded(connection, f"{binding}---\n{policy}")

    assert manifests.is_valid
    assert manifests.count == 3
    assert [one.name for one in manifests.connections] == ["mexc-spot-main"]
    assert str(manifests.policies[0].source.where("spec", "rules", "naming")) == "connections.d/001.yaml:13:24"


def test_a_document_knows_the_source_it_came_from(loaded, connection):
    source: Source = loaded(connection).connections[0].source

    assert source.file == "connections.d/000.yaml"
    assert str(source.where("spec", "markets", 0)) == "connections.d/000.yaml:6:13"


def test_one_run_tells_every_mistake_of_every_file(told, connection, binding):
    broken = connection.replace("kind:", "kind: x\nkind:").replace("spot]", "sport]").replace("mexc\n", "mecx\n")

    assert told(broken, "a: [\n---\n- 1\n", binding.replace("spec:", "spec:\n\t")) == [
        "kind 2:7",
        "duplicate-key 3:1",
        "syntax 1:4",
        "document 3:1",
        "syntax 5:1",
    ]


def test_the_order_of_findings_does_not_depend_on_the_order_of_paths(folder, known, loaded):
    loaded("a: [\n", "- 1\n", "b: 'c\n")
    paths = [folder / f"{number:03}.yaml" for number in range(3)]
    expected = load(paths, root=folder.parent, known=known).findings

    for seed in range(5):
        random.Random(seed).shuffle(paths)
        assert load(paths, root=folder.parent, known=known).findings == expected


def test_nothing_there_is_no_mistake(tmp_path, known):
    manifests = load([tmp_path / "connections.d"], root=tmp_path, known=known)

    assert (manifests.count, manifests.findings) == (0, ())


def test_the_collector_runs_again_afterwards(loaded, connection):
    loaded(connection)

    assert gc.isenabled()


def test_json_is_read_as_the_yaml_it_is(loaded):
    spec = {"exchange": "mexc", "markets": ["spot"], "credentials": {"sops": "f", "key": "k"}}
    document = {"apiVersion": "reconciler/v1", "kind": "Connection", "metadata": {"name": "a"}, "spec": spec}

    assert loaded(json.dumps(document, indent=2)).is_valid
