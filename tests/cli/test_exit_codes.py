from __future__ import annotations

import re

from reconciler import errors
from reconciler.cli.exit_codes import EXIT_CODES, ORDER_NOTE
from reconciler.engine.verdict import ORDER


def tree(root: type[errors.ReconcilerError]) -> list[type[errors.ReconcilerError]]:
    return [root, *(leaf for child in root.__subclasses__() for leaf in tree(child))]


def test_every_code_the_verdict_knows_is_in_the_table_once():
    codes = [row.code for row in EXIT_CODES]

    assert codes == sorted(ORDER)


def test_every_exception_leaves_with_a_code_of_the_table():
    codes = {row.code for row in EXIT_CODES}

    assert {error.exit_code for error in tree(errors.ReconcilerError)} <= codes


def test_the_note_names_the_order_that_is_used():
    told = [int(word) for word in re.findall(r"\d+", ORDER_NOTE)]

    assert told == [code for code in ORDER if code < 70]
