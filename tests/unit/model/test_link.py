"""Links into the web UI: what they point at, and what is none of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.guest import Kind
from bot.model.link import PointsAt, points_at, server_of

HOST = "https://pve1.example.org:8006"
SERVERS = {"pve1.example.org:8006": "paris", "ui.example.org:443": "paris", "[::1]:8006": "far"}
VM = PointsAt(cluster="paris", kind=Kind.VM, vmid=101)
CT = PointsAt(cluster="paris", kind=Kind.CT, vmid=104)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{HOST}/#v1:0:=qemu%2F101:4:::::::", VM),
        (f"{HOST}/#v1:0:=qemu/101:4:5:=contentIso:::8::", VM),
        (f"{HOST}/#v1:0:=qemu%2F101", VM),
        (f"{HOST}#v1:=tags:=lxc%2f104:4:::::::", CT),
        (f"{HOST}/?console=x#v1:1:=lxc%2F104:4", CT),
        ("https://UI.example.org/#v1:0:=lxc%2F104:4", CT),
        (f"{HOST}/#v1:0:=node%2Fpve-1:4:5", PointsAt(cluster="paris", node="pve-1")),
    ],
)
def test_a_link_points_at_a_guest_or_a_node(url: str, expected: PointsAt) -> None:
    """Encoded or not, whatever view and tab; the port of https where none is named."""
    assert expected == points_at(url, SERVERS)


@pytest.mark.parametrize(
    "url",
    [
        "https://pve2.example.org:8006/#v1:0:=qemu%2F101:4",
        "https://pve1.example.org/#v1:0:=qemu%2F101:4",
        "http://pve1.example.org:8006/#v1:0:=qemu%2F101:4",
        "https://pve1.example.org:8006@evil.example.org/#v1:0:=qemu%2F101:4",
        "https://pve1.example.org:port/#v1:0:=qemu%2F101:4",
        "https://[pve1.example.org:8006/#v1:0:=qemu%2F101:4",
        HOST,
        f"{HOST}/#v2:0:=qemu%2F101:4",
        f"{HOST}/#v1:0:18:4:::::::",
        f"{HOST}/#v1:0:=storage%2Fpve1%2Flocal:4",
        f"{HOST}/#v1:0:=qemu%2F1:4",
        f"{HOST}/#v1:0:=qemu%2F101%2F..:4",
        f"{HOST}/#v1:0:=qemu%2F\u0661\u0660\u0661:4",
        f"{HOST}/#v1:0:=node%2F..:4",
        f"{HOST}/#v1:0:=openvz%2F101:4",
        "",
    ],
)
def test_other_links_point_at_nothing(url: str) -> None:
    """Another host, port or scheme; other things of the UI; what only looks alike."""
    assert points_at(url, SERVERS) is None


@given(st.text())
def test_no_text_raises(text: str) -> None:
    """Whatever somebody posts: nothing, unless it is a link to one of ours."""
    assert points_at(text, SERVERS) is None
    points_at(f"{HOST}/#v1:0:={text}", SERVERS)
    assert ":" in (server_of(f"https://{text}") or ":")
