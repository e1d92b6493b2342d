"""The backend's entrance; Django finds it by the package's name."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A kept connection is asked whether it still lives only where something speaks against it.

    Django asks by a statement, once a request: a round trip on the way of every page. A server
    that ended a connection has said so on its socket, where between two requests nothing else
    is to be read; so only what can be read is a reason to ask. A network that vanished without a
    word is noticed by the request's own first statement, as it would be by the question.
    """

    def is_usable(self) -> bool:
        """Whether statements will be answered, as far as this side can know."""
        return self._is_quiet() or super().is_usable()

    def _is_quiet(self) -> bool:
        kept = self.connection
        if kept is None or kept.closed or kept.broken:
            return False
        poll = select.poll()
        poll.register(kept.fileno(), select.POLLIN | select.POLLPRI)
        return not poll.poll(0)
