try:
    import grouped
except* ValueError:
    import grouped_too


def starred(*args: *tuple[int, ...]): ...
