"""A real yaml-language-server, as an editor starts it: JSON-RPC over its standard input and output."""

import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schemas"
PATIENCE = 60
"""Seconds to wait for an answer before the server counts as dead."""


@dataclass(frozen=True)
class Completion:
    """What completion offers at one place: the text that is written, by the label that is shown."""

    inserts: dict[str, str]
    documentation: dict[str, str]


@dataclass
class Editor:
    """One running server; documents live in memory, under names in a folder that does not exist."""

    process: subprocess.Popen[bytes]
    settings: dict[str, Any] = field(default_factory=dict)
    _inbox: "queue.Queue[dict[str, Any]]" = field(default_factory=queue.Queue)
    _number: int = 0
    _version: int = 0

    def start(self) -> None:
        """Shake hands as an editor does."""
        threading.Thread(target=self._read, daemon=True).start()
        able: dict[str, Any] = {
            "textDocument": {
                "hover": {"contentFormat": ["markdown"]},
                "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
                "diagnostic": {},
            },
            "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
        }
        self.ask("initialize", {"processId": os.getpid(), "rootUri": None, "capabilities": able})
        self._tell("initialized", {})

    def configure(self, **yaml: Any) -> None:
        """Set the settings of the section `yaml`, as in an editor's settings file; no schema store, no network."""
        quiet = {"schemaStore": {"enable": False}, "kubernetesCRDStore": {"enable": False}}
        self.settings = {"validate": True, "hover": True, "completion": True, "hoverSchemaSource": False, **quiet, **yaml}
        self._tell("workspace/didChangeConfiguration", {"settings": {"yaml": self.settings}})

    def hover(self, name: str, text: str, line: int, column: int) -> str:
        """Return what is shown on hovering a place (from 0), as Markdown; nothing is shown as the empty text."""
        uri = self._open(name, text)
        place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}
        answer = self.ask("textDocument/hover", place)
        self._close(uri)
        return str(answer["contents"]["value"]) if answer else ""

    def hovers(self, name: str, text: str, places: list[tuple[int, int]]) -> list[str]:
        """Return what is shown at several places of one document."""
        uri = self._open(name, text)
        shown = []
        for line, column in places:
            place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}
            answer = self.ask("textDocument/hover", place)
            shown.append(str(answer["contents"]["value"]) if answer else "")
        self._close(uri)
        return shown

    def complete(self, name: str, text: str) -> Completion:
        """Return what is offered at the mark `|` of a text."""
        before, _, after = text.partition("|")
        uri = self._open(name, before + after)
        line = before.count("\n")
        position = {"line": line, "character": len(before) - (before.rfind("\n") + 1)}
        answer = self.ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": position})
        self._close(uri)
        items = answer["items"]
        return Completion(
            {item["label"]: item.get("insertText", item.get("textEdit", {}).get("newText", "")) for item in items},
            {item["label"]: _plain(item.get("documentation", "")) for item in items},
        )

    def diagnostics(self, name: str, text: str) -> list[str]:
        """Return what is underlined, as `line:column message`, both from 1."""
        uri = self._open(name, text)
        found: list[dict[str, Any]] | None = None
        while found is None:
            message = self._next()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                found = message["params"]["diagnostics"]
        self._close(uri)
        starts = [item["range"]["start"] for item in found]
        return [
            f"{start['line'] + 1}:{start['character'] + 1} {item['message']}"
            for start, item in zip(starts, found, strict=True)
        ]

    def ask(self, method: str, parameters: object) -> Any:
        """Send a request and wait for its answer; the server's own questions are answered on the way."""
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": parameters})
        while True:
            message = self._next()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]

    def _open(self, name: str, text: str) -> str:
        uri = f"file:///editor/{name}"
        self._version += 1  # the server keeps what it parsed by name and version
        document = {"uri": uri, "languageId": "yaml", "version": self._version, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        return uri

    def _close(self, uri: str) -> None:
        self._tell("textDocument/didClose", {"textDocument": {"uri": uri}})

    def _tell(self, method: str, parameters: object) -> None:
        self._send({"method": method, "params": parameters})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _next(self) -> dict[str, Any]:
        message = self._inbox.get(timeout=PATIENCE)
        if "id" in message and "method" in message:
            result: object = None
            if message["method"] == "workspace/configuration":
                wanted = [item.get("section") for item in message["params"]["items"]]
                result = [self.settings if section == "yaml" else {} for section in wanted]
            self._send({"id": message["id"], "result": result})
        return message

    def _read(self) -> None:
        assert self.process.stdout is not None
        while header := self.process.stdout.readline():
            length = int(header.split(b":")[1])
            while self.process.stdout.readline().strip():
                pass
            self._inbox.put(json.loads(self.process.stdout.read(length)))


def _plain(documentation: Any) -> str:
    return str(documentation["value"] if isinstance(documentation, dict) else documentation)
