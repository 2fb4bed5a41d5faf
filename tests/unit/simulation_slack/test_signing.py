"""Signatures agree with the example that Slack publishes."""

from bot.simulation.slack.signing import headers, sign

# docs.slack.dev/authentication/verifying-requests-from-slack
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TIMESTAMP = 1531420618
BODY = (
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
    "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
    "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
    "%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


def test_the_published_example() -> None:
    """The published body, secret and time give the published signature."""
    assert sign(SECRET, TIMESTAMP, BODY) == SIGNATURE


def test_both_headers_go_along() -> None:
    """The timestamp that was signed is sent beside the signature."""
    assert headers(SECRET, TIMESTAMP, BODY) == {
        "X-Slack-Request-Timestamp": "1531420618",
        "X-Slack-Signature": SIGNATURE,
    }
