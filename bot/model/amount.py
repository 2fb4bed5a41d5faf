"""Amounts as asked, made absolute."""

from bot.model.intent import Amount, How


def resolve(amount: Amount, current: int | None) -> int | None:
    """Return the absolute value (base unit), rounded down; None if it hangs on an unknown one."""
    if amount.how is How.SET:
        return amount.amount
    if current is None:
        return None
    if amount.how is How.ADD:
        return current + amount.amount
    if amount.how is How.SUBTRACT:
        return current - amount.amount
    if amount.how is How.PERCENT:
        return current * (100 + amount.amount) // 100
    return current * amount.amount // 100
