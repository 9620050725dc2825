"""A selection is a part of the manifests that makes sense on its own."""

import pytest

from reconciler.engine.select import scope_of, select
from reconciler.errors import NothingMatched
from reconciler.model.state import Kind


@pytest.fixture
def fleet(build):
    return build.manifests(
        build.connection("alpha", labels={"team": "core"}),
        build.connection("beta", labels={"team": "side"}),
        build.binding("alpha-grid", "alpha"),
        build.binding("beta-grid", "beta"),
    )


def chosen(manifests):
    return sorted(name for _, name in scope_of(manifests))


def test_without_selectors_everything_stays(fleet):
    assert select(fleet, labels={}, only=[]) is fleet


def test_a_connection_brings_its_bindings(fleet):
    assert chosen(select(fleet, labels={"team": "core"}, only=[])) == ["alpha", "alpha-grid"]


def test_a_binding_brings_its_connection_but_not_its_siblings(build, fleet):
    fleet = build.manifests(*fleet.connections, *fleet.bindings, build.binding("alpha-other", "alpha"))

    assert chosen(select(fleet, labels={}, only=["alpha-grid"])) == ["alpha", "alpha-grid"]


def test_both_selectors_must_agree(fleet):
    with pytest.raises(NothingMatched):
        select(fleet, labels={"team": "side"}, only=["alpha"])


def test_a_misspelt_name_is_answered_with_the_near_one(fleet):
    with pytest.raises(NothingMatched) as caught:
        select(fleet, labels={}, only=["alhpa"])

    assert caught.value.hint == 'did you mean "alpha"?'


def test_no_manifest_at_all_is_said_so(build):
    with pytest.raises(NothingMatched, match="no manifest was found"):
        select(build.manifests(), labels={}, only=[])


def test_the_scope_names_kinds_and_names(fleet):
    assert (Kind.BINDING, "alpha-grid") in scope_of(fleet)
    assert (Kind.CONNECTION, "alpha") in scope_of(fleet)


def test_a_key_that_lists_a_selected_one_is_kept_apart(build):
    reader, sub = build.connection("reader"), build.connection("sub", proof={"listedBy": "reader"})
    whole = build.manifests(reader, sub, build.connection("other"))

    chosen = select(whole, labels={}, only=["sub"])
    both = select(whole, labels={}, only=["sub", "reader"])

    assert ([one.name for one in chosen.connections], [one.name for one in chosen.listers]) == (["sub"], ["reader"])
    assert both.listers == ()
