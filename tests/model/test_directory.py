from reconciler.model.directory import Directory, Listed, Provable, read, render


def test_reading_undoes_writing():
    directory = Directory(
        provable={"kucoin": Provable(("read",), (), ("withdraw",))},
        variants={"kucoinfutures": "kucoin", "bybiteu": "bybit"},
        others={"acme": Listed("Acme", ("spot",), ("fetchBalance",), 12.5, needs_passphrase=True)},
        refused={"wallet": "Wallet wants another kind of key"},
    )

    assert read(render(directory)) == directory


def test_a_file_answers_for_its_own_id_and_its_variants_and_for_no_other():
    directory = Directory({"kucoin": Provable((), (), ())}, {"kucoinfutures": "kucoin"})

    assert [directory.file_of(id) for id in ("kucoin", "kucoinfutures", "acme")] == ["kucoin", "kucoin", None]


def test_one_id_is_one_line_and_the_order_of_files_does_not_matter():
    one = Directory(variants={"b": "x", "a": "x"})
    other = Directory(variants={"a": "x", "b": "x"})

    assert render(one) == render(other)
    assert '    "a": "x",\n    "b": "x"\n' in render(one)
