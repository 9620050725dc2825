"""One file an exchange: how it verifies a request and what it answers. The file's name is its ccxt id.

A new one takes three files and no list: `exchanges/<id>.py` with an `EXCHANGE`, `bodies/<id>.json` with the answers
that never change, and `tests/simulator/dialects/<id>.py`, which signs for the contract suite. All three are written
from the vendor's documentation, and none looks into the others or into the prober.
"""
