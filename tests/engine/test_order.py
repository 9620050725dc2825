"""An order that says nothing applies nothing and is not stopped."""

from reconciler.engine.order import Mode, Order, Surroundings
from reconciler.model.saved import Permissions


def test_by_default_nobody_confirms_deletes_or_stops():
    order = Order("run", Mode.APPLY)

    assert (order.confirm, order.permitted, order.stop()) == (None, Permissions(), False)


def test_by_default_a_run_is_about_the_whole():
    assert not Surroundings("ann").is_selection
