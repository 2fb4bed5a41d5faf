"""The invariants of a request, on the real store with several bots and workers at once.

`actors` lets each of them go from one call of the store to the next, in an order that hypothesis
chooses, and die, lose an answer or outlive its lease at any of them; `checks` looks at everything
after each step.
"""
