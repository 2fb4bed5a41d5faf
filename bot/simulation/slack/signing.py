"""Signing of requests that Slack sends over HTTP."""

import hashlib
import hmac


def sign(secret: str, timestamp: int, body: str) -> str:
    """Give the `X-Slack-Signature` of a raw body sent at `timestamp` (Unix seconds)."""
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def headers(secret: str, timestamp: int, body: str) -> dict[str, str]:
    """Give the two headers that make a body believable."""
    return {
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": sign(secret, timestamp, body),
    }
