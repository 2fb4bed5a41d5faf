"""chat.*: post, edit and delete messages."""

from bot.simulation.slack.blockkit import problems_of_blocks
from bot.simulation.slack.identity import BOT_USER
from bot.simulation.slack.markup import encode
from bot.simulation.slack.messages import Message
from bot.simulation.slack.methods.arguments import Arguments
from bot.simulation.slack.methods.pictures import problems_of_pictures
from bot.simulation.slack.methods.places import visible, writable
from bot.simulation.slack.refusal import Json, Refusal
from bot.simulation.slack.workspace import Workspace

TEXT_KEPT = 40_000
TEXT_UPDATED = 4_000
ATTACHMENTS = 100
MARKDOWN_TEXT = 12_000


def post_message(slack: Workspace, given: Arguments) -> Json:
    """chat.postMessage: post as the app."""
    channel = writable(slack, given.text("channel"))
    message = slack.post(channel, content_of(slack, given), method="chat.postMessage")
    return {"channel": channel.id, "ts": message.ts, "message": message.to_json(metadata=True)}


def post_ephemeral(slack: Workspace, given: Arguments) -> Json:
    """chat.postEphemeral: show one member of the channel a message that nobody else sees."""
    channel = writable(slack, given.text("channel"))
    user = given.text("user")
    if user not in channel.members:
        raise Refusal("user_not_in_channel")
    message = slack.post(
        channel, content_of(slack, given), method="chat.postEphemeral", visible_to=user
    )
    return {"message_ts": message.ts}


def update(slack: Workspace, given: Arguments) -> Json:
    """chat.update: text without blocks removes the blocks; blocks without text keep the text."""
    message = own_message(slack, given, "cant_update_message")
    content = content_of(slack, given)
    if len(content["text"]) > TEXT_UPDATED:
        raise Refusal("msg_too_long")
    if "text" not in given:
        content["text"] = message.text
    elif "blocks" not in content:
        content["blocks"] = []
    edited = slack.edit(message, content, method="chat.update")
    told = edited.to_json(metadata=True)
    del told["ts"]  # Slack names it beside the message only
    return {
        "channel": edited.channel,
        "ts": edited.ts,
        "text": edited.text,
        "message": told,
    }


def delete(slack: Workspace, given: Arguments) -> Json:
    """chat.delete: take an own message away."""
    message = own_message(slack, given, "cant_delete_message")
    slack.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def unfurl(slack: Workspace, given: Arguments) -> Json:
    """chat.unfurl: show links of anybody's message as previews; a second call shows them anew."""
    channel = slack.directory.channels.get(given.text("channel"))
    if channel is None:
        raise Refusal("cannot_find_channel")
    message = find(slack, channel.id, given.text("ts"))
    if message is None:
        raise Refusal("cannot_find_message")
    unfurls = given.structure("unfurls", "invalid_unfurls_format")
    if not unfurls:
        raise Refusal("missing_unfurls")
    if not isinstance(unfurls, dict):
        raise Refusal("invalid_unfurls_format")
    for url, content in unfurls.items():
        if f"<{encode(url)}>" not in message.text:
            raise Refusal("cannot_unfurl_url")
        check_blocks(slack, content.get("blocks"))
    slack.unfurl(message, unfurls)
    return {}


def get_permalink(slack: Workspace, given: Arguments) -> Json:
    """chat.getPermalink: the address of a message in the web client."""
    channel = visible(slack, given.text("channel"))
    ts = given.text("message_ts")
    if find(slack, channel.id, ts) is None:
        raise Refusal("message_not_found")
    link = f"https://headroom.example.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def find(slack: Workspace, channel_id: str, ts: str) -> Message | None:
    """Find a message that the Web API can name: an ephemeral one cannot be."""
    message = slack.messages.find(channel_id, ts)
    return None if message is None or message.is_ephemeral else message


def own_message(slack: Workspace, given: Arguments, not_own: str) -> Message:
    """Find the message of the app that `channel` and `ts` name."""
    channel = slack.directory.channels.get(given.text("channel"))
    if channel is None:
        raise Refusal("channel_not_found")
    if channel.is_archived:
        raise Refusal("is_inactive")
    message = find(slack, channel.id, given.text("ts"))
    if message is None:
        raise Refusal("message_not_found")
    if message.user != BOT_USER:
        raise Refusal(not_own)
    return message


def content_of(slack: Workspace, given: Arguments) -> Json:
    """Read and check what a message shall show."""
    content: Json = {"text": given.text("text")}
    if "blocks" in given:
        content["blocks"] = given.structure("blocks", "invalid_blocks_format") or []
        check_blocks(slack, content["blocks"])
    if "attachments" in given:
        content["attachments"] = given.structure("attachments", "invalid_attachments") or []
        if len(content["attachments"]) > ATTACHMENTS:
            raise Refusal("too_many_attachments")
    if "markdown_text" in given:
        content["text"] = _markdown_text(given)
    if not any(content.values()):
        raise Refusal("no_text")
    if len(content["text"]) > TEXT_KEPT:
        content["text"] = content["text"][:TEXT_KEPT]
    return content | _carried(given)


def check_blocks(slack: Workspace, blocks: object) -> None:
    """Refuse blocks that Slack refuses, naming each fault by its json-pointer."""
    problems = problems_of_blocks(blocks)
    problems += problems_of_pictures(slack.files, blocks, "/blocks")
    if not problems:
        return
    codes = [problem.code for problem in problems if problem.code != "invalid_blocks"]
    messages = [str(problem) for problem in problems]
    raise Refusal(
        codes[0] if codes else "invalid_blocks",
        errors=[text.removeprefix("[ERROR] ") for text in messages],
        response_metadata={"messages": messages},
    )


def _markdown_text(given: Arguments) -> str:
    if "text" in given or "blocks" in given:
        raise Refusal("markdown_text_conflict")  # from practice, not from documentation
    text = given.text("markdown_text")
    if len(text) > MARKDOWN_TEXT:
        raise Refusal("msg_too_long")
    return text


def _carried(given: Arguments) -> Json:
    carried: Json = {}
    if "thread_ts" in given:
        carried["thread_ts"] = given.text("thread_ts")
    if "metadata" in given:
        metadata = given.structure("metadata", "invalid_metadata_format")
        if not isinstance(metadata, dict) or "event_type" not in metadata:
            raise Refusal("invalid_metadata_schema")
        carried["metadata"] = {"event_payload": {}, **metadata}
    return carried
