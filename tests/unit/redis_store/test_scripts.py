"""The scripts hold no rule of the business, and keys can live on one slot of a cluster."""

import re
from pathlib import Path

import pytest

import bot.redis_store
from bot.redis_store import keys as keys_module
from bot.redis_store.keys import Keys
from tests.unit.redis_store.samples import ALICE, GUEST, PLACE

FOLDER = Path(bot.redis_store.__file__).parent
SCRIPTS = sorted(FOLDER.glob("*.lua"))
BUSINESS = """
    request approv vote veto deny denied cancel expired expiry claim plan policy rule quorum offer pending
    running uncertain succeeded partial failed refus guest node storage ledger reserv handle card
    intake audit slack proxmox headroom person actor user team vmid incident
"""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_business_word_is_in_a_script(script: Path) -> None:
    """Rules stand in Python; a script knows keys, versions, times and texts."""
    text = script.read_text().lower()
    assert not [word for word in BUSINESS.split() if word in text]


def test_there_are_scripts() -> None:
    """The check above looks at what the store runs."""
    assert {"save", "lease", "release", "postpone", "move", "swap"} == {
        path.stem for path in SCRIPTS
    }


def names(keys: Keys) -> list[str]:
    """Return one key of each kind."""
    return [
        keys.request("1"),
        keys.handle("r-7k2m"),
        keys.open_requests,
        keys.all_requests,
        keys.requests_of(ALICE),
        keys.requests_on(GUEST),
        keys.ledger("paris", PLACE),
        keys.ledgers("paris"),
        keys.ends,
        keys.intake("D1"),
        keys.cards("1"),
        keys.due,
        keys.calls,
        keys.lease("sweep"),
        keys.ask("view"),
        keys.audit,
        keys.audit_head,
        keys.audit_of("1"),
    ]


def test_all_keys_share_one_hash_tag_and_no_two_a_name() -> None:
    """One save is one script on Redis Cluster too; kinds never meet."""
    found = names(Keys("headroom"))
    assert all(name.startswith("{headroom}:") and name.count("{") == 1 for name in found)
    assert len(found) == len(set(found))


def test_a_handle_is_found_in_any_case() -> None:
    """People type handles as they like."""
    assert Keys().handle("R-7K2M") == Keys().handle("r-7k2m")


def test_every_key_stands_in_the_table() -> None:
    """The docstring of `keys.py` names each key, its type, life and owner."""
    table = keys_module.__doc__ or ""
    families = {
        re.sub(r":(1|R-7K2M|D1|sweep|view|T1:UALICE|paris.*)$", ":", name.split(":", 1)[1])
        for name in names(Keys())
    }
    assert not [family for family in families if f"    {family}" not in table]


def test_only_listed_keys_may_live_for_ever() -> None:
    """A request and its handle may while it is open; what is asked for a time never may."""
    keys = Keys("test")
    assert keys.lasting(keys.due)
    assert keys.lasting(keys.ledger("paris", PLACE))
    assert keys.lasting(keys.request("1"), request_is_open=True)
    assert not keys.lasting(keys.request("1"))
    forgetful = (keys.intake("D1"), keys.cards("1"), keys.ask("x"), keys.lease("x"))
    assert not any(keys.lasting(key, request_is_open=True) for key in forgetful)
