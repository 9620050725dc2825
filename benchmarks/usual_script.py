"""The measured process of `probing` and `fleet`, the peer: what people write to see whether a key works."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

import ccxt


def main(file: str) -> None:
    """Test the keys and print CPU seconds and requests."""
    task = json.loads(Path(file).read_text(encoding="utf-8"))
    requests = 0
    began = time.process_time()
    for key in task["keys"]:
        exchange = getattr(ccxt, key["exchange"])(
            {"apiKey": key["apiKey"], "secret": key["secret"], "password": key.get("passphrase")}
        )
        exchange.urls["api"] = _moved(exchange.urls["api"], task["urls"][key["exchange"]])
        sent = _counted(exchange)
        exchange.fetch_balance()
        requests += len(sent)
    print(json.dumps({"cpu": time.process_time() - began, "requests": requests}))


def _moved(urls: object, origin: str) -> object:
    if isinstance(urls, dict):
        return {name: _moved(url, origin) for name, url in urls.items()}
    return re.sub(r"^https?://[^/]+", origin, str(urls))


def _counted(exchange: ccxt.Exchange) -> list[str]:
    sent: list[str] = []
    send = exchange.session.request

    def request(method: str, url: str, **options: object) -> object:
        sent.append(method)
        return send(method, url, **options)

    exchange.session.request = request
    return sent


if __name__ == "__main__":
    main(sys.argv[1])
