"""What the schemas cannot say of a field: why it is there, and what a reader would get wrong.

Keyed by kind and path. The first line stands for a description where the schema has none.
"""

from __future__ import annotations

from collections.abc import Mapping

NOTES: Mapping[str, str] = {
    "Connection.metadata.name": (
        "\nThe name is the identity: with another name it is another connection, and the old one is deleted, unless "
        "metadata.movedFrom says what it was called. "
        "It is best the DNS label of the display name, see: reconcile explain naming"
    ),
    "Connection.metadata.movedFrom": (
        "\nThe rename is one step: the platform, its bindings, what is proven of the key, and its history go on under "
        "the new name. It is done in a run over everything. Once it is done, or where the old name is not there, the "
        "line does nothing and may be taken out. Where both names are declared or on the platform the run refuses."
    ),
    "StrategyBinding.metadata.movedFrom": "\nSee: reconcile explain connection.metadata.movedFrom",
    "Connection.metadata.labels": "\nPolicies select by labels, and so does the option --selector.",
    "Connection.spec.environment": (
        "\nConnections of the simulator need no account anywhere and no network but loopback. They alone may "
        "use the identity that is checked in as connections.d/demo.agekey."
    ),
    "Connection.spec.account": (
        "\nA label for people. What the exchange itself says of the account behind the key is recorded by every test."
    ),
    "Connection.spec.markets": (
        "\nEach market is tested, and a binding can only use what stands here. A right to trade elsewhere is "
        "reported, see: reconcile explain least-privilege"
    ),
    "Connection.spec.permissions": (
        "\nread: balances, orders and positions can be seen. trade: orders can be placed on the declared "
        "markets; where the key cannot, the diagnosis is No trade permission.\n\n"
        "withdraw is no value of this list. No key may withdraw, see: reconcile explain no-withdraw"
    ),
    "Connection.spec.credentials": (
        "\nEither a reference for each of apiKey, secret and, where the exchange wants one, passphrase; or "
        "one reference for all of them:\n  credentials: {sops: secrets/mexc.sops.yaml, key: main}\n"
        "names the map main in that file, with api_key, secret and passphrase in it.\n\n"
        "A value never stands here. One that does is refused, not repeated, and should be treated as leaked.\n"
        "\nThe kinds of references: reconcile explain secrets"
    ),
    "Connection.spec.credentials.apiKey": "Where the API key is: a secret reference.\nSee: reconcile explain secrets",
    "Connection.spec.credentials.secret": "Where its secret is: a secret reference.\nSee: reconcile explain secrets",
    "Connection.spec.credentials.passphrase": (
        "Where its passphrase is: a secret reference.\n"
        "Only some exchanges hand out a passphrase with a key; for those it is required. See: reconcile "
        "explain secrets"
    ),
    "Connection.spec.ipAllowlist": (
        "\nThe same list belongs to the key at the exchange; nothing is set there by this program. Both are "
        "compared where the exchange shows its list, see: reconcile explain ip-allowlist"
    ),
    "Connection.spec.proof": (
        "\nSome exchanges show a right only where a key has it, so that its absence proves nothing and the "
        "connection stays Unverified. Two ways lead to a proof, of which a connection names one."
    ),
    "Connection.spec.proof.listedBy": (
        "\nFor a key of a sub-account. The connection named here has a key of the main account that may read "
        "the keys of sub-accounts and do nothing else; it is tested like every other. When this connection is "
        "tested, that key is asked once for the keys of the sub-account, and the entry that spells this very key "
        "says what it may do. Both are of one exchange and environment. Where the entry is missing, is not the "
        "only one alike, or says something unknown, nothing is proven.\n\n"
        "On Gate the key of the main account has the groups account and sub_accounts, read-only, and those of "
        "the markets it is declared for, read-only as well."
    ),
    "Connection.spec.proof.withdrawalProbe": (
        "\nwhen-applying: in a run that applies, and in no other, the exchange is asked to cancel a withdrawal "
        "whose number cannot exist. A key without the right is refused for that; a key with the right is told "
        "that there is no such withdrawal, and is Blocked. It is the only request of this program that is not "
        "made to read, and it is sent once a run for each key that asks for it. Dry runs, test, drift, status and "
        "validate never send it, so that the connection is Unverified there. It goes out with the tests, before "
        "the changes are confirmed.\n\n"
        "On Gate the words of the refusal are documented for making withdrawals and not for cancelling them; "
        "the report names the answer that the verdict rests on."
    ),
    "Connection.spec.interval": (
        "\nThe moments lie where a hash of the name puts them, so that many keys never come at once. Only reconcile "
        "watch goes by it; the floor of the config bounds it from below."
    ),
    "Connection.spec.mode": (
        "\nobserve: what differs is planned and told, as held, and nothing is changed, by the loop or by hand. But for "
        "one thing: bindings on a key that may withdraw are suspended, whatever the mode; that has no switch.\n"
        "enforce: the platform is kept as declared."
    ),
    "Connection.spec.rotation": "\nSee: reconcile explain key-age",
    "Connection.spec.rotation.maxAgeDays": "\nA connection may ask for less than its policy, never for more.",
    "Connection.spec.suspend": (
        "\nWhile it lasts, the bindings of the connection are suspended, with this reason. The key is "
        "still tested: a pause is no reason to know less."
    ),
    "Connection.spec.twoFactor": "\nSee: reconcile explain two-factor-attested",
    "StrategyBinding.spec.connection": "\nThe metadata.name of a Connection in the same manifests.",
    "StrategyBinding.spec.enabled": (
        "\nA binding runs only while its connection is Online. When the connection becomes Blocked it is "
        "suspended at once, and resumed when the connection is clean again; nothing need be changed here "
        "for that."
    ),
    "StrategyBinding.spec.market": "\nOne of the markets of its connection.",
    "StrategyBinding.spec.pairs": (
        "\nBTC/USDT on spot and margin, BTC/USDT:USDT on perpetual futures, BTC/USDT:USDT-261225 on dated "
        "ones. A pair of the wrong market is refused, since it would trade something else than was meant."
    ),
    "StrategyBinding.spec.marginLimit.amount": "\nText, since a YAML number would lose digits.",
    "StrategyBinding.spec.settings": (
        "\nFree, and checked against the strategy's own JSON Schema where reconciler.yaml names one, see: "
        "reconcile explain config.strategies"
    ),
    "Policy.spec": "What the policy asks, and of which documents.",
    "Policy.spec.rules": (
        "\nA rule that no policy speaks of has its default. Where several policies speak of one rule for a "
        "connection, the strictest level holds, and the smallest of each number. no-withdraw has no switch "
        "and cannot be named.\n\nThe rules: reconcile explain rules"
    ),
    "Policy.spec.freeze": (
        "\nWhile a window is open, what the policy selects is not created, replaced, resumed, deleted or widened; each "
        "such change is held, with the window and its end. Any open window is enough, whatever other policies say. "
        "What must stop is stopped at any time: suspensions, what is switched off, and updates that only allow "
        "less.\n\n"
        "  freeze:\n    weekend: {cron: 0 22 * * FRI, duration: 56h, timeZone: Europe/Berlin}"
    ),
    "Policy.spec.freeze.NAME.cron": (
        "\nFive fields as in a crontab, with names in capitals; a range may run over its end, as in FRI-MON. Where "
        "both kinds of days are given, either is enough. A time that a clock skips begins when it is skipped, and "
        "one that it shows twice begins twice."
    ),
    "Policy.spec.freeze.NAME.duration": "\nReal time, whatever the clock does meanwhile.",
    "Policy.spec.freeze.NAME.timeZone": "\nA name of the IANA database that the machine knows.",
    "Policy.spec.select": "\nA policy speaks of the connections whose labels match, and of their bindings.",
    "Policy.spec.rules.key-age.severity": "How bad a key that is too old is.\n",
    "Policy.spec.rules.recipients.severity": "How bad a recipient is that should not be, or is missing.\n",
    "Policy.spec.rules.key-age.maxDays": "After how many days a key must be replaced.\n",
    "Waiver.spec": "\nWhat is wrong with a waiver is told by a rule: reconcile explain waivers",
    "Waiver.spec.finding": (
        "\nReports in JSON show it. It stays the same when the finding moves to another line, and is another one for "
        "another fact: a waiver of one address that is too many is none of the next."
    ),
    "Waiver.spec.rule": "\nNothing waives no-withdraw, and nothing waives what is wrong with a waiver.",
    "Waiver.spec.until": "\nIn UTC. How far it may lie ahead is set by: reconcile explain waivers",
    "Policy.spec.rules.waivers.severity": "How bad a waiver is that has ended, is too long or is not needed.\n",
    "Policy.spec.rules.waivers.maxDays": "How many days from now a waiver may end at most.\n",
    "Config.exchanges": (
        "\nOf use for a proxy or a recorded exchange. A baseUrl on loopback may stand here; any other host "
        "needs the operator's environment variable RECONCILE_ALLOW_HOSTS, so that a pull request cannot "
        "send a key elsewhere."
    ),
    "Config.egress.addresses": (
        "\nWith these known, a key whose allowlist does not hold them is reported before it fails, see: "
        "reconcile explain ip-allowlist"
    ),
    "Config.watch.interval": "\nA connection may name its own, see: reconcile explain connection.spec.interval",
    "Config.watch.floor": (
        "\nIt holds across restarts, and for every interval that is shorter. Only reconcile now goes below it. After "
        "an outage a key is tested again after the floor, then after twice as long each time, up to its interval."
    ),
    "Config.watch.staleAfter": (
        "\nWhen an exchange cannot be reached, what was proven before stands, but not for ever: after this long the "
        "connection is Unverified. A proven right to withdraw stands until it is disproven."
    ),
    "Config.watch.mode": ("\nOf connections that name no mode themselves, see: reconcile explain connection.spec.mode"),
    "Config.manifests": (
        "\nEvery *.yaml and *.yml below is a manifest, but for folders named secrets and files named "
        "*.sops.*, which hold secrets."
    ),
}

