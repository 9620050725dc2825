"""The kinds of mistakes a manifest can hold: the rule ids of findings, each with what `explain` says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What is told of one kind of mistake: one line, and why it is one."""

    summary: str
    page: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A mistake at a place in a text: line and column count from 1, 0 when only the file is known."""

    rule: str
    line: int
    column: int
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake at a field, by its path; `at_key` points at the field's name and not at its value."""

    rule: str
    path: Path
    message: str
    remedy: str = ""
    at_key: bool = False


MISTAKES: Mapping[str, Page] = {
    "file": Page(
        "A file cannot be read as a manifest",
        "Manifests are regular files inside the repository. Links are not followed, since a link could\n"
        "lead a secret reference out of the repository; pipes and devices are not opened, since reading\n"
        "them may never end.",
    ),
    "size": Page(
        "A file or document is too large",
        "A file may have 8 MiB and 20,000 documents, a document 10,000 values and 32 levels. Nothing a\n"
        "person writes comes near; the bounds keep a hostile pull request from using up memory and time.\n"
        "Split the file.",
    ),
    "encoding": Page(
        "A file is not UTF-8",
        "Manifests are UTF-8, with or without a byte order mark. Save the file as UTF-8.",
    ),
    "character": Page(
        "A character that cannot be seen",
        "Control characters, Unicode line separators and characters that change the direction of text\n"
        "make a file read differently from how it looks. Where one is meant, write it as an escape in\n"
        'double quotes, such as "\\u2028".',
    ),
    "syntax": Page(
        "The YAML cannot be parsed",
        "The file is no YAML at this place. Documents after the next `---` are still read, so that one\n"
        "run shows as much as can be known. Indent with spaces, quote texts that hold `: ` or ` #`, close\n"
        "quotes and brackets.",
    ),
    "directive": Page(
        "A YAML directive",
        "`%YAML` and `%TAG` change how a file is read, and editors differ in how. Manifests are YAML 1.2;\n"
        "remove the line.",
    ),
    "tag": Page(
        "An explicit tag",
        "Tags such as `!!python/object` ask the reader to build objects, which is how YAML files run\n"
        "code. Manifests are plain data: text, numbers, true, false, lists and maps. Remove the tag;\n"
        "quote what must stay text.",
    ),
    "alias": Page(
        "Too many aliases, or one that cannot be followed",
        "A document may hold 20 aliases (`*name`), each to an anchor above it, none inside itself. More\n"
        "than that is how small files are made to grow without bound.",
    ),
    "merge-key": Page(
        "A merge key",
        "`<<` belongs to YAML 1.1; readers of YAML 1.2 take it for a field. Write the fields out, or\n"
        "alias a whole value.",
    ),
    "key": Page(
        "A field name that is no text",
        "Field names are one word of text: no lists, maps or aliases. Keys that look like numbers are\ntaken as text.",
    ),
    "duplicate-key": Page(
        "A field stands twice",
        "Readers of YAML differ in which of two equal fields they take, so a reviewer could read one\n"
        "value and the tool use the other. Keep one.",
    ),
    "number": Page(
        "A number without an exact meaning",
        "Infinity, NaN and whole numbers from 2^53 on are read differently by different tools. Quote it\n"
        "to have it as text.",
    ),
    "document": Page(
        "A document that is no manifest",
        "A manifest is a map with `apiVersion`, `kind`, `metadata` and `spec`. Empty documents are passed\nover.",
    ),
    "kind": Page(
        "An unknown kind",
        "The kinds are Connection, StrategyBinding, Policy and Waiver. Config stands in reconciler.yaml at\n"
        "the root, because it says where the manifests are.",
    ),
    "api-version": Page(
        "An unknown apiVersion",
        "This version reads `reconciler/v1`.",
    ),
    "unknown-field": Page(
        "A field that does not exist here",
        "An unknown field is refused, since a misspelt one would silently do nothing.",
    ),
    "missing-field": Page(
        "A required field is missing",
        "The place is the field that should hold it.",
    ),
    "schema": Page(
        "A value of the wrong type or shape",
        "What a field takes stands in the JSON Schema of its kind: `reconcile schema KIND`, or hover over\n"
        "the field in an editor that reads the first line of the examples.",
    ),
    "exchange": Page(
        "An unknown exchange",
        "Exchanges are named by their ccxt id. `reconcile explain exchanges` lists those that keys can be\ntested at, "
        "and those that want something else than an API key and its secret.",
    ),
    "pair": Page(
        "A pair that does not fit",
        "Pairs are ccxt symbols: BTC/USDT on spot and margin, BTC/USDT:USDT on perpetual futures,\n"
        "BTC/USDT:USDT-261225 on dated ones. A spot pair on the futures market, or the reverse, would\n"
        "trade something else than was meant.",
    ),
    "market": Page(
        "A market that is not there",
        "A connection names only markets of its exchange, and a binding only markets of its connection:\n"
        "the key has no rights for others, nor should it.",
    ),
    "testnet": Page(
        "The exchange has no testnet",
        "`environment: testnet` needs an exchange that runs one. The simulator stands in everywhere.",
    ),
    "simulator": Page(
        "The exchange is not simulated",
        "The simulator speaks for the exchanges that have a file of their own: `reconcile explain exchanges`.",
    ),
    "passphrase": Page(
        "A passphrase is missing",
        "Keys of this exchange come with a passphrase, without which no request can be signed.",
    ),
    "secret-literal": Page(
        "A plain value where a secret reference belongs",
        "A secret never stands in a manifest. The value is not repeated in any message, but it is in the\n"
        "file and perhaps in git's history: replace the key at the exchange, put the new one into a SOPS\n"
        "or age file, and name that here.",
    ),
    "secret-reference": Page(
        "A secret reference that is not one",
        "A reference is a map with one kind and its locator: `{sops: FILE, key: dotted.path}`, `{age:\n"
        "FILE}`, `{env: NAME}` or `{file: PATH}`; or one for all credentials: `credentials: {sops: FILE,\n"
        "key: group}`.",
    ),
    "withdraw-permission": Page(
        "A key is declared to withdraw",
        "No key that this tool manages may withdraw, and no switch changes that: a bot never needs to,\n"
        "and a leaked key that can empties the account. Remove it from the list, and disable withdrawal\n"
        "for the key at the exchange.",
    ),
    "policy-rule": Page(
        "An unknown rule, or a rule set wrongly",
        "A policy names rules by id and gives each a level, or a map with `severity` and numbers where it\n"
        "takes any. `no-withdraw` cannot be set: it always holds.",
    ),
    "waiver": Page(
        "A waiver of something that nothing waives",
        "A waiver names the rule and the fingerprint of one finding. Nothing waives no-withdraw, the rule\n"
        "about waivers itself, or a mistake of a manifest: those are mended.",
    ),
    "duplicate-name": Page(
        "Two documents of one name",
        "Names are unique per kind over all files, since plan, history and references go by them.",
    ),
    "moved-from": Page(
        "A rename that cannot be",
        "metadata.movedFrom names what a document was called before, so that its history goes on under the\n"
        "new name. The old name can be nobody's any more, and only one document can have come from it.",
    ),
    "reference": Page(
        "A reference to a document that is not there",
        "A binding names its connection by `metadata.name`, and so does `proof.listedBy` of a connection.",
    ),
    "proof": Page(
        "A way to a proof that leads nowhere",
        "`proof.listedBy` names another connection of the same exchange and environment, whose key belongs to the\n"
        "main account and is therefore listed by nobody itself. `proof.withdrawalProbe` stands alone. Neither is of\n"
        "use where an exchange tells by itself what a key may do.",
    ),
    "settings": Page(
        "Settings that the strategy's JSON Schema refuses",
        "`strategies.NAME.settingsSchema` in reconciler.yaml names the schema that `spec.settings` must\nmeet.",
    ),
    "settings-schema": Page(
        "A settings schema that cannot be used",
        "The file must be a JSON Schema in JSON inside the repository, and refer to nothing outside\nitself.",
    ),
    "base-url": Page(
        "A base URL that sends keys elsewhere",
        "Credentials go only to the exchange's own hosts and to loopback. Another host must be named by\n"
        "the operator in the environment variable RECONCILE_ALLOW_HOSTS, so that no pull request can send\n"
        "a key away.",
    ),
    "path": Page(
        "A path that leaves the repository",
        "Paths in reconciler.yaml are relative to it, and no link on the way leads out.",
    ),
    "too-many": Page(
        "More mistakes than are shown",
        "The findings of one file end after 1,000. Mend those first.",
    ),
}
