"""The engine's tasks and the sweep: ids in, calls workflow or executor."""

from docket import Docket

__all__ = ["Docket"]
