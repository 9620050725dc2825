from reconciler.model.directory import Directory, read, render


def test_reading_undoes_writing():
    directory = Directory(variants={"kucoinfutures": "kucoin", "bybiteu": "bybit"})

    assert read(render(directory)) == directory


def test_one_id_is_one_line_and_the_order_of_files_does_not_matter():
    one = Directory(variants={"b": "x", "a": "x"})
    other = Directory(variants={"a": "x", "b": "x"})

    assert render(one) == render(other)
    assert '    "a": "x",\n    "b": "x"\n' in render(one)
