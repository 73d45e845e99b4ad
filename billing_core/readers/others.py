"""Where other people's readers run: a broken file must not end the program, and some of them panic."""

from collections.abc import Iterator
from contextlib import contextmanager

from billing_core.readers import limits
from billing_core.readers.sheet import UnreadableError


@contextmanager
def others_reader() -> Iterator[None]:
    """Whatever goes wrong within is a file that cannot be read, or one that is too heavy where memory ran out."""
    try:
        yield
    except (UnreadableError, KeyboardInterrupt, SystemExit):
        raise
    except MemoryError as error:
        raise out_of_memory() from error
    except BaseException as error:
        detail = f"{type(error).__name__}: {error}"[: limits.TEXT_CHARACTERS]
        raise UnreadableError("unreadable_file", detail) from error


def out_of_memory() -> UnreadableError:
    """What is said of a file that needs more memory than one file may take."""
    return UnreadableError("too_heavy", f"{limits.READER_BYTES // limits.MIB} MiB")
