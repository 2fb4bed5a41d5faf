"""files.*: the upload in three steps, and what is known of a file."""

from dataclasses import replace

from bot.simulation.slack.accounts import Channel
from bot.simulation.slack.directory import Directory
from bot.simulation.slack.files import File
from bot.simulation.slack.identity import BOT_USER
from bot.simulation.slack.methods.arguments import Arguments
from bot.simulation.slack.methods.places import writable
from bot.simulation.slack.refusal import Json, Refusal, invalid_arguments
from bot.simulation.slack.workspace import Workspace

ALT_TEXT = 1000
SHARES = 100


def get_upload_url(slack: Workspace, given: Arguments) -> Json:
    """files.getUploadURLExternal: make room for a file."""
    length = given.number("length", 0)
    if length < 1:
        raise invalid_arguments("[ERROR] must be greater than 0 [json-pointer:/length]")
    alt_text = given.text("alt_txt")
    if len(alt_text) > ALT_TEXT:
        raise invalid_arguments("[ERROR] must be less than 1001 characters [json-pointer:/alt_txt]")
    file = slack.files.announce(given.required("filename"), length, alt_text)
    return {"upload_url": slack.files.address(file), "file_id": file.id}


def complete_upload(slack: Workspace, given: Arguments) -> Json:
    """files.completeUploadExternal: give titles, and share in conversations."""
    wanted = given.structure("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted:
        raise invalid_arguments("[ERROR] missing required field: files")
    files = [_sent(slack, entry) for entry in wanted]
    places = [writable(slack, ref) for ref in _shared_in(given)]
    for place in places:
        _must_be_in(place, slack.directory)
    done = [slack.files.keep(replace(file, completed=True)) for file in files]
    for place in places:
        done = _share(slack, place, done, given)
    return {"files": [{"id": file.id, "title": file.title} for file in done]}


def info(slack: Workspace, given: Arguments) -> Json:
    """files.info: one file and where it is shared."""
    file = slack.files.get(given.text("file"))
    if file is None or not file.completed:
        raise Refusal("file_not_found")
    return {"file": file.to_json()}


def _sent(slack: Workspace, entry: Json) -> File:
    file = slack.files.get(str(entry.get("id", "")))
    if file is None or file.data is None or file.completed:
        raise Refusal("file_not_found")  # which code Slack gives here is not known to us
    return replace(file, title=entry.get("title") or file.name)


def _shared_in(given: Arguments) -> list[str]:
    one, many = given.text("channel_id"), given.text("channels")
    refs = [ref for ref in ([one] if one else many.split(",")) if ref]
    if len(refs) > SHARES:
        raise invalid_arguments("[ERROR] no more than 100 items allowed [json-pointer:/channels]")
    return refs


def _must_be_in(place: Channel, directory: Directory) -> None:
    if BOT_USER not in directory.channels[place.id].members:
        raise Refusal("not_in_channel")


def _share(slack: Workspace, place: Channel, files: list[File], given: Arguments) -> list[File]:
    content = {
        "text": given.text("initial_comment"),
        "files": [file.to_json() for file in files],
        "thread_ts": given.text("thread_ts") or None,
    }
    message = slack.post(place, content, method="files.completeUploadExternal")
    where = (place.id, message.ts)
    return [slack.files.keep(replace(file, shares=(*file.shares, where))) for file in files]