EXAMPLES: Mapping[str, str] = {
    "Connection": """\
apiVersion: reconciler/v1
kind: Connection
metadata:
  name: mexc-spot-main
  labels: {team: core}
spec:
  displayName: MEXC Spot Main
  exchange: mexc
  markets: [spot]
  credentials: {sops: secrets/mexc.sops.yaml, key: main}
  ipAllowlist: [203.0.113.10]
  rotation: {createdAt: 2026-10-01, maxAgeDays: 90}
""",
    "StrategyBinding": """\
apiVersion: reconciler/v1
kind: StrategyBinding
metadata: {name: grid-btc}
spec:
  connection: mexc-spot-main
  strategy: grid
  market: spot
  pairs: [BTC/USDT]
  marginLimit: {amount: "500", currency: USDT}
""",
    "Policy": """\
apiVersion: reconciler/v1
kind: Policy
metadata: {name: house-rules}
spec:
  select: {labels: {team: core}}
  rules:
    ip-allowlist: require
    key-age: {maxDays: 60, severity: deny}
""",
    "Waiver": """\
apiVersion: reconciler/v1
kind: Waiver
metadata: {name: mexc-without-allowlist}
spec:
  rule: ip-allowlist
  finding: 0f1e2d3c4b5a69788796a5b4c3d2e1f0
  owner: core team
  reason: the new host has no address of its own yet
  until: 2026-12-31
""",
    "Config": """\
apiVersion: reconciler/v1
kind: Config
manifests: [connections.d]
platform: {driver: embedded, path: .reconciler/platform.db}
egress: {addresses: [203.0.113.10]}
""",
}
