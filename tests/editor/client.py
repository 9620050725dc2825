"""A client of yaml-language-server, as small as it can be: open a file, hear its diagnostics, ask for completions."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

# Nothing is fetched: the schemas are files, named in the first line of each manifest.
SETTINGS = {
    "yaml": {"validate": True, "completion": True, "hover": True, "schemaStore": {"enable": False}},
    "http": {"proxy": "", "proxyStrictSSL": False},
}
_LONGEST_SECONDS = 120


class Editor:
    """An editor that runs the language server; to be used with `with`."""

    def __init__(self, node: str, server: Path, root: Path, schemas: Mapping[str, str] | None = None) -> None:
        self._root = root
        self._settings = {**SETTINGS, "yaml": {**SETTINGS["yaml"], "schemas": dict(schemas or {})}}
        self._next = self._opened = 0
        self._diagnostics: dict[str, list[dict]] = {}
        self._server = subprocess.Popen(
            [node, str(server), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        # Only so that a server that says nothing fails the test instead of holding it up.
        self._watchdog = threading.Timer(_LONGEST_SECONDS, self._server.kill)

    def __enter__(self) -> Editor:
        self._watchdog.start()
        capabilities = {"workspace": {"configuration": True}, "textDocument": {"completion": {}, "hover": {}}}
        folder = {"uri": self._root.as_uri(), "name": "keys"}
        self.ask(
            "initialize",
            processId=None,
            rootUri=self._root.as_uri(),
            workspaceFolders=[folder],
            capabilities=capabilities,
        )
        self._send({"method": "initialized", "params": {}})
        self._send({"method": "workspace/didChangeConfiguration", "params": {"settings": self._settings}})
        return self

    def __exit__(self, *_: object) -> None:
        self._watchdog.cancel()
        self._server.kill()
        self._server.communicate()

    def diagnostics(self, name: str, text: str) -> list[dict]:
        """Open a file with a text that it need not have on disk, and return what the server says of it."""
        uri = self._open(name, text)
        while uri not in self._diagnostics:
            self._take()
        self._send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})
        return self._diagnostics.pop(uri)

    def completions(self, name: str, text: str) -> list[str]:
        """Return what the server proposes at the mark `‸` of a text."""
        line, column, plain = _marked(text)
        items = self._at(name, plain, "textDocument/completion", line, column)
        found = items["items"] if isinstance(items, dict) else items or []
        return [item["label"] for item in found]

    def hover(self, name: str, text: str) -> str:
        """Return what the server tells of the word at the mark `‸`."""
        line, column, plain = _marked(text)
        told = self._at(name, plain, "textDocument/hover", line, column)
        return str(told["contents"]) if told else ""

    def _open(self, name: str, text: str) -> str:
        # A name of its own each time: closing clears what was said of a file, and that may come late.
        self._opened += 1
        path = self._root / name
        uri = path.with_name(f"{path.stem}-{self._opened}{path.suffix}").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        return uri

    def _at(self, name: str, text: str, method: str, line: int, column: int) -> object:
        uri = self._open(name, text)
        answer = self.ask(method, textDocument={"uri": uri}, position={"line": line, "character": column})
        self._send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})
        return answer

    def ask(self, method: str, **params: object) -> object:
        """Send a request and return its answer."""
        self._next += 1
        number = self._next
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._take()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def _take(self) -> Mapping:
        message = self._read()
        if message.get("method") == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": self._answered(message)})
        return message

    def _answered(self, message: Mapping) -> object:
        if message["method"] != "workspace/configuration":
            return None
        return [self._settings.get(item.get("section")) for item in message["params"]["items"]]

    def _send(self, message: Mapping) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._server.stdin.flush()

    def _read(self) -> Mapping:
        length = 0
        while line := self._server.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        assert length, "the language server ended"
        return json.loads(self._server.stdout.read(length))


def _marked(text: str) -> tuple[int, int, str]:
    before, mark, after = text.partition("‸")
    assert mark
    return before.count("\n"), len(before.rpartition("\n")[2]), before + after
