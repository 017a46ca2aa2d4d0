"""Runs pytest as `python -m pytest` does, with the plugin that reports."""

import os
import sys

if __name__ == "__main__":
    import ids_pytest_plugin
    import ids_site

    ids_site.add()
    import pytest

    # In the project is where tests are looked for, not beside this file; only now, so that a file of the project
    # with a name of the standard library's cannot keep pytest from starting.
    sys.path[0] = os.getcwd()
    sys.exit(pytest.main(sys.argv[1:], plugins=[ids_pytest_plugin]))
