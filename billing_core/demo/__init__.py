"""Usage made up for showing and measuring: generated worlds of any size, and the fixed demo agency.

Nothing here is anybody's usage. Both are made from their arguments alone, so they are the same every time.
"""

from billing_core.demo.bym import write_demo
from billing_core.demo.world import write

__all__ = ["write", "write_demo"]
