"""The address of a store, taken apart: one host, or the Sentinels or the cluster that know it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

SENTINEL_PORT = 26379
PORT = 6379
SCHEMES = (
    "redis",
    "rediss",
    "unix",
    "redis+sentinel",
    "rediss+sentinel",
    "redis+cluster",
    "rediss+cluster",
)

_PARTS = re.compile(
    r"(?P<scheme>[a-z+]+)://(?:(?P<login>[^/?#\[\]]*)@)?(?P<hosts>[^/?#@]*)(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?"
)
_SENTINELS_OWN = ("sentinel_username", "sentinel_password")
_TLS = (
    "ssl_ca_certs",
    "ssl_ca_data",
    "ssl_ca_path",
    "ssl_cert_reqs",
    "ssl_certfile",
    "ssl_check_hostname",
    "ssl_ciphers",
    "ssl_keyfile",
    "ssl_password",
)
_QUOTED = "in a password / ? # @ & [ ] are written %2F %3F %23 %40 %26 %5B %5D"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAddress:
    """An address in its parts; `login` and the values of `query` are as typed, quoted.

    `redis+sentinel://[user:password@]host[:port],…/SERVICE[/db]`, `redis+cluster://…@host[:port]`,
    `rediss+…` with TLS, and `redis://`, `rediss://`, `unix://PATH`. Options are the library's, as far as
    they are good for us.
    """

    scheme: str
    login: str
    hosts: tuple[tuple[str, int], ...]
    path: tuple[str, ...]
    query: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Take an address apart; ValueError says what is wrong, without any secret."""
        found = _PARTS.fullmatch(url)
        if found is None:
            raise ValueError(f"it has not the form of one; {_QUOTED}")
        if found["scheme"] not in SCHEMES:
            raise ValueError(f"it starts with none of {', '.join(SCHEMES)}")
        kind = found["scheme"].partition("+")[2]
        address = cls(
            scheme=found["scheme"],
            login=found["login"] or "",
            hosts=tuple(_hosts(found["hosts"], SENTINEL_PORT if kind == "sentinel" else PORT)),
            path=tuple(part for part in (found["path"] or "").split("/") if part),
            query=found["query"] or "",
        )
        address._check(kind)
        return address

    def _check(self, kind: str) -> None:
        given = parse_qs(self.query, keep_blank_values=True)
        known = ["username", "password", "client_name", *([] if kind else ["db"])]
        known += _TLS if self.scheme.startswith("rediss") else ()
        known += _SENTINELS_OWN if kind == "sentinel" else ()
        if not given.keys() <= set(known):
            raise ValueError(f"its options may be {', '.join(known)}; {_QUOTED}")
        if not all(number.isdecimal() for number in given.get("db", ())):
            raise ValueError("db is the number of a database")
        if kind and not self.hosts:
            raise ValueError("it names no host")
        if kind == "sentinel" and not self.path:
            raise ValueError("the name of the service is missing: redis+sentinel://HOST:26379/NAME")
        if kind == "sentinel" and self.path[1:] and not self.path[1].isdigit():
            raise ValueError("after the name of the service comes the number of a database")
        if kind == "cluster" and self.path not in {(), ("0",)}:
            raise ValueError("a cluster has no databases but 0")
        if kind != "sentinel" and len(self.hosts) > 1:
            raise ValueError(
                "it names several hosts: only Sentinels are listed, a cluster tells its nodes"
            )

    @property
    def of_sentinels(self) -> bool:
        """Return whether the hosts are Sentinels."""
        return self.scheme.endswith("+sentinel")

    @property
    def of_cluster(self) -> bool:
        """Return whether the host is a node of a cluster."""
        return self.scheme.endswith("+cluster")

    @property
    def place(self) -> str:
        """Return where the store is, without user and password."""
        hosts = ", ".join(f"{_bracketed(host)}:{port}" for host, port in self.hosts)
        if self.of_sentinels:
            return f"{self.path[0]} of the Sentinels at {hosts}"
        if self.of_cluster:
            return f"the cluster of {hosts}"
        return hosts or "/" + "/".join(self.path)

    @property
    def of_the_server(self) -> str:
        """Return an address that only carries what a connection to the server itself needs."""
        kept = {k: v for k, v in parse_qs(self.query).items() if k not in _SENTINELS_OWN}
        database = (self.path[1:] or ("0",))[0] if self.of_sentinels else "0"
        login = f"{self.login}@" if self.login else ""
        return f"{self.scheme.partition('+')[0]}://{login}/{database}?{urlencode(kept, doseq=True)}"

    @property
    def of_its_guides(self) -> str:
        """Return the same for who is asked where the server is: Sentinels have a login of their own."""
        if not self.of_sentinels:
            return self.of_the_server
        query = parse_qs(self.query)
        user, password = (query.get(name, [""])[0] for name in _SENTINELS_OWN)
        tls = {k: v for k, v in query.items() if k.startswith("ssl_")}
        own = {"username": [user], "password": [password]} if password else {}
        return f"{self.scheme.partition('+')[0]}:///0?{urlencode(tls | own, doseq=True)}"


def secrets_in(url: str) -> Iterator[str]:
    """Yield the passwords in an address, as typed and as meant; also in one that is no good."""
    before, _, query = url.partition("?")
    typed = [before.rpartition("@")[0].partition("://")[2].partition(":")[2]]
    pairs = [pair.partition("=") for pair in query.split("&")]
    typed += [value for name, _, value in pairs if name.endswith("password")]
    for password in filter(None, typed):
        yield password
        yield unquote(password)


def _hosts(text: str, port: int) -> Iterator[tuple[str, int]]:
    """Yield host and port of each member; IPv6 stands in brackets."""
    for member in filter(None, (part.strip() for part in text.split(","))):
        try:
            parts = urlsplit(f"//{member}")
            yield parts.hostname or "localhost", parts.port or port
        except ValueError:  # its text would show what stands there, and that may be of a password
            raise ValueError(f"a host or a port in it is none; {_QUOTED}") from None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
