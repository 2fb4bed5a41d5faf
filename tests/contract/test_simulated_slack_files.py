"""Pictures are uploaded by the real client, shared, and shown in blocks."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulation.slack import SimulatedSlack


@pytest.fixture
async def slack() -> AsyncIterator[SimulatedSlack]:
    """Serve a simulated Slack."""
    async with SimulatedSlack() as slack:
        yield slack


@pytest.fixture
def client(slack: SimulatedSlack) -> AsyncWebClient:
    """Give the real client."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


async def test_a_picture_is_uploaded_and_shared(
    slack: SimulatedSlack, client: AsyncWebClient
) -> None:
    """The three steps of the client end in a message with the file."""
    await client.files_upload_v2(
        content=b"\x89PNG", filename="memory.png", title="Memory", channel="C0WEB"
    )

    [message] = slack.messages("#web")
    assert slack.shown(message) == "[file: Memory]"
    told = await client.files_info(file=message.files[0]["id"])
    assert told["file"]["shares"]["public"] == {"C0WEB": [{"ts": message.ts}]}


async def test_an_unshared_picture_can_stand_in_a_block(
    slack: SimulatedSlack, client: AsyncWebClient
) -> None:
    """Once completed, its id is good for an image block; before, or unknown, it is not."""
    answer = await client.files_upload_v2(content=b"\x89PNG", filename="memory.png")
    block = {
        "type": "image",
        "alt_text": "memory",
        "slack_file": {"id": answer["files"][0]["id"]},
    }

    await client.chat_postMessage(channel="C0WEB", text="memory", blocks=[block])
    assert slack.shown(slack.messages("#web")[0]) == "[image: memory]"
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await client.chat_postMessage(
            channel="C0WEB", text="x", blocks=[block | {"slack_file": {"id": "F0"}}]
        )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"filename": "a.png", "length": 0}, "invalid_arguments"),
        ({"filename": "a.png", "length": 1, "alt_txt": "x" * 1001}, "invalid_arguments"),
        ({"length": 1}, "invalid_arguments"),
    ],
)
async def test_an_announcement_is_checked(
    client: AsyncWebClient, arguments: dict[str, str], error: str
) -> None:
    """A name, at least one byte, and not too much alternative text."""
    with pytest.raises(SlackApiError, match=error):
        await client.api_call("files.getUploadURLExternal", data=arguments)


async def test_a_file_without_bytes_cannot_be_completed(client: AsyncWebClient) -> None:
    """Announcing alone makes no file."""
    announced = await client.files_getUploadURLExternal(filename="a.png", length=1)
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_completeUploadExternal(files=[{"id": announced["file_id"]}])
