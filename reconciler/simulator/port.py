"""One port: takes a request off the wire, has it answered, spoils the answer if a fault says so, and logs it."""

from __future__ import annotations

import asyncio

from aiohttp import web

from reconciler.kit.clock import Clock
from reconciler.simulator.exchange import Exchange
from reconciler.simulator.faults import CLOCK_SKEW, Fault, FaultKind, Faults, spoil
from reconciler.simulator.gate import Gate
from reconciler.simulator.journal import Entry, Journal
from reconciler.simulator.wire import Answer, Call, Scene


class Port:
    """What one exchange's port does with a request."""

    def __init__(
        self, exchange: Exchange, gate: Gate, scene: Scene, faults: Faults, journal: Journal, clock: Clock
    ) -> None:
        self._exchange = exchange
        self._gate = gate
        self._scene = scene
        self._faults = faults
        self._journal = journal
        self._clock = clock
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Let go of the requests that a timeout fault keeps waiting."""
        self._closing.set()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        # The target exactly as sent: signatures cover its bytes, so no decoded or re-encoded form will do.
        target = request.raw_path
        body = await request.read() if request.body_exists else b""
        struck = self._faults.strike(self._exchange.id, target.partition("?")[0])
        now = self._clock.now()
        if any(fault.kind is FaultKind.CLOCK_SKEW for fault in struck):
            now += CLOCK_SKEW
        call = Call(self._scene, request.method, target, request.headers, body, now)
        answer = self._gate.answer(call)
        fault = next((fault for fault in struck if fault.kind is not FaultKind.CLOCK_SKEW), None)
        return await self._send(request, call, answer, fault)

    async def _send(
        self, request: web.BaseRequest, call: Call, answer: Answer, fault: Fault | None
    ) -> web.StreamResponse:
        if fault is not None and fault.kind in (FaultKind.DOWN, FaultKind.TIMEOUT):
            self._note(call, None)
            if fault.kind is FaultKind.TIMEOUT:
                await self._closing.wait()
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        sent = answer if fault is None else spoil(fault, self._exchange, call, answer)
        self._note(call, sent.status)
        return web.Response(status=sent.status, body=sent.body, headers=sent.headers)

    def _note(self, call: Call, status: int | None) -> None:
        key_id = None if call.key is None else call.key.id
        self._journal.note(Entry(self._exchange.id, call.method, call.path, key_id, call.signature, status))
