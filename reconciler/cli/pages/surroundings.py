"""The pages of what surrounds a run: exit codes, secret references, environment variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.cli.exit_codes import EXIT_CODES, ORDER_NOTE
from reconciler.cli.pages.page import Page

# What each kind of secret reference is for, and what guards it.
SCHEMES: Mapping[str, tuple[str, str]] = {
    "sops": (
        "One value of a file encrypted with SOPS and age.",
        (
            "\n  {sops: secrets/mexc.sops.yaml, key: main.api_key}\n\n"
            "YAML, JSON, dotenv, INI and binary files are opened in the process; sops itself is not needed. "
            "The file's authentication code is verified before any value is used. The key is a dotted path "
            "inside the file.\n\nMake one with: reconcile secrets set FILE KEY"
        ),
    ),
    "age": (
        "A file encrypted with age that holds one value.",
        (
            "\n  {age: secrets/kucoin-passphrase.age}\n\n"
            "The whole content is the value, without the line break at its end."
        ),
    ),
    "env": (
        "An environment variable that was set aside for it.",
        (
            "\n  {env: RECONCILE_SECRET_MEXC_KEY}\n\n"
            "Only names that match RECONCILE_SECRET_* are read. The operator may allow more with "
            "RECONCILE_ALLOW_ENV, which no file in the repository can."
        ),
    ),
    "file": (
        "A file in clear, in a folder that the operator named.",
        (
            "\n  {file: /run/secrets/mexc-key}\n\n"
            "For mounted secrets, such as those of Kubernetes. Only folders named in RECONCILE_ALLOW_FILES are "
            "read."
        ),
    ),
}
ENVIRONMENT: Mapping[str, str] = {
    "RECONCILE_ALLOW_ENV": "More names for env references, beside RECONCILE_SECRET_*: patterns, separated by commas.",
    "RECONCILE_ALLOW_FILES": "Folders whose files file references may name: absolute paths, separated by colons.",
    "RECONCILE_ALLOW_HOSTS": "Hosts that a baseUrl in reconciler.yaml may name, beside loopback: separated by commas.",
    "RECONCILE_SECRET_*": "Values for env references. The part after the underscore is yours to choose.",
    "RECONCILE_SIMULATOR": "The ready-file of a running simulator. Unset, each run starts one of its own when needed.",
    "SOPS_AGE_KEY": "age identities, as text. Found as sops finds them.",
    "SOPS_AGE_KEY_FILE": "A file with age identities.",
    "SOPS_AGE_KEY_CMD": "A command that prints age identities; run once, and only when a file needs it.",
    "SOPS_AGE_SSH_PRIVATE_KEY_FILE": "An ssh private key to open age files with.",
    "SOPS_AGE_SSH_PRIVATE_KEY_CMD": "A command that prints an ssh private key.",
    "SOPS_AGE_RECIPIENT": "Set for the two commands above: the recipient that an identity is wanted for.",
    "SOPS_AGE_RECIPIENTS": "The age recipients that reconcile secrets encrypts a new file for.",
    "XDG_CONFIG_HOME": "The folder whose sops/age/keys.txt holds your age identities; ~/.config where unset.",
    "NO_COLOR": "Set to anything: no colour, terminal or not.",
    "TERM": "The value dumb means a terminal without colour and progress.",
    "CI": "Set to anything: no progress is drawn.",
}
_PATH_NOTE = (
    "The path is relative to the manifest, stays inside the repository, follows no link and names a regular file. "
    "How the age identity is found: reconcile explain environment"
)
_LITERAL_NOTE = "No reference runs a command. A plain value where a reference belongs is refused, and never printed."


def pages() -> Iterator[Page]:
    """Make the pages of one program: its codes, references and variables."""
    for code in EXIT_CODES:
        yield Page(f"exit-{code.code}", "exit-codes", code.meaning, ORDER_NOTE, aliases=(str(code.code),))
    for scheme, (summary, text) in SCHEMES.items():
        encrypted = scheme in ("sops", "age")
        yield Page(scheme, "secrets", summary, f"{text}\n\n{_PATH_NOTE if encrypted else ''}\n\n{_LITERAL_NOTE}")
    for variable, meaning in ENVIRONMENT.items():
        yield Page(variable, "environment", meaning)
