"""The Slack edge: payloads in, cards out."""
