"""What errors of Proxmox mean."""

import ssl

import pytest
import requests

from bot.model.errors import (
    GuestLocked,
    GuestMissing,
    HypervisorFault,
    MissingPrivilege,
    OutcomeUnknown,
    Refused,
    StaleDigest,
    Unreachable,
)
from bot.proxmox.faults import of_answer, of_transport

TOKEN = "bot@pve!slack"


def fault(status: int, message: str, *, writes: bool = True) -> HypervisorFault:
    """Return what an answer means."""
    return of_answer(
        status, message, None, doing="changing CT 104 on paris", writes=writes, token_id=TOKEN
    )


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist", GuestMissing),
        ("VM is locked (backup)", GuestLocked),
        ("CT is locked (snapshot)", GuestLocked),
        ("can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout", GuestLocked),
        ("checksum mismatch (file change by other user?)", StaleDigest),
        ("detected modified configuration - file changed by other user? Try again.", StaleDigest),
        ("cluster not ready - no quorum?", Refused),
        ("unable to shrink disk size", Refused),
    ],
)
def test_texts_of_status_500(message: str, kind: type[Refused]) -> None:
    """Proxmox says 500 for everything: only the text tells what it is."""
    read = fault(500, message)
    assert type(read) is kind
    assert str(read) == f"changing CT 104 on paris: {message}"


def test_a_missing_privilege_by_name_and_path() -> None:
    """The operator reads what to grant where."""
    read = fault(403, "Permission check failed (/vms/100, VM.Config.Memory)")
    assert isinstance(read, MissingPrivilege)
    assert (read.path, read.privilege, read.status) == ("/vms/100", "VM.Config.Memory", 403)


def test_a_missing_privilege_with_a_remark() -> None:
    """Some texts add what it is for; only the privilege's name can be granted."""
    read = fault(403, "Permission check failed (/, Sys.Modify for modifying tag 'x')")
    assert isinstance(read, MissingPrivilege)
    assert (read.path, read.privilege) == ("/", "Sys.Modify")


def test_a_403_without_names_is_a_refusal() -> None:
    """A method that takes no token names no privilege."""
    assert type(fault(403, "Permission check failed (user != root@pam)")) is Refused


def test_401_names_the_token_and_not_the_secret() -> None:
    """Which token is said; it may be wrong, expired or disabled."""
    read = fault(401, "No ticket")
    assert isinstance(read, Refused)
    assert TOKEN in str(read)


def test_595_means_nothing_happened() -> None:
    """The asked host could not even connect to the node."""
    assert isinstance(fault(595, "No route to host"), Unreachable)


@pytest.mark.parametrize("status", [596, 599, 502, 504])
def test_an_answer_lost_on_the_way(status: int) -> None:
    """For a write nobody knows; a read can be repeated."""
    assert isinstance(fault(status, "Connection timed out"), OutcomeUnknown)
    assert isinstance(fault(status, "Connection timed out", writes=False), Unreachable)


def test_texts_per_parameter() -> None:
    """A 400 tells each parameter's problem; a body that is no JSON tells nothing."""
    read = of_answer(
        400, "Parameter verification failed.", {"memory": "too much\n", "x": 7},
        doing="d", writes=True, token_id=TOKEN,
    )  # fmt: skip
    assert isinstance(read, Refused)
    assert read.errors == {"memory": "too much"}
    bare = fault(400, "bad")
    assert isinstance(bare, Refused)
    assert bare.errors == {}


def test_umlauts_in_a_reason_phrase() -> None:
    """HTTP clients read the phrase as Latin-1; it is UTF-8."""
    assert "für" in str(fault(500, "für".encode().decode("latin-1")))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (requests.exceptions.ConnectionError(ConnectionRefusedError(111, "Connection refused")),
         "connection refused"),
        (requests.exceptions.SSLError(ssl.SSLCertVerificationError("x")), "certificate"),
        (requests.exceptions.ReadTimeout("x"), "no answer in time"),
        (requests.exceptions.ConnectTimeout("x"), "no connection in time"),
        (requests.exceptions.TooManyRedirects("x"), "redirects"),
        (KeyError("data"), "not one of Proxmox"),
    ],
)  # fmt: skip
def test_broken_connections_in_words(error: Exception, words: str) -> None:
    """Short words, not the libraries' own texts."""
    read = of_transport(error, doing="reading CT 104 on paris", unknown=False)
    assert isinstance(read, Unreachable)
    assert words in str(read)


def test_a_write_that_had_left_is_unknown() -> None:
    """Once a byte is out, a broken connection proves nothing."""
    read = of_transport(requests.exceptions.ReadTimeout("x"), doing="d", unknown=True)
    assert isinstance(read, OutcomeUnknown)
