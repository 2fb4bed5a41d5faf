"""`[incidents]`: what is otherwise while one is open."""

from bot.config.kinds import Count, Fraction, Shape, Texts


class IncidentsShape(Shape):
    """`[incidents]`."""

    break_glass: Texts = ()
    break_glass_quota: Count = 2
    pressure: Fraction = 0.9
