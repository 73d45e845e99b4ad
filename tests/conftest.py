"""What holds for all tests: no test is failed by a slow machine."""

from hypothesis import settings

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
