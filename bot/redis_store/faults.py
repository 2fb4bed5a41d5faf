"""Errors of the client and of the server → `StoreFault`s, in one place."""

from types import TracebackType

from redis import exceptions

from bot.model.errors import StoreFault, StoreUnavailable

LOST_ANSWER = (exceptions.ConnectionError, exceptions.TimeoutError, OSError)
"""After one of these nobody knows whether the server did what it was told."""

_NOT_LOST = (
    exceptions.AuthenticationError,
    exceptions.AuthorizationError,
    exceptions.BusyLoadingError,
    exceptions.MaxConnectionsError,
)

_SENTENCES = {
    "READONLY": "the store is a read-only replica",
    "OOM": "the store's memory is full",
    "MISCONF": "the store cannot write to its disk",
    "LOADING": "the store is still loading its data",
    "NOREPLICAS": "the store has fewer replicas than it was told to need",
    "CLUSTERDOWN": "the store's cluster is down",
    "MASTERDOWN": "the store has lost its primary",
    "TRYAGAIN": "the store is moving its data",
    "ASK": "the store is moving its data",
    "NOPERM": "the store's user lacks a permission",
    "NOAUTH": "the store asks for a password",
    "WRONGPASS": "the store refused the password",
    "BUSY": "the store is busy with a script",
    "UNKILLABLE": "the store is busy with a script",
}


def answer_lost(error: BaseException | None) -> bool:
    """Return whether the command may have been carried out all the same."""
    return isinstance(error, LOST_ANSWER) and not isinstance(error, _NOT_LOST)


def _sentence(error: Exception) -> str | None:
    """Return what keeps the store from working, or None if it is not the store's state."""
    if isinstance(error, exceptions.TimeoutError | TimeoutError):
        return "the store did not answer in time"
    if isinstance(error, exceptions.BusyLoadingError):
        return _SENTENCES["LOADING"]
    words: dict[type[Exception], str] = {
        exceptions.ReadOnlyError: "READONLY",
        exceptions.OutOfMemoryError: "OOM",
        exceptions.NoPermissionError: "NOPERM",
        exceptions.ClusterDownError: "CLUSTERDOWN",
        exceptions.MasterDownError: "MASTERDOWN",
        exceptions.TryAgainError: "TRYAGAIN",
        exceptions.AskError: "ASK",
    }
    kind = words.get(type(error)) or str(error).split(" ", 1)[0].lstrip("-")
    known = _SENTENCES.get(kind)
    if known:
        return f"{known} ({error})"
    if isinstance(error, LOST_ANSWER):
        return str(error) or "the connection was cut"
    return None


class Translated:
    """Within it, what the client raises becomes a `StoreFault`; `doing` is the start of the sentence."""

    __slots__ = ("_doing",)

    def __init__(self, doing: str) -> None:
        self._doing = doing

    def __enter__(self) -> None: ...

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if not isinstance(error, exceptions.RedisError | OSError):
            return
        sentence = _sentence(error)
        if sentence is None:
            raise StoreFault(self._doing, str(error)) from error
        raise StoreUnavailable(self._doing, sentence) from error
