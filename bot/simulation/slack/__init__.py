"""A simulated Slack: Web API, Socket Mode, signed HTTP dispatch."""
