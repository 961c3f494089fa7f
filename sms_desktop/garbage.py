"""When Python looks for garbage in cycles: not while the program starts, and never again in what was made then.

Imports make half a million objects that stay. Looking through them costs a tenth of the time to first paint, and later
some 50 ms, three frames, whenever the oldest generation's turn comes.
"""

import gc


def hold() -> None:
    """No search for cycles from now on."""
    gc.disable()


def resume() -> None:
    """Searches again, leaving out all that exists by now."""
    gc.freeze()
    gc.enable()
