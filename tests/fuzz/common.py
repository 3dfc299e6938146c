"""What the targets share."""

from collections.abc import Callable, Iterator
from random import Random

# Gives as many random sources as a share of all cases; what to say if one of them fails is its own.
type Cases = Callable[[str, float], Iterator[Random]]
