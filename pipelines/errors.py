"""What went wrong, as one line for a person."""


def in_words(error: Exception) -> str:
    """Return what happened as one line; the operating system's own errors get words of ours."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'a file'}: {error.strerror.lower()}; name another path"
    return " ".join(str(error).splitlines())
