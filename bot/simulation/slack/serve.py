"""The command that serves a simulated Slack until it is interrupted."""

import asyncio
from pathlib import Path

import click

from bot.simulation.slack.simulated import Mode, SimulatedSlack

EXAMPLE = '{"text": "/pve help", "channel": "#web"}'


@click.command()
@click.option("--port", type=int, default=0, help="Port on 127.0.0.1; 0 takes a free one.")
@click.option("--record", type=click.Path(dir_okay=False, path_type=Path), help="Keep the wire.")
@click.option("--mode", type=click.Choice(["socket", "http"]), default="socket")
@click.option("--request-url", help="Where mode http posts to, such as http://…/slack/events.")
def slack(port: int, record: Path | None, mode: Mode, request_url: str | None) -> None:
    """Serve a simulated Slack: Web API, Socket Mode, signed HTTP dispatch."""
    if mode == "http" and request_url is None:
        raise click.UsageError("mode http needs --request-url")
    served = SimulatedSlack(mode, request_url=request_url, record=record, port=port)
    try:
        asyncio.run(_serve(served))
    except KeyboardInterrupt:
        click.echo("stopped")


async def _serve(served: SimulatedSlack) -> None:
    async with served:
        click.echo("# a simulated Slack; these secrets are good for it alone")
        click.echo(f"SLACK_API_URL={served.api_url}")
        click.echo(f"SLACK_BOT_TOKEN={served.bot_token}")
        click.echo(f"SLACK_APP_TOKEN={served.app_token}")
        click.echo(f"SLACK_SIGNING_SECRET={served.signing_secret}")
        click.echo("# let people act, then look; interrupt to stop:")
        click.echo(f"# curl http://{served.address}/people/ana/command -d '{EXAMPLE}'")
        click.echo(f"# curl http://{served.address}/transcript")
        click.echo(f"# curl http://{served.address}/faults")
        served.on_happening(lambda happening: click.echo("\n".join(["", *served.tell(happening)])))
        await asyncio.Event().wait()
