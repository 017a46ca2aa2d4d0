"""Says which Python this is and whether it has pytest."""

import json
import platform

import ids_site

ids_site.add()
try:
    import pytest

    version = str(pytest.__version__)
except Exception:
    # A broken installation is as good as none.
    version = None
print("\n" + json.dumps({"python": platform.python_version(), "pytest": version}))
