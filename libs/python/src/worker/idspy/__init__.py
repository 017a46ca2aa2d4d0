"""What a worker can tell of Python files. Standard library only, Python 3.9 or newer."""
