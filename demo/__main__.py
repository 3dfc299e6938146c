"""`python -m demo` starts the demo."""

import sys

from .run import main

sys.exit(main())
