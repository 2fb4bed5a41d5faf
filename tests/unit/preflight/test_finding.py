"""The report's lines, and that no secret is ever in one."""

from bot.preflight.finding import HIDDEN, fine, in_the_way, lines, problem, warning, without
from bot.preflight.times import skewed


def test_each_finding_is_a_line_and_each_way_to_mend_it_another() -> None:
    """The level comes first, so that a script can look for it."""
    found = [
        fine("store", "good"),
        warning("slack", "hm"),
        problem("cluster a", "bad", "do x", "y"),
    ]
    assert [line.split()[0] for line in lines(found)] == ["ok", "warning", "PROBLEM", "->", "->"]
    assert in_the_way(found) == 1


def test_secrets_are_hidden_wherever_they_stand() -> None:
    """Also in what a library wrote, and the longer one first where one holds the other."""
    report = lines(
        [problem("a", "redis://:p4ssw0rd@host", "p4ssw0rd-long")], ["p4ssw0rd", "p4ssw0rd-long"]
    )
    assert f"redis://:{HIDDEN}@host" in report[0]
    assert report[1].endswith(f"-> {HIDDEN}")


def test_what_is_too_short_to_be_a_secret_hides_nothing() -> None:
    """An empty or tiny secret would hide half of every word."""
    assert without(["", "a"], "a bad day") == "a bad day"


def test_clocks_are_compared_both_ways() -> None:
    """Five seconds are still well."""
    assert skewed("a", "b", 1_005_000, 1_000_000) == []
    assert "6 s ahead of" in skewed("a", "the store", 1_006_000, 1_000_000)[0].text
    assert "6 s behind" in skewed("a", "the store", 994_000, 1_000_000)[0].text
