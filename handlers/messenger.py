"""Post once, update in place, look people up."""

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

__all__ = ["AsyncApp", "AsyncWebClient"]
