"""Answers that come from in front of an exchange: proxies, firewalls, broken gateways."""

from __future__ import annotations

from reconciler.simulator.wire import Answer, as_page

_CLOUDFLARE = {"Server": "cloudflare", "CF-RAY": "8f2c1a7b9d3e4f50-FRA", "Cache-Control": "no-store"}


def internal_error() -> Answer:
    """Say in plain text that something broke, as a gateway does that caught an exception."""
    return Answer(500, b"Internal Server Error", {"Content-Type": "text/plain; charset=utf-8"})


def bad_gateway() -> Answer:
    """Show the page of a reverse proxy whose backend is gone."""
    title = "502 Bad Gateway"
    head = f"<head><title>{title}</title></head>"
    html = f"<html>\r\n{head}\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>"
    return as_page(html, 502, {"Server": "nginx"})


def blocked_by_cloudflare(client_ip: str) -> Answer:
    """Show the page of a firewall that takes the caller for an attacker; it names the caller's address."""
    html = (
        "<!DOCTYPE html>\n<html lang=en-US>\n<head><title>Attention Required! | Cloudflare</title></head>\n<body>\n"
        "<h1>Sorry, you have been blocked</h1>\n<p>You are unable to access this service.</p>\n"
        f"<p>Your IP: {client_ip} - Cloudflare Ray ID: 8f2c1a7b9d3e4f50</p>\n</body>\n</html>\n"
    )
    return as_page(html, 403, _CLOUDFLARE)


def blocked_by_cloudfront() -> Answer:
    """Show the page of a content network that does not let a request through."""
    html = (
        "<!DOCTYPE HTML>\n<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY>\n"
        "<H1>403 ERROR</H1>\n<H2>The request could not be satisfied.</H2>\nRequest blocked.\n</BODY></HTML>\n"
    )
    return as_page(html, 403, {"Server": "CloudFront", "X-Cache": "Error from cloudfront"})


def unavailable_for_legal_reasons() -> Answer:
    """Show the page of a network edge that does not serve the caller's country."""
    return as_page("<html><head><title>451</title></head><body>Unavailable For Legal Reasons</body></html>", 451)


def empty() -> Answer:
    """Report success without a body."""
    return Answer(200, b"")


def truncated(answer: Answer) -> Answer:
    """Cut the right answer off in the middle."""
    return Answer(answer.status, answer.body[: max(1, len(answer.body) // 2)], answer.headers)
