"""The control API: what a test or a person outside of the process may do to the simulator, in JSON.

    POST   /keys        a key's fields -> 201 {"id", "apiKey", "secret", "passphrase"}
    PATCH  /keys/{id}   what is to change, "state" among it: active, deleted, frozen, expired
    PUT    /client-ip   {"ip": "203.0.113.10"}: where all requests are seen to come from
    POST   /faults      {"exchange", "fault", "times", "path", "answer"} -> 201
    DELETE /faults      takes all faults away
    GET    /requests    ?exchange=: the request log, oldest first, without secrets

A key has the fields `exchange`, `rights`, `ipAllowlist`, `expiresAt`, `account`, and where a test needs them
`subAccount`, `apiKey`, `secret`, `passphrase`, `state`, `name` (its id), `version`, `permissions` (the permission
string, word for word), `keyInfo` (laid over the key information answer) and `omitKeyInfo` (fields taken out of it).

A fault is one of `down`, `timeout`, `http_500`, `html_502`, `cloudflare_403`, `geo_block`, `empty_body`,
`truncated_json`, `rate_limit`, `ban`, `maintenance`, `clock_skew`, or `answer`, which sends the field
`"answer": {"status": 400, "headers": {}, "body": "…"}` word for word, so that any documented error can be had.
A request that makes no sense is answered with 400 and `{"error", "hint"}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Protocol, Unpack

from aiohttp import web

from reconciler.errors import UsageError
from reconciler.simulator.faults import FaultOptions
from reconciler.simulator.fields import fault_fields, key_fields, text_field
from reconciler.simulator.key import Key, KeyFields


class Controlled(Protocol):
    """What the control API needs of a simulator."""

    def create_key(self, **fields: Unpack[KeyFields]) -> Key:
        """Make a key."""
        ...

    def change_key(self, id: str, **fields: Unpack[KeyFields]) -> Key:
        """Change a key."""
        ...

    def set_client_ip(self, ip: str) -> None:
        """Set where requests are seen to come from."""
        ...

    def add_fault(self, exchange: str, kind: str, **options: Unpack[FaultOptions]) -> None:
        """Put a fault in the way."""
        ...

    def clear_faults(self) -> None:
        """Take all faults away."""
        ...

    def requests(self, exchange: str | None = None) -> list[dict[str, object]]:
        """Return the request log."""
        ...


class Control:
    """The control port of one simulator."""

    def __init__(self, simulator: Controlled) -> None:
        self._simulator = simulator

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one control request."""
        try:
            status, payload = self._answer(request.method, request.path, request.query, await request.read())
        except UsageError as error:
            status, payload = 400, {"error": error.message, "hint": error.hint}
        if payload is None:
            return web.Response(status=status)
        return web.json_response(payload, status=status)

    def _answer(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> tuple[int, object]:
        what, _, id = path.strip("/").partition("/")
        match (method, what, id):
            case ("POST", "keys", ""):
                key = self._simulator.create_key(**key_fields(_json(body)))
                return 201, _values(key)
            case ("PATCH", "keys", id) if id:
                return 200, _shown(self._simulator.change_key(id, **key_fields(_json(body))))
            case ("PUT", "client-ip", ""):
                ip = text_field(_json(body), "ip")
                self._simulator.set_client_ip(ip)
                return 200, {"ip": ip}
            case ("POST", "faults", ""):
                exchange, kind, options = fault_fields(_json(body))
                self._simulator.add_fault(exchange, kind, **options)
                return 201, {}
            case ("DELETE", "faults", ""):
                self._simulator.clear_faults()
                return 204, None
            case ("GET", "requests", ""):
                return 200, self._simulator.requests(query.get("exchange"))
        hint = "POST /keys, PATCH /keys/{id}, PUT /client-ip, POST /faults, DELETE /faults, GET /requests?exchange="
        return 404, {"error": "no such control request", "hint": hint}


def _values(key: Key) -> dict[str, object]:
    return {"id": key.id, "apiKey": key.api_key, "secret": key.secret, "passphrase": key.passphrase}


def _shown(key: Key) -> dict[str, object]:
    return {
        "id": key.id,
        "exchange": key.exchange,
        "rights": sorted(key.rights),
        "ipAllowlist": list(key.ip_allowlist) or None,
        "expiresAt": key.expires_at.isoformat() if key.expires_at else None,
        "account": key.account,
        "state": key.state,
    }


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        raise UsageError("the body is no JSON") from None
