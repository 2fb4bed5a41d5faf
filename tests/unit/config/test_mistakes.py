"""Every mistake is reported, together with its line and what is allowed."""

from pathlib import Path

import pytest

from tests.unit.config.files import SMALLEST, complaints

OPS = '[[group]]\nname = "ops"\nmembers = ["U0ANA"]\n'

MANY = """\
[slack]
approvals_channel = "C0APPROVALS"
comand = "/pve"

[[cluster]]
name = "lyon"
hosts = ["https://pve1.example.org:8006"]

[capacity]
memory_reserve = "a tenth"

[requests]
execute_within = "a day"

[[group]]
name = "ops"
members = ["U0ANA"]

[[group]]
name = "ops"
members = ["ana"]

[[rule]]
name = "all"
when = { operations = ["memry"], memory_up_to = "4GiB" }
approvals = 1
approvers = ["opps"]
"""


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    """Of shape, between sections and of the environment: in the order of the file."""
    reserve = "write a share below 100 as 10%, or a size as 1.6GiB"
    increase = "write +4GiB for memory, swap and disks, +2 for cores"
    member = "write a person's id (U…) or a Slack user group's (S…)"
    token = "cluster lyon needs an API token (user@realm!id=secret)"
    assert complaints(tmp_path, MANY) == (
        "line 3: slack.comand: unknown key; did you mean command?",
        f"line 10: capacity.memory_reserve: 'a tenth' is no reserve: {reserve}",
        "line 13: requests.execute_within: 'a day' is no duration: write 90s, 15m, 24h, 3d, 2w or 2y",
        "line 20: group[2].name: 'ops' is there twice: choose another name",
        f"line 21: group[2].members: 'ana' is nobody: {member}",
        f"line 25: rule[1].when.memory_up_to: '4GiB' is no increase: {increase}",
        "line 25: rule[1].when.operations: no operation is called 'memry'; did you mean memory?",
        "line 27: rule[1].approvers: no group 'opps'; did you mean ops?",
        f"PROXMOX_TOKEN_LYON is not set: {token}, or name a file in PROXMOX_TOKEN_LYON_FILE",
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("[loans]\nextend = true\n", "loans: loans comes in a later version; remove it"),
        (
            '[[rule]]\nname = "r"\napprovals = 0\nwhen = { loan_up_to = "24h" }\n',
            "loan_up_to comes in a later",
        ),
    ],
)
def test_settings_of_later_versions_are_told_so(tmp_path: Path, more: str, expected: str) -> None:
    """Nobody hunts for a typing mistake in a word that is only not there yet."""
    (sentence,) = complaints(tmp_path, SMALLEST + more)
    assert expected in sentence


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('approvals = 0\nwait = "4h"', "rule[1].wait: waits for nobody: name who may stop it"),
        ('approvals = 0\nvetoers = ["ops"]', "rule[1].vetoers: have no time to stop it"),
        (
            'approvals = 1\napprovers = ["ops"]\nwait = "4h"\nvetoers = ["ops"]',
            "rule[1].wait: is for rules with approvals = 0",
        ),
        (
            'approvals = 1\napprovers = ["ops"]\nreview = "ops"',
            "rule[1].review: is for rules with approvals = 0",
        ),
        ('approvals = 0\nreview = "opps"', "rule[1].review: no group 'opps'; did you mean ops?"),
        (
            'approvals = 1\napprovers = ["ops"]\nthen = [{ after = "15m", ask = ["ops"] }]',
            "rule[1].then: names every approver",
        ),
        (
            'approvals = { ops = 1 }\nthen = [{ after = "15m", ask = ["ops"] }]',
            "rule[1].then: needs approvers",
        ),
        ('approvals = 0\nwhen.hours = "20-8"', "rule[1].when.hours[1]: '20-8' are no hours"),
        ('approvals = 0\nwhen.hours = "20:00-08:00"', "rule[1].when.hours: on whose clock?"),
        ('approvals = 0\nwhen.per_week = "16GiB"', "'16GiB' is no increase: write +4GiB"),
        ("approvals = 0\nwhen.incident = false", "False is no incident: write true for any"),
        ('approvals = 0\nwhen.incident = "sev4"', "'sev4' is no incident"),
        ("approvals = 0\nwhen.incident = []", "[] is no incident"),
        ('approvals = 0\nwhen.per_incident = "+1GiB"', "of which incidents? write incident = true"),
        ('approvals = 1\napprovers = ["lead"]', "rule[1].approvers: lead is who leads an incident"),
        (
            'approvals = 0\nreview = "lead"\nwhen.incident = true',
            "rule[1].review: lead only approves: name a group",
        ),
    ],
)
def test_what_rules_do_besides_approvals_must_make_sense(
    tmp_path: Path, rule: str, expected: str
) -> None:
    """Waiting needs somebody who may stop it, later tiers an earlier one, hours a clock."""
    text = f'{SMALLEST}{OPS}[[rule]]\nname = "r"\n{rule}\n'
    assert any(expected in said for said in complaints(tmp_path, text)), complaints(tmp_path, text)


def test_a_time_zone_must_be_one(tmp_path: Path) -> None:
    """Its IANA name."""
    text = SMALLEST + '[requests]\ntimezone = "CET/Paris"\n'
    said = complaints(tmp_path, text)
    assert "requests.timezone: 'CET/Paris' is no time zone: write its IANA name" in said[0]


