"""Packages of an environment whose own interpreter cannot be started here."""

import json
import os
import site


def add():
    for folder in json.loads(os.environ.get("IDS_TEST_PACKAGES", "[]")):
        site.addsitedir(folder)
