"""Stands in for the process that reads: does what the file's bytes say, as a reader that fails would."""

import json
import os
import resource
import signal
import sys
import time


def main() -> None:
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        content = sys.stdin.buffer.read(request["bytes"])
        match content[4:]:
            case b"abort":
                os.abort()
            case b"segfault":
                os.kill(os.getpid(), signal.SIGSEGV)
            case b"exit":
                return
            case b"spin":
                resource.setrlimit(resource.RLIMIT_CPU, (1, 10))
                while True:
                    pass
            case b"sleep":
                time.sleep(600)
            case b"half":
                sys.stdout.buffer.write(b'{"piece": {}, "bytes": 100}\nab')
                sys.stdout.buffer.flush()
                return
            case b"babble":
                sys.stdout.buffer.write(b"hello\n")
                sys.stdout.buffer.flush()
            case b"killed":
                os.kill(os.getpid(), signal.SIGKILL)
            case _:
                print(json.dumps({"refused": ["empty_file", None], "fresh": True}), flush=True)


if __name__ == "__main__":
    main()
