from reconciler.model.grounds import Grounds, Origin, SecretFile, TextFile
from reconciler.values.severity import Severity


def test_a_finding_about_a_file_is_the_same_wherever_it_is_told():
    file = SecretFile("connections.d/secrets/a.sops.yaml", "sops")

    one = file.finding("r", Severity.DENY, "m", remedy="x", about="fact", place=(3, 4))
    two = file.finding("r", Severity.DENY, "n", remedy="y", about="fact", place=(30, 4))
    other = file.finding("r", Severity.DENY, "m", remedy="x", about="another fact")

    assert one.fingerprint == two.fingerprint != other.fingerprint
    assert str(one.location) == "connections.d/secrets/a.sops.yaml:3:4"
    assert (one.kind, one.name) == ("SecretFile", file.path)


def test_a_name_that_could_be_a_value_is_hidden():
    file = SecretFile("connections.d/mx0vKz81Qm27Wd93Xa", "sops", is_there=True)

    assert file.name == "connections.d/…"
    assert "mx0v" not in repr(file.finding("r", Severity.DENY, "m", remedy="", about=""))


def test_a_finding_in_a_text_goes_by_file_and_fact():
    text = TextFile("a.yaml", "x", Origin.KEYS)

    one, two = (text.finding("r", Severity.WARN, "m", remedy="", about="f", place=(line, 1)) for line in (1, 2))

    assert one.fingerprint == two.fingerprint
    assert list(Grounds((), (text,))) == [text]
