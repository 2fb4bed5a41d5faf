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
    """The last user counts."""
    assert instructions("USER")[-1] == "headroom"
    assert "--uid 10001" in DOCKERFILE
    assert "/healthz" in instructions("HEALTHCHECK")[0]
    assert instructions("ENTRYPOINT") == ['["python", "-m", "bot"]']


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
    assert "ports" not in service
    assert "privileged" not in service


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
