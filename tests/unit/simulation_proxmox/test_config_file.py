"""The configuration file: reading, writing, what waits, the digest."""

import hashlib

from bot.simulation.proxmox.config_file import ConfigFile, digest, parse, write

TEXT = """#first line
#50%3A50 split
cores: 2
memory: 2048
parent: s1
scsi0: local-lvm:vm-100-disk-0,size=4G

[PENDING]
delete: balloon,!net0
memory: 4096

[s1]
#before upgrade
cores: 1
snaptime: 1700000000
"""


def test_written_as_it_was_read() -> None:
    """Reading and writing a file in Proxmox's order changes nothing."""
    assert write(parse(TEXT, "qemu")) == TEXT


def test_sections_are_told_apart() -> None:
    """Values in force, values waiting, removals and snapshots each have their place."""
    config = parse(TEXT, "qemu")
    assert config.values["memory"] == "2048"
    assert config.pending == {"memory": "4096"}
    assert config.pending_delete == {"balloon": False, "net0": True}
    assert config.snapshots["s1"]["description"] == "before upgrade"


def test_description_is_decoded() -> None:
    """Colons of the description are escaped in the file."""
    assert parse(TEXT, "qemu").values["description"] == "first line\n50:50 split"


def test_ct_description_keeps_its_newline() -> None:
    """The description of a CT is read back with a newline at its end."""
    assert parse("#d\n", "lxc").values["description"] == "d\n"


def test_digest_is_sha1_of_the_whole_file() -> None:
    """Pending values and snapshots count in the digest, too."""
    expected = hashlib.sha1(TEXT.encode(), usedforsecurity=False).hexdigest()
    assert digest(TEXT) == expected


def test_ct_section_has_another_name() -> None:
    """A CT's pending section is called pve:pending."""
    config = ConfigFile("lxc", {"cores": "1"}, {"features": "nesting=1"})
    assert write(config) == "cores: 1\n\n[pve:pending]\nfeatures: nesting=1\n"


def test_setting_the_present_value_leaves_nothing_waiting() -> None:
    """A waiting value equal to the one in force is dropped."""
    config = ConfigFile("qemu", {"memory": "2048"}, {"memory": "2048"})
    assert config.clean_pending()
    assert config.pending == {}


def test_a_value_takes_the_place_of_a_removal() -> None:
    """Setting an option that waits for removal withdraws the removal."""
    config = ConfigFile("qemu", {"cores": "2"}, {}, {"cores": False})
    config.set_pending("cores", "4")
    assert (config.pending, config.pending_delete) == ({"cores": "4"}, {})


def test_view_with_pending_hides_what_will_be_removed() -> None:
    """GET config without current=1 shows the future, except for removed zeros."""
    config = ConfigFile("qemu", {"cores": "2", "balloon": "0"}, {"memory": "1"})
    config.pending_delete = {"cores": False, "balloon": False}
    assert config.with_pending() == {"balloon": "0", "memory": "1"}
