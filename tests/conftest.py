"""What all tests share: examples that are the same on every run, with no time limit on a busy machine."""

from hypothesis import settings

settings.register_profile("arna", deadline=None, derandomize=True, max_examples=60, print_blob=True)
settings.load_profile("arna")
