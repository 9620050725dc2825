import re
import signal
import threading

import pytest

from reconciler.kit.deadline import deadline


def test_what_is_done_in_time_is_left_alone():
    with deadline(60):
        done = sum(range(100))

    assert done == 4950
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)


@pytest.mark.parametrize("swallows", [False, True])
def test_work_that_never_ends_is_stopped(swallows):
    def forever():
        while True:
            try:
                re.fullmatch("(a+)+", "a" * 60 + "!")
            except TimeoutError:
                if not swallows:
                    raise
                while True:
                    pass

    with pytest.raises(TimeoutError), deadline(0.05):
        forever()

    assert signal.getsignal(signal.SIGVTALRM) == signal.SIG_DFL
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)


def test_beside_the_main_thread_work_is_done_without_a_bound():
    done = []

    def work():
        with deadline(0):
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert done == [True]
