"""The one error the generator reports: what is wrong, and what to do about it."""


class GeneratorError(Exception):
    """A problem a person can act on; printed without a traceback."""

    def __init__(self, message: str, hint: str = ""):
        super().__init__(message)
        self.hint = hint
