r"""The shapes of texts in manifests: each pattern with the words that explain it to a person.

Patterns keep to what Rust, Python and ECMAScript read alike: no `\d` or `\w`, no look-around, ASCII classes only.
`$` means the very end; the schema generator spells that out for dialects where a final newline may follow it.
"""

from __future__ import annotations

# Control characters and characters that reorder what is read: a display name could otherwise rewrite a terminal.
_UNSEEN = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff"
# One name in a path, or the dot: anything but `..`.
_SEGMENT = r"([^/.\x00-\x1f\x7f][^/\x00-\x1f\x7f]*|\.[^/.\x00-\x1f\x7f][^/\x00-\x1f\x7f]*|\.\.[^/\x00-\x1f\x7f]+|\.)"

DNS_LABEL = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
LABEL_KEY = r"^[A-Za-z0-9]([A-Za-z0-9._/-]{0,98}[A-Za-z0-9])?$"
DECIMAL = r"^[0-9]{1,20}(\.[0-9]{1,18})?$"
CURRENCY = r"^[A-Z0-9]{1,20}$"
TEXT = rf"^[^{_UNSEEN}]*$"
# Paths of the config repository: relative, and no segment climbs out.
RELATIVE_PATH = rf"^{_SEGMENT}(/{_SEGMENT})*/?$"
# Real days of this century only, leap years included, so that no reader has to refuse 2026-02-31 later.
DATE = (
    r"^20([0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    r"|02-(0[1-9]|1[0-9]|2[0-8]))|([02468][048]|[13579][26])-02-29)$"
)
# The longest unit first, as in 1h30m; the least length of a field keeps the empty text out.
DURATION = r"^([0-9]{1,4}d)?([0-9]{1,5}h)?([0-9]{1,6}m)?([0-9]{1,7}s)?$"
# ccxt's unified symbols: BTC/USDT on spot and margin, BTC/USDT:USDT on swaps, BTC/USDT:USDT-261225 on dated futures.
SPOT_PAIR = r"^[A-Z0-9]{1,20}/[A-Z0-9]{1,20}$"
FUTURES_PAIR = r"^[A-Z0-9]{1,20}/[A-Z0-9]{1,20}:[A-Z0-9]{1,20}(-[0-9]{6})?$"
PAIR = r"^[A-Z0-9]{1,20}/[A-Z0-9]{1,20}(:[A-Z0-9]{1,20}(-[0-9]{6})?)?$"
# Scheme, host and port, nothing after them: the paths stay the exchange's own.
FINGERPRINT = r"^[0-9a-f]{32}$"
# Whom a file is encrypted for: an age recipient, an ssh public key, or by its kind a key that is none of age.
RECIPIENT = (
    r"^(age1[0-9a-z]{10,4000}|ssh-ed25519 [A-Za-z0-9+/=]{20,200}|ssh-rsa [A-Za-z0-9+/=]{20,4000}"
    r"|pgp|kms|gcp_kms|azure_kv|hc_vault|hckms)$"
)
BASE_URL = r"^https?://([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?/?$"

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_HEX = "[0-9a-fA-F]{1,4}"
_IPV4 = rf"{_OCTET}(\.{_OCTET}){{3}}(/([12]?[0-9]|3[0-2]))?"
# RFC 4291, section 2.2: eight groups, or fewer around one `::`; without zone ids and dotted tails.
_IPV6 = "|".join(
    [
        rf"({_HEX}:){{7}}{_HEX}",
        rf"({_HEX}:){{1,7}}:",
        *(rf"({_HEX}:){{1,{7 - after}}}(:{_HEX}){{1,{after}}}" for after in range(1, 7)),
        rf":(:{_HEX}){{1,7}}",
        "::",
    ]
)
ADDRESS = rf"^({_IPV4}|({_IPV6})(/([1-9]?[0-9]|1[01][0-9]|12[0-8]))?)$"


def _cron(value: str) -> str:
    item = rf"(\*(/[1-9][0-9]?)?|{value}(-{value}(/[1-9][0-9]?)?)?)"
    return rf"{item}(,{item}){{0,59}}"


CRON = "^" + " ".join(
    [
        _cron("[0-5]?[0-9]"),
        _cron("([01]?[0-9]|2[0-3])"),
        _cron("(0?[1-9]|[12][0-9]|3[01])"),
        _cron("(0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"),
        _cron("([0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)"),
    ]
)
CRON += "$"
# Minutes, hours or days, of which a year is enough.
SPAN = r"^([1-9][0-9]{0,4}m|[1-9][0-9]{0,3}h|[1-9][0-9]{0,2}d)$"
# A name of the IANA database; it is no path, and climbs nowhere.
TIME_ZONE = r"^[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*){0,2}$"

WORDS = {
    CRON: "five fields of cron: minute, hour, day, month, weekday, such as 0 22 * * FRI",
    SPAN: "a number of minutes, hours or days, such as 90m, 56h or 2d",
    TIME_ZONE: "an IANA time zone, such as UTC or Europe/Berlin",
    DNS_LABEL: "a name of lower-case letters, digits and inner hyphens, at most 63 characters",
    LABEL_KEY: "a label name of letters, digits and inner . _ / -, at most 100 characters",
    DECIMAL: 'a decimal number as text, such as "500" or "1.5"',
    CURRENCY: "a currency in capitals, such as USDT",
    TEXT: "one line of text without control characters",
    RELATIVE_PATH: "a path relative to the root that does not climb out of it",
    DATE: "a day that exists, written YYYY-MM-DD",
    DURATION: "a span of time of d, h, m and s, such as 15m or 1h30m",
    PAIR: "a ccxt symbol in capitals: BTC/USDT for spot and margin, BTC/USDT:USDT for futures",
    FINGERPRINT: "the fingerprint of a finding: 32 digits and letters from a to f, as -o json shows it",
    RECIPIENT: "an age recipient (age1…), an ssh public key without its comment, or one of pgp, kms, gcp_kms, "
    "azure_kv, hc_vault, hckms",
    BASE_URL: "a scheme, a host and perhaps a port, such as http://127.0.0.1:4001",
    ADDRESS: "an IPv4 or IPv6 address, or a network such as 203.0.113.0/24",
}
