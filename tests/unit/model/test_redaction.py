"""Secrets are taken out of texts, whatever stands around them, and ordinary words stay."""

import json
import re
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.redaction import _FOUND, REMOVED, Redaction

PATTERNS = Redaction()
UUID = "5c1f2e4a-93b7-4d0e-8a55-0d1c2b3a4f5e"
KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{'MIIEow' * 20}\n-----END RSA PRIVATE KEY-----"

LOOKS_SECRET = {
    "a bot token": "xoxb-1111-2222-aBcDeFgH",
    "a user token": "xoxp-1111-2222-aBcDeFgH",
    "a rotated token": "xoxe.xoxb-1-MyAbCdEfGh",
    "an app-level token": "xapp-1-A0AAA-111-abcdef0123",
    "a webhook": "https://hooks.slack.com/services/T0AAA/B0BBB/abcdefgh",
    "a header of Proxmox": f"PVEAPIToken=root@pam!bot={UUID}",
    "a token of Proxmox": f"headroom@pve!bot={UUID}",
    "a ticket": "PVE:root@pam:6743A1B2::dGhpcyBpcyBhIHRpY2tldA==",
    "a cookie": "PVEAuthCookie=abcdefghijkl",
    "a password in an address": "rediss://default:s3cr3tw0rd@store:6379/0",
    "a password with an @": "https://ana:p@ssw0rd@pve1.example.org:8006",
    "a password in an assignment": "password=hunter22",
    "a bearer token": "Bearer abcdef0123456789",
    "a private key": KEY,
    "a key that was cut off": KEY[:90],
    "a key with a chat's dashes": KEY.replace("-----", "——-"),
}

TELLING = (
    "aBcDeFgH",
    "MyAbCdEfGh",
    "abcdef0123",
    "abcdefgh",
    UUID,
    "dGhpcyBp",
    "s3cr3t",
    "p@ssw0rd",
    "hunter22",
    "MIIEow",
)
"""The parts of them that nobody may read."""


@pytest.mark.parametrize("secret", LOOKS_SECRET.values(), ids=LOOKS_SECRET.keys())
@given(before=st.text(max_size=20), after=st.text(max_size=20))
def test_what_looks_like_a_secret_is_gone(secret: str, before: str, after: str) -> None:
    """Whatever stands around it; what is left says that something was there."""
    left = PATTERNS.text(f"{before} {secret} {after}")
    assert REMOVED in left
    assert not any(part in left for part in TELLING if part not in before + after)


@pytest.mark.parametrize(
    "text",
    [
        "request web-01 memory=+2G cores=4 the token was renewed, password rotated",
        "approve R-7K2M, see https://pve1.example.org:8006/#v1:0:=lxc/101",
        "ask ana@example.org or @bob! 10:00 works",
        "UPID:pve1:0000C530:0001:66A0F0F0:qmconfig:101:headroom@pve!bot:",
        "scsi0: local-lvm:vm-100-disk-0,size=32G at -----",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    """Commands, links, addresses, names of tokens."""
    assert text == PATTERNS.text(text)


@pytest.mark.parametrize(("mark", "pattern"), [found[:2] for found in _FOUND])
@given(st.data())
def test_what_a_pattern_finds_has_its_mark(
    mark: str, pattern: re.Pattern[str], data: st.DataObject
) -> None:
    """A text without the mark is not searched: nothing is missed by that."""
    assert mark in data.draw(st.from_regex(pattern)).lower()


FOLDED = str.maketrans({"i": "\u0131", "I": "\u0130", "s": "\u017f", "k": "\u212a"})
"""Other letters that a pattern takes for these where it does not mind capitals."""


@pytest.mark.parametrize("secret", LOOKS_SECRET.values(), ids=LOOKS_SECRET.keys())
@given(st.data())
def test_a_mark_is_found_whatever_letters_stand_for_its_own(
    secret: str, data: st.DataObject
) -> None:
    """What is searched only with a mark is what would be found without one."""
    ways = [(c, c.upper(), c.translate(FOLDED), c.upper().translate(FOLDED)) for c in secret[:40]]
    text = "".join(data.draw(st.sampled_from(way)) for way in ways) + secret[40:]
    searched = text
    for _, pattern, instead in _FOUND:
        searched = pattern.sub(instead, searched)
    assert PATTERNS.text(text) == searched


SECRETS = st.text(min_size=8, max_size=40).filter(lambda s: REMOVED not in s and s not in REMOVED)


@given(secret=SECRETS, before=st.text(max_size=30), after=st.text(max_size=30))
def test_a_configured_secret_is_gone_word_for_word(secret: str, before: str, after: str) -> None:
    """Any text may be a secret of ours; it is found in the middle of words too."""
    left = Redaction.of([secret]).text(before + secret + after)
    assert secret not in left


@given(st.text(max_size=200), st.lists(SECRETS, max_size=3))
def test_twice_is_once(text: str, secrets: list[str]) -> None:
    """What was redacted where it entered may pass through again where it leaves."""
    redaction = Redaction.of(secrets)
    once = redaction.text(f"{text} token={text} {' '.join(secrets)}")
    assert once == redaction.text(once)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner),
        max_leaves=10,
    )
)
def test_data_keeps_its_shape(value: object) -> None:
    """Lists stay lists, numbers numbers; nothing of a secret is left in keys either."""
    found = Redaction.of(["open sesame"]).inside({"v": value, "open sesame": ["x open sesame"]})
    assert value == found["v"]
    assert "sesame" not in json.dumps({k: v for k, v in found.items() if k != "v"})


def test_a_secret_is_found_as_slack_and_addresses_write_it() -> None:
    """Slack escapes three characters in what people type; an address quotes more."""
    redaction = Redaction.of(["p&ss<w>rd/1"])
    assert redaction.text("it is p&amp;ss&lt;w&gt;rd/1") == f"it is {REMOVED}"
    assert redaction.text("at p%26ss%3Cw%3Erd%2F1") == f"at {REMOVED}"


def test_a_redaction_does_not_show_what_it_looks_for() -> None:
    """Not even where it is printed; and a secret of a few letters is no word to look for."""
    assert "sesame" not in repr(Redaction.of(["open sesame"]))
    assert Redaction.of(["abc", ""]).text("abc") == "abc"


@pytest.mark.parametrize(
    "part", ["a", "@", "a@", "://", "a:", "@a!a", "xox", "-----BEGIN PRIVATE KEY-----"]
)
def test_a_hostile_text_costs_little(part: str) -> None:
    """A hundred thousand characters in well under a second: no pattern starts over at each of them."""
    started = perf_counter()
    PATTERNS.text(part * (100_000 // len(part)))
    assert perf_counter() - started < 1
