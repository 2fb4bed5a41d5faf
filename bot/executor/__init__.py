"""From an approval to the truth: claim, tick, act, verify.

`tick` (pure) decides, `Executor` (a loop around it) acts: the only caller of a changing API.
"""

from bot.executor.act import Executor

__all__ = ["Executor"]
