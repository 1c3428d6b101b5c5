"""``python -m sbe_scim`` is the command ``sbe-scim``."""

import sys

from sbe_scim.cli import main

sys.exit(main())
