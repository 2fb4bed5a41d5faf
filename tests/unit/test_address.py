"""Addresses of stores, taken apart; what is no address is said, and passwords are known as such."""

import re
from collections.abc import Callable

import pytest

from bot.model.address import StoreAddress, secrets_in
from bot.redis_store.addresses import pool_of

HOSTS = (("a", 26379), ("b", 5000), ("::1", 26379))


def test_sentinels_are_listed_with_the_service_and_the_database() -> None:
    """Ports may be left out, IPv6 stands in brackets, the login is the server's."""
    address = StoreAddress.of(
        "rediss+sentinel://bot:p%40ss@a,b:5000,[::1]/headroom/2?ssl_ca_path=x"
    )
    assert address.hosts == HOSTS
    assert address.place == "headroom of the Sentinels at a:26379, b:5000, [::1]:26379"
    assert address.of_the_server == "rediss://bot:p%40ss@/2?ssl_ca_path=x"
    assert address.of_its_guides == "rediss:///0?ssl_ca_path=x"


def test_sentinels_have_a_login_of_their_own() -> None:
    """It goes to them and not to the server; TLS goes to both."""
    url = "rediss+sentinel://:one@a/headroom?sentinel_password=two&ssl_ca_certs=%2Fca.pem"
    address = StoreAddress.of(url)
    assert address.of_the_server == "rediss://:one@/0?ssl_ca_certs=%2Fca.pem"
    assert address.of_its_guides == "rediss:///0?ssl_ca_certs=%2Fca.pem&username=&password=two"


def test_a_cluster_is_known_by_one_node() -> None:
    """The login of the cluster is that of all its nodes."""
    address = StoreAddress.of("redis+cluster://:one@node:7000")
    assert address.place == "the cluster of node:7000"
    assert address.of_the_server == address.of_its_guides == "redis://:one@/0?"


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("redis://:secret@store:6380/0", "store:6380"),
        ("rediss://store", "store:6379"),
        ("unix:///run/valkey.sock?db=0", "/run/valkey.sock"),
    ],
)
def test_a_place_is_told_without_its_password(url: str, place: str) -> None:
    """For sentences."""
    assert StoreAddress.of(url).place == place


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("localhost:6379", "it has not the form"),
        ("http://store", "it starts with none of"),
        ("redis+other://store", "it starts with none of"),
        ("redis+sentinel:///headroom", "it names no host"),
        ("redis+sentinel://a,b", "the name of the service is missing"),
        ("redis+sentinel://a/headroom/x", "the number of a database"),
        ("redis+cluster://a/1", "a cluster has no databases but 0"),
        ("redis+cluster://a,b", "it names several hosts"),
        ("redis://a/0?timeout=3", "its options may be username, password, client_name, db; in a"),
        ("redis+sentinel://a/headroom?db=1", "client_name, sentinel_username, sentinel_password;"),
        ("redis://a/0?ssl_ca_certs=x", "its options may be"),
        ("redis://a?db=x", "db is the number of a database"),
        ("redis+cluster://a:port", "a host or a port in it is none"),
    ],
)
def test_what_is_no_address_is_said(url: str, said: str) -> None:
    """With what would be one."""
    with pytest.raises(ValueError, match=said):
        StoreAddress.of(url)


@pytest.mark.parametrize(
    "url",
    [
        "redis+sentinel://bot:o%2Fne@a,b/headroom?sentinel_password=tw%2Bo",
        "redis://bot:o%2Fne@[::1],a:x/?password=tw%2Bo",
    ],
)
def test_every_password_in_an_address_is_a_secret(url: str) -> None:
    """As typed and as meant, also where the address is no good."""
    assert list(secrets_in(url)) == ["o%2Fne", "o/ne", "tw%2Bo", "tw+o"]


@pytest.mark.parametrize(
    "url",
    [
        "redis://:[hidden]1@host",
        "redis://:123?hidden@host/0",
        "redis://:hidden/2@host/0",
        "redis://host?password=a&hidden",
    ],
)
def test_what_is_wrong_is_said_without_any_of_it(url: str) -> None:
    """A password that was not quoted looks like a port, a path or an option."""
    with pytest.raises(ValueError, match="in a password") as said:
        StoreAddress.of(url)
    assert "hidden" not in str(said.value)
    assert said.value.__suppress_context__ or said.value.__context__ is None


KINDS = ("redis://a/1", "rediss://a", "unix:///a", "rediss+sentinel://a/b/1", "redis+cluster://a")


@pytest.mark.parametrize("url", KINDS)
def test_every_option_that_is_offered_is_taken(url: str) -> None:
    """By the library, too: a connection can be made."""
    with pytest.raises(ValueError, match="its options may be") as said:
        StoreAddress.of(f"{url}?no=1")
    offered = re.findall(r"\w+", str(said.value).partition(";")[0].partition("may be")[2])
    values = {"ssl_cert_reqs": "none"}
    query = "&".join(f"{option}={values.get(option, '1')}" for option in offered)
    made: Callable[[], object] = pool_of(f"{url}?{query}").make_connection
    assert made() is not None
