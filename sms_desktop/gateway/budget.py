"""How often something may happen: so many at once, and so many a second from then on."""

import time


class Budget:
    """``burst`` at once and ``rate`` a second; what is not taken is saved up to ``burst``."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, burst
        self._left = float(burst)
        self._at = time.monotonic()

    @property
    def spent(self) -> bool:
        """Whether nothing is left at this moment."""
        self._save()
        return self._left < 1

    def take(self) -> bool:
        """Takes one; False where nothing is left."""
        if self.spent:
            return False
        self._left -= 1
        return True

    def _save(self) -> None:
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
