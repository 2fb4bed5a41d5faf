"""Network devices in a configuration: `virtio=MAC,bridge=vmbr0` and `name=eth0,hwaddr=MAC,...`."""

from bot.simulation.proxmox import property_string

MODELS = frozenset({"virtio", "e1000", "e1000e", "rtl8139", "vmxnet3", "ne2k_pci", "pcnet"})
PREFIX = (0xBC, 0x24, 0x11)


def is_net(option: str) -> bool:
    """Whether an option is a network device."""
    return option.startswith("net") and option[3:].isdigit()


def new_mac(random: bytes) -> str:
    """Make an address with Proxmox's prefix from three random bytes."""
    return ":".join(f"{byte:02X}" for byte in (*PREFIX, *random))


def complete_qemu(text: str, random: bytes) -> str:
    """Write a VM's device as Proxmox keeps it, with an address if it has none."""
    parts = property_string.parse(text, first="model")
    model = next((key for key in parts if key in MODELS), None)
    if model is None:
        model = parts.pop("model", "virtio")
        parts[model] = parts.pop("macaddr", "") or new_mac(random)
    address = parts.pop(model)
    rest = property_string.write(parts, first="")
    return f"{model}={address},{rest}" if rest else f"{model}={address}"


def complete_lxc(text: str, random: bytes) -> str:
    """Write a CT's device as Proxmox keeps it, with an address if it has none."""
    parts = property_string.parse(text, first="name")
    parts.setdefault("hwaddr", new_mac(random))
    parts.setdefault("type", "veth")
    name = parts.pop("name", "eth0")
    return f"name={name},{property_string.write(parts, first='')}"


def same_device(one: str, other: str) -> bool:
    """Whether two texts describe the same device, so that a VM need not be given a new one."""
    first, second = (property_string.parse(text, first="model") for text in (one, other))
    return all(first.get(key) == second.get(key) for key in (*MODELS, "queues", "mtu"))
