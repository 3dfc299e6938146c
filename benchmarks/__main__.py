"""`python -m benchmarks` measures everything."""

import sys

from .run import main

sys.exit(main())
