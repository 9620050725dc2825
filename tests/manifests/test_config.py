from __future__ import annotations

import pytest

from reconciler.documents.config import Config
from reconciler.errors import InvalidConfig
from reconciler.manifests.config import read_config


@pytest.fixture
def configured(tmp_path, known):
    def read(text: str, environ=None, **options):
        (tmp_path / "reconciler.yaml").write_text(text)
        return read_config(None, cwd=tmp_path, known=known, environ={} if environ is None else environ, **options)

    return read


def told(configured):
    return [f"{one.rule} {one.location}" for one in configured.findings]


def test_without_a_file_the_defaults_hold(tmp_path, known):
    (tmp_path / ".git").mkdir()

    settings = read_config(None, cwd=tmp_path, known=known)

    assert settings.config == Config()
    assert settings.root == tmp_path
    assert settings.findings == ()


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_an_empty_file_is_as_none(configured, text):
    assert configured(text).config == Config()


def test_settings_are_read(configured):
    settings = configured("kind: Config\nmanifests: [a, b]\nexchanges: {mexc: {baseUrl: 'http://127.0.0.1:1'}}\n")

    assert settings.findings == ()
    assert settings.config.manifests == ("a", "b")
    assert settings.config.exchanges["mexc"].base_url == "http://127.0.0.1:1"


def test_every_mistake_is_told_at_its_place_and_the_defaults_stand_in(configured):
    settings = configured("manifests: ../x\nplatform: {driver: embeded}\nexchanges:\n  mxec: {}\n")

    assert told(settings) == [
        "schema reconciler.yaml:1:12",
        "schema reconciler.yaml:2:20",
        "exchange reconciler.yaml:4:3",
    ]
    assert settings.config == Config()


def test_a_host_that_the_operator_did_not_allow_is_told(configured):
    text = "exchanges:\n  mexc:\n    baseUrl: https://proxy.example.com\n"

    assert told(configured(text)) == ["base-url reconciler.yaml:3:14"]
    assert told(configured(text, {"RECONCILE_ALLOW_HOSTS": "other.example.com"})) == ["base-url reconciler.yaml:3:14"]
    assert told(configured(text, {"RECONCILE_ALLOW_HOSTS": "proxy.example.com"})) == []


def test_a_run_that_contacts_nobody_judges_no_host(tmp_path, known):
    (tmp_path / "reconciler.yaml").write_text("exchanges: {mexc: {baseUrl: 'https://proxy.example.com'}}\n")

    assert read_config(None, cwd=tmp_path, known=known, environ=None).findings == ()


def test_a_host_is_judged_although_the_rest_is_broken(configured):
    text = "manifest: []\nexchanges: {mexc: {baseUrl: 'https://proxy.example.com', x: 1}}\n"

    assert [one.split()[0] for one in told(configured(text))] == ["unknown-field", "base-url", "unknown-field"]


@pytest.mark.parametrize(
    "text",
    [
        "manifests: [out]\n",
        "platform: {path: out/platform.db}\n",
        "store: {path: out/state.db}\n",
        "strategies: {grid: {settingsSchema: out/grid.json}}\n",
    ],
)
def test_a_link_that_leads_out_is_told(configured, tmp_path, tmp_path_factory, text):
    (tmp_path / "out").symlink_to(tmp_path_factory.mktemp("outside"))

    assert [one.split()[0] for one in told(configured(text))] == ["path"]


@pytest.mark.parametrize("text", [None, "", "egress: {}"])
def test_a_link_in_the_place_of_a_default_that_leads_out_is_told(configured, tmp_path, tmp_path_factory, known, text):
    (tmp_path / ".reconciler").symlink_to(tmp_path_factory.mktemp("outside"))

    settings = read_config(None, cwd=tmp_path, known=known) if text is None else configured(text)

    assert told(settings) == ["path .reconciler/platform.db", "path .reconciler/state.db"]


def test_a_second_document_is_told(configured):
    assert told(configured("manifests: [a]\n---\nmanifests: [b]\n")) == ["document reconciler.yaml:3:1"]


@pytest.mark.parametrize("text", ["[]\n", "text\n", "null\n", "a: [\n", "kind: Connection\n"])
def test_what_is_no_config_is_told(configured, text):
    assert told(configured(text))


def test_a_given_file_makes_its_folder_the_root(tmp_path, known):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mine.yaml").write_text("manifests: [m]\n")

    settings = read_config(tmp_path / "elsewhere" / "mine.yaml", cwd=tmp_path, known=known)

    assert settings.root == tmp_path / "elsewhere"
    assert settings.config.manifests == ("m",)


def test_a_given_file_that_is_not_there_stops_the_run(tmp_path, known):
    with pytest.raises(InvalidConfig):
        read_config(tmp_path / "absent.yaml", cwd=tmp_path, known=known)


def test_manifests_named_outside_the_repository_bring_their_own(tmp_path, known):
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there / "connections.d"):
        folder.mkdir(parents=True)
    (here / ".git").mkdir()
    (there / "reconciler.yaml").write_text("egress: {addresses: [203.0.113.10]}\n")

    settings = read_config(None, cwd=here, known=known, manifests=[there / "connections.d"])

    assert settings.root == there
    assert settings.config.egress.addresses == ("203.0.113.10",)


def test_a_linked_config_is_not_read(tmp_path, known):
    (tmp_path / "real.yaml").write_text("manifests: [m]\n")
    (tmp_path / "reconciler.yaml").symlink_to(tmp_path / "real.yaml")

    assert [one.rule for one in read_config(None, cwd=tmp_path, known=known).findings] == ["file"]
