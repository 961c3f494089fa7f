"""How much may happen: so much at once, and so much a second from then on."""

import time


class Allowance:
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

    def take(self, amount: int = 1) -> bool:
        """Takes so much, or all that is left; False where nothing was."""
        if self.spent:
            return False
        self._left = max(0.0, self._left - amount)
        return True

    def _save(self) -> None:
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
