# In this Home Assistant "voluptuous" is an alias of probatio, and Home Assistant's own signatures say
# probatio. This stub tells mypy so.
from probatio import *  # noqa: F403
from probatio import UNDEFINED as UNDEFINED
