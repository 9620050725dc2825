from __future__ import annotations

import re

from reconciler import errors
from reconciler.errors import ReconcilerError


def tree(root: type[ReconcilerError]) -> list[type[ReconcilerError]]:
    return [root, *(leaf for child in root.__subclasses__() for leaf in tree(child))]


def test_the_drawing_at_the_top_is_the_tree_that_is_there():
    drawn = dict(re.findall(r"(\w+) +(\d+)  ", errors.__doc__))

    ours = [error for error in tree(ReconcilerError) if error.__module__ == errors.__name__]
    assert drawn == {error.__name__: str(error.exit_code) for error in ours}


def test_every_error_of_the_project_has_this_one_root():
    defined = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]

    assert all(issubclass(one, ReconcilerError) for one in defined)


def test_an_error_says_what_is_wrong_and_what_to_do():
    error = errors.SecretNotFound("sops:a.yaml#b names nothing", hint="correct the key")

    assert str(error) == error.message == "sops:a.yaml#b names nothing"
    assert error.hint == "correct the key"
    assert (error.exit_code, error.retryable) == (1, False)


def test_only_what_may_pass_by_itself_is_retryable():
    assert [error.__name__ for error in tree(ReconcilerError) if error.retryable] == ["LockHeld", "PlatformError"]
