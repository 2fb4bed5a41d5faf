"""Rules are rehearsed over what really happened, and explained, from the file alone."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from bot.cli import main
from bot.redis_store.codec import encode
from tests.journey.incident import opened
from tests.journey.stage import RULES, Stage, staged

FILE = """
[slack]
approvals_channel = "C0APPROVALS"

[[cluster]]
name = "home"
hosts = ["https://pve1.example.org:8006"]
"""

STRICTER = RULES.replace("approvals = 1", "approvals = 2")
BY_THE_WEEK = """
[[rule]]
name = "small"
when = { operations = ["memory"], per_week = "+1GiB" }
approvals = 0
"""
ON_CALL = """
[requests]
timezone = "Europe/Paris"

[[group]]
name = "oncall"
members = ["S0ONCALL"]
rota = true

[[rule]]
name = "night"
when = { requesters = ["oncall"], hours = "20:00-08:00" }
approvals = 0
"""


async def exported(stage: Stage) -> str:
    """Return the audit as an export has it: one chained entry a line."""
    lines = [
        json.dumps(
            {
                "position": link.position,
                "previous": link.previous,
                "hash": link.hash,
                "entry": json.loads(encode(link.entry))["record"],
            }
        )
        for link in await stage.bot.store.audit_since("0", 1_000)
    ]
    return "\n".join(lines) + "\n"


def headroom(folder: Path, rules: str, *words: str) -> Result:
    """Run `headroom policy …` on a file with these rules, with no secret in the environment."""
    config = folder / "rules.toml"
    config.write_text(FILE + rules)
    arguments = ["policy", *words[:1], "--config", str(config), *words[1:]]
    return CliRunner(env={"HEADROOM_CONFIG": None}).invoke(main, arguments)


async def test_a_policy_is_rehearsed_over_what_was_asked(tmp_path: Path) -> None:
    """The rules in force differ in nothing; stricter ones in what they are stricter about."""
    async with staged(tmp_path) as stage:
        for guest in ("web-01", "mail"):
            await stage.new_card("ana", f"request {guest} memory=+1G")
            await stage.answer_to_press("bob", "Approve")
            await stage.card_says("Read back")
        await stage.ask("ana", "reboot web-01")
        await stage.result("ana", "no approval needed")
        await opened(stage, 101)
        await stage.new_card("ana", "request db-01 memory=+1G", "#web")
        export = await exported(stage)
    _rehearsed(tmp_path, export)


def _rehearsed(tmp_path: Path, export: str) -> None:
    """Hold three policies against what was exported."""
    file = tmp_path / "audit.jsonl"
    file.write_text(export)
    same = headroom(tmp_path, RULES, "test", str(file))
    assert (same.exit_code, same.output) == (0, "0 of 3 decisions would differ\n")
    other = headroom(tmp_path, STRICTER, "test", str(file))
    assert other.exit_code == 1
    assert other.output.endswith("2 of 3 decisions would differ\n")
    assert "(U0ANA, web-01, memory)" in other.output
    assert "  was: rule resources: needs 1 of ops\n" in other.output
    assert "  now: rule resources: needs 2 of ops\n" in other.output
    week = headroom(tmp_path, BY_THE_WEEK + RULES, "test", str(file))
    assert week.output.count("now: rule small: nobody has to approve") == 1
    assert week.output.endswith("1 of 3 decisions would differ\n")
    nobody = headroom(tmp_path, "", "test", str(file))
    assert "now: refused: no rule (memory)" in nobody.output


def test_a_file_that_is_no_export_is_named_by_its_line(tmp_path: Path) -> None:
    """Nothing is counted as rehearsed that could not be read."""
    file = tmp_path / "audit.jsonl"
    file.write_text('\n{"entry": {"what": "submit"}}\n')
    told = headroom(tmp_path, RULES, "test", str(file))
    assert told.exit_code == 1
    assert "line 2 is no entry of an audit export" in told.output


def test_each_rule_that_does_not_decide_says_why(tmp_path: Path) -> None:
    """By night for who is on call, by day and for others the next rule."""
    by = ("--group", "oncall", "--at", "2026-11-26T22:00")
    night = headroom(tmp_path, ON_CALL + RULES, "explain", *by, "memory=+2GiB")
    assert "  rule 'night' decides: nobody has to approve\n" in night.output
    day = headroom(
        tmp_path, ON_CALL + RULES, "explain", *by[:2], "--at", "2026-11-26T12:00", "memory=+2GiB"
    )
    assert "  not rule 'night': it is for other hours\n" in day.output
    assert "  not rule 'by anybody': it names other changes\n" in day.output
    assert "  rule 'resources' decides: needs 1 of ops\n" in day.output
    open_ = headroom(tmp_path, ON_CALL + RULES, "explain", *by[2:], "start")
    assert "it depends on a group that is not known here" in open_.output
    assert "undecided" in open_.output
    member = ("--member", "oncall=U0CYR", "--by", "U0CYR")
    told = headroom(tmp_path, ON_CALL + RULES, "explain", *member, *by[2:], "start")
    assert "rule 'night' decides" in told.output


def test_rules_for_incidents_say_why_they_do_not_decide(tmp_path: Path) -> None:
    """In an incident of the right severity they do."""
    severe = '[[rule]]\nname = "bad"\nwhen = { incident = ["sev1"] }\napprovals = 0\n'
    calm = headroom(tmp_path, severe + RULES, "explain", "memory=+1GiB")
    assert "not rule 'bad': it is for requests from an open incident: see --incident" in calm.output
    mild = headroom(tmp_path, severe + RULES, "explain", "--incident", "sev2", "memory=+1GiB")
    assert "not rule 'bad': it is for incidents of another severity" in mild.output
    bad = headroom(tmp_path, severe + RULES, "explain", "--incident", "sev1", "memory=+1GiB")
    assert "rule 'bad' decides: nobody has to approve" in bad.output


def test_what_cannot_be_asked_is_said(tmp_path: Path) -> None:
    """Words nobody declared, groups nobody configured, rules that do not load."""
    assert "write a rule word" in headroom(tmp_path, RULES, "explain", "memry=+1G").output
    for change in ("memory=99999999999999999999T", "memory=-1000000000T", "memory=", "cores=two"):
        wrong = headroom(tmp_path, RULES, "explain", change)
        assert (wrong.exit_code, "is too large, or no amount" in wrong.output) == (2, True)
    told = headroom(tmp_path, RULES, "explain", "--group", "opps", "start").output
    assert "--group opps: the file has ops" in told
    broken = headroom(tmp_path, RULES + "wait = 3\n", "explain", "start")
    assert broken.exit_code == 1
    assert "nothing decided; mend what is named above" in broken.output
