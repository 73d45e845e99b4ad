"""The door of the command line: `python -m billing_core COMMAND` (contract, section 7)."""

import signal
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code; interrupted at any time, also while it starts, it says so."""
    try:
        if arguments is None:
            # Before what takes time to import: both start side by side.
            from billing_core.readers import spare  # noqa: PLC0415

            spare.warm_for(sys.argv[1:])
        from billing_core.cli.main import main as run  # noqa: PLC0415 - takes a second

        return run(arguments)
    except KeyboardInterrupt:
        print("billing_core: interrupted; no file was changed", file=sys.stderr)
        return 2


if __name__ == "__main__":
    # What ends the program from outside is an interruption like Ctrl-C: nothing half written stays.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
