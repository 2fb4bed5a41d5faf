"""Files, uploaded in Slack's three steps and shared in a channel."""

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from handlers.calling import calling

ALT_TEXT = 1000
"""Characters of a file's description that Slack takes."""


async def upload(
    client: AsyncWebClient,
    channel: str,
    content: bytes,
    *,
    filename: str,
    title: str,
    alt_text: str = "",
) -> None:
    """Upload a file and share it in a channel; twice is two messages. Raises `SlackFault`.

    The bytes go to an address of their own, without our token (FACTS §9).
    """
    doing = f"uploading {filename} to {channel}"
    described = {"alt_txt": alt_text[:ALT_TEXT]} if alt_text else {}
    room = await calling(
        doing,
        lambda: client.files_getUploadURLExternal(
            filename=filename, length=len(content), **described
        ),
    )
    await calling(doing, lambda: _send(str(room["upload_url"]), content))
    await calling(
        doing,
        lambda: client.files_completeUploadExternal(
            files=[{"id": room["file_id"], "title": title}], channel_id=channel
        ),
    )


async def _send(url: str, content: bytes) -> None:
    async with aiohttp.ClientSession() as session, session.post(url, data=content) as answer:
        answer.raise_for_status()
