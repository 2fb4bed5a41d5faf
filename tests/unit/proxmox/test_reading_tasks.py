"""Tasks and UPIDs."""

from bot.proxmox.reading import tasks

UPID = "UPID:pve1:0000C530:001C9BEC:65F0A1B2:qmconfig:100:bot@pve!slack:"
OTHERS = "UPID:pve1:0000C531:001C9BEC:65F0A1B3:qmconfig:100:root@pam:"


def test_a_upid_taken_apart() -> None:
    """Node, start, type, guest and owner with the token's name."""
    assert tasks.upid(UPID) == tasks.Upid(
        node="pve1", started_at=0x65F0A1B2, type="qmconfig", id="100", user="bot@pve!slack"
    )


def test_what_is_no_upid() -> None:
    """Nothing is known of it."""
    assert tasks.upid("OK") == tasks.Upid()
    assert tasks.upid(UPID.replace("65F0A1B2", "never")) == tasks.Upid()


def test_a_running_task_has_no_exit_text() -> None:
    """What the status lacks is read from the UPID."""
    read = tasks.task_status(UPID, {"status": "running"})
    assert (read.running, read.exit_text, read.ok) == (True, "", False)
    assert (read.type, read.vmid, read.started_at) == ("qmconfig", "100", 0x65F0A1B2)


def test_a_stopped_task() -> None:
    """Warnings are a good end, an error text is not."""
    assert tasks.task_status(UPID, {"status": "stopped", "exitstatus": "WARNINGS: 2"}).ok
    assert not tasks.task_status(UPID, {"status": "stopped", "exitstatus": "got timeout"}).ok
    assert not tasks.task_status(UPID, {"status": "stopped"}).ok


def test_only_our_own_tasks_newest_first() -> None:
    """With Sys.Audit a token sees others' tasks; running rows have no end and no exit text."""
    older = UPID.replace("65F0A1B2", "65F0A1B1")
    read = tasks.task_list(
        [
            {"upid": older, "status": "OK", "starttime": 10, "endtime": 12, "user": "bot@pve"},
            {"upid": OTHERS, "status": "OK", "starttime": 11, "endtime": 12},
            {"upid": UPID, "starttime": "20", "status": "RUNNING"},
        ],
        "bot@pve!slack",
    )
    assert [(t.upid, t.running, t.exit_text) for t in read] == [
        (UPID, True, ""),
        (older, False, "OK"),
    ]


def test_the_tail_of_a_log() -> None:
    """The newest lines are kept; `no content` is Proxmox's word for an empty log."""
    task = tasks.task_status(UPID, {"status": "stopped", "exitstatus": "OK"})
    lines = [{"n": n, "t": f"line {n}"} for n in range(1, 6)]
    assert tasks.with_log(task, lines, 2).log_tail == ("line 4", "line 5")
    assert tasks.with_log(task, [{"n": 1, "t": "no content"}], 2).log_tail == ()
