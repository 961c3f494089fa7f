"""How fast the simulated world moves."""

import asyncio
from random import Random


class Pace:
    """`factor` multiplies every pause: 1 is lifelike, 0 is at once. It may be changed while running."""

    def __init__(self, factor: float, random: Random) -> None:
        self.factor = factor
        self._random = random

    async def pause(self, least: float, most: float) -> None:
        """Sleeps between `least` and `most` seconds, times the factor."""
        await asyncio.sleep(self._random.uniform(least, most) * self.factor)
