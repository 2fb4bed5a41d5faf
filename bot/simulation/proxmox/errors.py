"""How the simulated Proxmox says no."""

from collections.abc import Iterable, Mapping


class ApiError(Exception):
    """An answer that is not a success.

    `code` is the HTTP status the real code raises with; None is a bare `die`, which HTTP shows as
    500 and a task without any number. `errors` binds texts to parameters.
    """

    def __init__(
        self, message: str, *, code: int | None = None, errors: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.errors = dict(errors) if errors else None

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.code or 500

    def exit_text(self) -> str:
        """The exit status of a task that ends with this error: one line."""
        text = self.message if self.code is None else f"{self.code} {self.message}\n"
        for name, problem in sorted((self.errors or {}).items()):
            text += f"{name}: {problem}\n"
        return text.removesuffix("\n").replace("\n", " ")


def died(text: str) -> ApiError:
    """The error of code that died with a text."""
    return ApiError(text)


def wrong_parameters(errors: Mapping[str, str]) -> ApiError:
    """The error of parameters that do not fit, each with its text."""
    return ApiError("Parameter verification failed.", code=400, errors=errors)


def not_permitted(path: str, privileges: Iterable[str]) -> ApiError:
    """The error of a missing privilege."""
    return ApiError(f"Permission check failed ({path}, {'|'.join(privileges)})", code=403)


def no_such_method(method: str, path: str) -> ApiError:
    """The error of an unknown path or verb."""
    return ApiError(f"Method '{method} {path}' not implemented", code=501)