def test_there_are_two_modes(tmp_path: Path) -> None:
    """Another word is not allowed."""
    assert complaints(tmp_path, 'mode = "dry"\n' + SMALLEST) == (
        "line 1: mode: 'dry' is not allowed: 'act' or 'observe'",
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("", "it decides nothing"),
        ("approvals = 1", "approvals without approvers"),
        ('approvals = 0\napprovers = ["ops"]', "approvals = 0 asks nobody"),
        ('approvals = { ops = 1 }\napprovers = ["ops"]', "approvals names the groups already"),
        ('approvals = 1\napprovers = ["ops"]\nrefuse = "No."', "it refuses and asks for approvals"),
        ('approvals = 21\napprovers = ["ops"]', "21 is no number of approvals"),
        ('approvals = true\napprovers = ["ops"]', "True is no number of approvals"),
        ("approvals = { ops = 0 }", "{'ops': 0} is no number of approvals"),
        ("approvals = { dba = 1 }", "no group 'dba'; allowed: ops"),
        ('refuse = "No."\nwhen = { requesters = ["opps"] }', "no group 'opps'; did you mean ops?"),
        ('refuse = "No."\nwhen = { verdict = "fit" }', "'fit' is not allowed: 'fits'"),
        ('refuse = "No."\nwhen = { clusters = ["lyon"] }', "no cluster 'lyon'; allowed: paris"),
        ('refuse = "No."\nwhen = { memry_up_to = "+1GiB" }', "no operation is called 'memry'"),
        ('refuse = "No."\nwhen = { tags = "web" }', 'write a list, as ["one", "two"]'),
        ('refuse = "No."\nchannel = "#ops"', "'#ops' is not allowed: write the channel's id, C…"),
    ],
)
def test_a_rule_says_exactly_one_thing(tmp_path: Path, rule: str, expected: str) -> None:
    """About its outcome, its groups, its words and its guests."""
    (sentence,) = complaints(tmp_path, f'{SMALLEST}{OPS}[[rule]]\nname = "r"\n{rule}\n')
    assert expected in sentence


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("[capacity]\nmemory_promised_warn = 2.0\n", "memory_promised_warn (2.0) must not pass"),
        ("[capacity]\nstorage_used_max = 90\n", "storage_used_max: input should be less than"),
        ('[capacity]\nnode.pve1 = { memory = "1GiB" }\n', "capacity.node.pve1.memory: unknown key"),
        ('[capacity]\nnode."lyon/pve1" = { }\n', "no cluster 'lyon'; allowed: paris"),
        ("[http]\nport = 70000\n", "http.port: input should be less than"),
        ("[store]\nfolder = '/" + "x" * 99 + "'\n", "is too long for the store's socket"),
        (
            '[[role]]\nname = "r"\nmembers = ["ops"]\nmay = ["view"]\n',
            "role[1].members: 'ops' is nobody",
        ),
        ('[[role]]\nname = "r"\nmembers = []\nmay = ["fly"]\n', "'fly' is no right; allowed: view"),
        (
            '[[role]]\nname = "r"\nmembers = []\nmay = []\n',
            "role[1].may: is empty: name at least one",
        ),
        ('[[role]]\nname = "r"\nmay = ["view"]\n', "role[1].members: is missing"),
        ('[requests]\nquiet = "20:00-08:00"\n', "requests.quiet: on whose clock? write timezone"),
        (
            '[requests]\ntimezone = "UTC"\nquiet = ["00:00-12:00", "12:00-24:00"]\n',
            "requests: quiet leaves no hour to remind anybody",
        ),
        ("[requests]\nremind_times = 11\n", "requests.remind_times: input should be less than"),
        ('[incidents]\nbreak_glass = ["opps"]\n', "incidents.break_glass: no group 'opps'"),
        ('[[group]]\nname = "lead"\nmembers = []\n', "'lead' is for who leads an incident"),
        ('[[group]]\nname = "role:r"\nmembers = []\n', "1 to 60 characters without a colon"),
        (
            '[[cluster]]\nname = "PARIS"\nhosts = ["https://a:8006"]\n',
            "'PARIS' is there twice: choose another name",
        ),
    ],
)
def test_other_mistakes_say_what_is_allowed(tmp_path: Path, more: str, expected: str) -> None:
    """One sentence for one mistake."""
    (sentence,) = complaints(tmp_path, SMALLEST + more)
    assert expected in sentence


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("https://pve1", "http://pve1", "must start with https://"),
        ('["https://pve1.example.org:8006"]', "[]", "cluster[1].hosts: is empty"),
        ('"paris"\n', '"paris"\nfingerprint = "AA:BB"\n', "write the SHA-256 fingerprint"),
        ('"C0APPROVALS"', '"#approvals"', "write the channel's id, C…"),
        ("[slack]", '[slack]\ncommand = "pve"', "a slash and a word, as /pve"),
        ("approvals_channel", "# approvals_channel", "slack.approvals_channel: is missing"),
        ("[slack]", '[slack]\ncopy_to = ["#dev"]', "slack.copy_to[1]: '#dev' is not allowed"),
        ("https://pve1.example.org", "https://10.0.0.1", "no cluster has an address with a domain"),
    ],
)
def test_addresses_and_ids_have_a_form(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """Checked before anything is called."""
    there = SMALLEST.replace("[slack]", '[slack]\nunfurl_in = ["C0WEB"]')
    (sentence,) = complaints(tmp_path, there.replace(old, new, 1))
    assert expected in sentence


def test_a_file_that_is_not_toml_names_its_line(tmp_path: Path) -> None:
    """Nothing else can be said about it."""
    (sentence,) = complaints(tmp_path, "[slack\n")
    assert sentence.startswith("not TOML: ")
    assert "line 1" in sentence
