"""Why a request is not answered as asked, each with the words that its page says."""

from __future__ import annotations


class PageError(Exception):
    """A request that ends in a page of its own. ``action`` names it in the audit log."""

    status = 500
    title = "Something went wrong"

    def __init__(self, message: str = "", *, action: str = "refused") -> None:
        super().__init__(message)
        self.message = message
        self.action = action


class BadRequest(PageError):
    """What was sent cannot be read."""

    status = 400
    title = "This could not be read"


class NotSignedIn(PageError):
    """Nobody is signed in, or no longer."""

    status = 401
    title = "Please sign in"


class NotYours(PageError):
    """Signed in, but this is not for them."""

    status = 403
    title = "You don't have access"


class NotHere(PageError):
    """It is not there, or it is another SELPA's: the answer is the same."""

    status = 404
    title = "Page not found"


class LinkOver(NotHere):
    """A sign-in link that was used, or is too old."""

    title = "This link cannot be used"


class TooLarge(PageError):
    """More was sent than is allowed."""

    status = 413
    title = "This file is too large"


class WrongHost(PageError):
    """The request was made under a name that is not ours."""

    status = 421
    title = "Wrong web address"
