"""Who a peer is to the people at the desk."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contact:
    """``id`` is the store's number; ``numbers`` the raw addresses that are theirs; an empty ``name``: none given."""

    id: int
    name: str
    notes: str
    numbers: tuple[str, ...]
