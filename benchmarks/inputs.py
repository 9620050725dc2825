"""What the benchmarks feed to both sides: manifests as a person would write them, the same ones every time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_TITLES = {"mexc": "MEXC", "kucoin": "KuCoin"}
_EXCHANGES = tuple(_TITLES)
_COINS = ("BTC", "ETH", "SOL", "XRP", "BNB", "ADA", "DOGE", "LTC")


# What an encrypted value looks like from outside; no key opens it.
_ENCRYPTED = f"ENC[AES256_GCM,data:{'psmF' * 8},iv:{'A' * 43}=,tag:{'A' * 22}==,type:str]"
_PER_SECRET_FILE = 100
_METADATA = f"""\
sops:
    age:
        - recipient: age1y4clwcqcfz62xfu95l9fk0tgqxenul6w2rd2l3dxnqlmf58leyps6hgx9z
          enc: |
              -----BEGIN AGE ENCRYPTED FILE-----
              YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBXY0FPZjdhK2JrOFBGQkd0
              -----END AGE ENCRYPTED FILE-----
    lastmodified: "2026-11-22T13:17:51Z"
    mac: {_ENCRYPTED}
    version: 3.9.0
"""


def secret_file(number: int) -> str:
    """Return the name of the file that holds the credentials of a connection."""
    return f"secrets/accounts-{number // _PER_SECRET_FILE:03}.sops.yaml"


def write_secret_files(folder: Path, count: int) -> None:
    """Write the encrypted files of so many connections, whole as far as it shows from outside."""
    (folder / "secrets").mkdir(parents=True)
    for first in range(0, count, _PER_SECRET_FILE):
        values = "".join(
            f"account_{number}:\n    api_key: {_ENCRYPTED}\n    secret: {_ENCRYPTED}\n    passphrase: {_ENCRYPTED}\n"
            for number in range(first, min(first + _PER_SECRET_FILE, count))
        )
        (folder / secret_file(first)).write_text(values + _METADATA, encoding="utf-8")


def connection(number: int) -> str:
    """Write one connection; every second one is at an exchange that wants a passphrase."""
    exchange = _EXCHANGES[number % len(_EXCHANGES)]
    market = "futures" if number % 3 == 0 else "spot"
    return f"""\
apiVersion: reconciler/v1
kind: Connection
metadata:
  name: {exchange}-{market}-{number}
  labels: {{team: core, batch: "{number % 20}"}}
spec:
  displayName: {_TITLES[exchange]} {market.title()} {number}
  exchange: {exchange}
  environment: live
  account: sub-{number}
  markets: [{market}]
  permissions: [read, trade]
  credentials: {{sops: {secret_file(number)}, key: account_{number}}}
  ipAllowlist: [203.0.113.{number % 250 + 1}, 198.51.100.0/24]
  rotation: {{createdAt: 2026-10-01, maxAgeDays: 90}}
"""


def binding(number: int) -> str:
    """Write the binding of the connection with the same number."""
    exchange = _EXCHANGES[number % len(_EXCHANGES)]
    market = "futures" if number % 3 == 0 else "spot"
    settle = ":USDT" if market == "futures" else ""
    pairs = ", ".join(f"{_COINS[(number + step) % len(_COINS)]}/USDT{settle}" for step in range(3))
    return f"""\
apiVersion: reconciler/v1
kind: StrategyBinding
metadata: {{name: binding-{number}}}
spec:
  connection: {exchange}-{market}-{number}
  strategy: recovery-pro
  enabled: true
  market: {market}
  pairs: [{pairs}]
  riskLevel: conservative
  marginLimit: {{amount: "500", currency: USDT}}
  averaging: {{maxOrders: 5, stepPercent: "1.5", volumeMultiplier: "1.4"}}
  recoveryMode: true
  settings: {{takeProfitPercent: "0.8", cooldownMinutes: 15}}
"""


def write_one_document_files(folder: Path, count: int) -> None:
    """Write so many connections and bindings, one document a file, each kind in a folder of its own."""
    write_secret_files(folder / "connections", count)
    for kind, write in (("connections", connection), ("bindings", binding)):
        target = folder / kind
        target.mkdir(parents=True, exist_ok=True)
        for number in range(count):
            (target / f"{number:05}.yaml").write_text(write(number), encoding="utf-8")


def write_shared_files(folder: Path, count: int, per_file: int) -> None:
    """Write the same documents with many in each file, every connection followed by its binding."""
    write_secret_files(folder, count)
    for first in range(0, count, per_file):
        documents = _documents(first, min(first + per_file, count))
        (folder / f"{first:05}.yaml").write_text("---\n".join(documents), encoding="utf-8")


def _documents(first: int, last: int) -> Iterator[str]:
    for number in range(first, last):
        yield connection(number)
        yield binding(number)
