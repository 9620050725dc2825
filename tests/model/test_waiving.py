from reconciler.model.waiving import Standing


def test_only_one_of_the_standings_waives_anything():
    assert [standing for standing in Standing if standing is Standing.STANDS] == [Standing.STANDS]
    assert len(Standing) == 5
