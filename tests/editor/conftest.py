"""A real yaml-language-server, driven as an editor drives it: JSON-RPC over its standard input and output.

`sh scripts/editor_tools.sh` installs it. Without it, or without Node, these tests are skipped and say so; with
ORDAIN_REQUIRE_EDITOR=1 they fail instead.
"""

import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.needs import absent

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds without a word after which the server counts as dead."""
DRAFT = "policies/policy.yaml"
"""The file in which words are completed and hovered over; marks are asked for under other names."""
ABLE = {
    "textDocument": {
        "hover": {"contentFormat": ["markdown"]},
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
    },
    "workspace": {"configuration": True, "workspaceFolders": True},
}
QUIET = {"schemaStore": {"enable": False}, "kubernetesCRDStore": {"enable": False}, "hoverSchemaSource": False}
"""Settings that keep the server off the network, and hovers free of paths."""


@dataclass
class Editor:
    """One server with one open folder. Documents live in memory: their files need not exist."""

    process: subprocess.Popen[bytes]
    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)
    inbox: "queue.Queue[dict[str, Any] | None]" = field(default_factory=queue.Queue)
    number: int = 0

    def map(self, schemas: dict[str, Any]) -> None:
        """Set `yaml.schemas`, as in an editor's settings: patterns of files by the schema's path or address."""
        self.settings = {"validate": True, "hover": True, "completion": True, "schemas": schemas, **QUIET}
        self.tell("workspace/didChangeConfiguration", {"settings": {"yaml": self.settings}})
        while self.next().get("method") != "workspace/configuration":
            pass

    def complete(self, text: str) -> dict[str, str]:
        """Return what would be written for each word that is offered at the mark `|` of a text."""
        before, _, after = text.partition("|")
        uri = self.open(DRAFT, before + after)
        place = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        answer = self.ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": place})
        self.close(uri)
        return {item["label"]: item["insertText"] for item in answer["items"]}

    def hover(self, text: str, places: list[tuple[int, int]]) -> list[str]:
        """Return what is shown at each place (line and column, from 0), as Markdown; nothing is the empty text."""
        uri = self.open(DRAFT, text)
        answers = []
        for line, column in places:
            place = {"line": line, "character": column}
            answers.append(self.ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": place}))
        self.close(uri)
        return [answer["contents"]["value"] if answer else "" for answer in answers]

    def underlined(self, texts: dict[str, str]) -> dict[str, list[str]]:
        """Return what is underlined in each text by its file's name, as `line:column message`, both from 1."""
        names = {self.open(name, text): name for name, text in texts.items()}
        found: dict[str, list[str]] = {}
        while len(found) < len(texts):
            message = self.next()
            uri = message.get("params", {}).get("uri")
            if message.get("method") == "textDocument/publishDiagnostics" and uri in names:
                found[names[uri]] = [_line(item) for item in message["params"]["diagnostics"]]
        for uri in names:
            self.close(uri)
        return found

    def open(self, name: str, text: str) -> str:
        """Open a document under a name in the folder; return its address."""
        self.number += 1  # the server keeps what it parsed by address and version
        uri = (self.folder / name).as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": self.number, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return uri

    def close(self, uri: str) -> None:
        """Close a document, and wait until its marks are gone."""
        self.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        while True:
            message = self.next()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"] == _no_marks(uri):
                return

    def ask(self, method: str, parameters: object) -> Any:
        """Send a request and return the answer."""
        self.number += 1
        number = self.number
        self.send({"id": number, "method": method, "params": parameters})
        while True:
            message = self.next()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]

    def tell(self, method: str, parameters: object) -> None:
        """Send a notice that has no answer."""
        self.send({"method": method, "params": parameters})

    def send(self, message: dict[str, Any]) -> None:
        """Write one message."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def next(self) -> dict[str, Any]:
        """Wait for the server's next message; a question of its own is answered on the way."""
        message = self.inbox.get(timeout=PATIENCE)
        assert message is not None, "the language server has ended"
        if "id" in message and "method" in message:
            result = None
            if message["method"] == "workspace/configuration":
                sections = [item.get("section") for item in message["params"]["items"]]
                result = [self.settings if section == "yaml" else {} for section in sections]
            self.send({"id": message["id"], "result": result})
        return message

    def listen(self) -> None:
        """Put all that the server writes into the inbox, and None at its end."""
        assert self.process.stdout is not None
        while header := self.process.stdout.readline():
            while self.process.stdout.readline().strip():
                pass  # the other header, which says what is known
            self.inbox.put(json.loads(self.process.stdout.read(int(header.split(b":")[1]))))
        self.inbox.put(None)


def _no_marks(uri: str) -> dict[str, Any]:
    return {"uri": uri, "diagnostics": []}


def _line(diagnostic: dict[str, Any]) -> str:
    start = diagnostic["range"]["start"]
    return f"{start['line'] + 1}:{start['character'] + 1} {diagnostic['message']}"


def _server() -> list[str]:
    """Return the command, or skip (with ORDAIN_REQUIRE_EDITOR=1: fail) with the reason."""
    where = subprocess.run(
        ["sh", str(ROOT / "scripts/editor_tools.sh"), "--where"], capture_output=True, text=True, check=True
    )
    program = Path(where.stdout.strip()) / "node_modules/yaml-language-server/bin/yaml-language-server"
    node = shutil.which("node")
    if node and program.is_file():
        return [node, str(program), "--stdio"]
    reason = "yaml-language-server is not installed: sh scripts/editor_tools.sh" if node else "Node is not on the PATH"
    return absent(reason, "ORDAIN_REQUIRE_EDITOR")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """Start one server for all tests, on a folder that holds the schemas."""
    command = _server()
    folder = tmp_path_factory.mktemp("editor")
    shutil.copytree(ROOT / "schemas", folder / "schemas", ignore=shutil.ignore_patterns("kubernetes"))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        editor = Editor(process, folder)
        listener = threading.Thread(target=editor.listen)
        listener.start()
        folders = [{"uri": folder.as_uri(), "name": "policies"}]
        start = {"processId": os.getpid(), "rootUri": folder.as_uri(), "workspaceFolders": folders}
        editor.ask("initialize", {**start, "capabilities": ABLE})
        editor.tell("initialized", {})
        try:
            yield editor
            editor.ask("shutdown", None)
        finally:
            editor.tell("exit", None)
            listener.join(PATIENCE)


@pytest.fixture
def editor(server: Editor) -> Editor:
    """Give the server with the one line of settings that the documentation recommends."""
    server.map({"schemas/policy.schema.json": ["ordain.yaml", "policies/**/*.yaml", "tests/**/test.yaml"]})
    return server
