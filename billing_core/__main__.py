"""The door of the command line: `python -m billing_core COMMAND` (contract, section 7)."""

import signal
import sys

from billing_core.readers import spare

if __name__ == "__main__":
    # Before what takes time to import: both start side by side.
    spare.warm_for(sys.argv[1:])

from billing_core.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    # What ends the program from outside is an interruption like Ctrl-C: nothing half written stays.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
