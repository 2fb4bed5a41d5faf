"""The image and the Compose file, looked at without an engine: pinned, small, without root, durable."""

import re
import shlex
from typing import Any

import pytest
import yaml

from tests.docs.pages import DOCS, ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
RUNNING = (DOCS / "running.md").read_text()
SERVICES = COMPOSE["services"]
OURS = ("bot", "worker")


def instructions(word: str) -> list[str]:
    """Return the arguments of every such instruction of the Dockerfile."""
    return re.findall(rf"^{word}\s+(.+)$", DOCKERFILE, re.MULTILINE)


def pinned(image: str) -> bool:
    """Return whether an image names a version, not something that moves by itself."""
    tag = image.rpartition(":")[2] if ":" in image else ""
    return bool(re.match(r"\d+\.\d+", tag))


def test_images_are_pinned() -> None:
    """No `latest`, no bare name."""
    bases = [line.split()[0] for line in instructions("FROM")]
    images = [service["image"] for service in SERVICES.values()]
    assert [image for image in (*bases, *images) if not pinned(image)] == []


def test_the_image_is_built_in_stages_from_the_lock_with_hashes() -> None:
    """What is built does not stay; no tests, no development tools."""
    assert len(instructions("FROM")) == 2
    pip = next(line for line in instructions("RUN") if "pip --python" in line)
    assert {"--require-hashes", "--no-deps", "/src/requirements.lock"} <= set(shlex.split(pip))
    assert not re.search(r"requirements-dev|tests", DOCKERFILE)
    assert "--hash=sha256:" in (ROOT / "requirements.lock").read_text()


def test_what_the_image_copies_exists_and_is_not_ignored() -> None:
    """The folder's other files never reach the builder."""
    copied = [line.split()[0] for line in instructions("COPY") if "--from" not in line]
    let_in = (ROOT / ".dockerignore").read_text().splitlines()
    assert copied
    for name in copied:
        assert (ROOT / name).exists(), name
        assert f"!{name}" in let_in
    assert "*" in let_in


def test_the_image_runs_without_root_and_says_how_it_is() -> None:
    """The last user counts; by number, for an orchestrator cannot look names up before it runs."""
    assert instructions("USER")[-1] == "10001:10001"
    assert {"--gid 10001", "--uid 10001"} <= set(re.findall(r"--[ug]id \d+", DOCKERFILE))
    assert SERVICES["bot"]["user"] == "10001:10001"
    assert "/healthz" in instructions("HEALTHCHECK")[0]
    assert instructions("ENTRYPOINT") == ['["python", "-m", "bot"]']


def test_the_image_grants_nothing_more_than_an_ordinary_process_has() -> None:
    """No capabilities on files, no setuid bits, no sudo."""
    assert not re.search(r"setcap|chmod\s+\S*[ug]?\+s|chmod\s+[2467]\d{3}|sudo", DOCKERFILE)
    assert not re.search(r"ADD\s|--privileged|--cap-add", DOCKERFILE)


def test_no_secret_is_in_the_image() -> None:
    """None is built in: no arguments, no variable of a secret, and nothing beside the sources."""
    assert instructions("ARG") == []
    built = re.sub(r"^#.*$", "", DOCKERFILE, flags=re.MULTILINE)
    assert not re.search(r"TOKEN|SECRET|PASSWORD|REDIS_URL|--mount=type=secret", built)
    copied = {line.split()[0] for line in instructions("COPY") if "--from" not in line}
    assert copied == {"requirements.lock", "bot", "handlers", "LICENSE"}
    ignored = [
        line for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] != "#"
    ]
    assert ignored[0] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == copied


SECRET = re.compile(
    r"xox[a-z]-\w{10}|xapp-\d-\w{10}|-----BEGIN|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
"""What a token of Slack or of Proxmox VE, or a private key, looks like."""


def test_no_secret_is_in_what_the_image_copies() -> None:
    """Nothing that looks like one; the pattern finds real ones."""
    assert SECRET.search("xoxb-1234567890123-abc")
    assert SECRET.search("a@pve!b=0f5e3c1a-7d7e-4a52-9d8b-2a8d0c1b9e77")
    files = [f for top in ("bot", "handlers") for f in sorted((ROOT / top).rglob("*.py"))]
    assert len(files) > 100
    assert [f.name for f in files if SECRET.search(f.read_text())] == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_fenced_in(name: str) -> None:
    """Read-only, no root, no privileges, bounded, restarted, watched."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert {"cpus", "memory", "pids"} <= set(service["deploy"]["resources"]["limits"])
    assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"ports", "privileged", "cap_add", "devices", "pid", "ipc"}.isdisjoint(service)
    assert service.get("network_mode") is None
    assert [mount for mount in service.get("volumes", ()) if mount.startswith(("/", "."))] == []


@pytest.mark.parametrize("name", OURS)
def test_bot_and_worker_are_one_image_in_two_roles(name: str) -> None:
    """They wait for the store, and their health is readiness."""
    service = SERVICES[name]
    assert service["image"] == SERVICES["bot"]["image"]
    assert service["command"] == ["run", "--role", name]
    assert service["depends_on"] == {"store": {"condition": "service_healthy"}}
    assert "/readyz" in service["healthcheck"]["test"][-1]


@pytest.mark.parametrize("name", OURS)
def test_no_secret_stands_in_the_file(name: str) -> None:
    """Variables name files, and each file is a secret of the service."""
    service = SERVICES[name]
    files = {k: v for k, v in service["environment"].items() if k != "HEADROOM_CONFIG"}
    assert all(variable.endswith("_FILE") for variable in files)
    assert set(files.values()) == {f"/run/secrets/{secret}" for secret in service["secrets"]}


def test_the_store_keeps_every_write_and_drops_none() -> None:
    """And wants a password, that no list of processes shows."""
    store = SERVICES["store"]
    script = store["command"][0]
    for setting in ("--appendonly yes", "--appendfsync always", "--maxmemory-policy noeviction"):
        assert setting in script
    assert "requirepass" in script.partition("exec ")[0]
    assert "requirepass" not in script.partition("exec ")[2]
    assert store["volumes"] == ["store:/data"]
    assert store["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_everything_that_services_name_is_declared_and_explained() -> None:
    """Networks, volumes, configs, secrets; and the guide says how to make each file."""
    for service in SERVICES.values():
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        assert {c["source"] for c in service.get("configs", [])} <= set(COMPOSE["configs"])
    files = [v["file"] for v in (*COMPOSE["secrets"].values(), *COMPOSE["configs"].values())]
    assert [file for file in files if file.rpartition("/")[2] not in RUNNING] == []
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {"/secrets/", "/headroom.toml", "/pve-ca.pem"} <= set(ignored)


def test_ci_runs_what_people_run() -> None:
    """The checks, then the tests: each once."""
    script = (ROOT / ".ci" / "run").read_text()
    assert re.findall(r"^make (\w+)$", script, re.MULTILINE) == ["check", "test"]
