"""What the API refuses: an HTTP status, Twilio's code and a sentence (facts §18)."""


class ApiError(Exception):
    """An answer that is an error: `{"code","message","more_info","status"}` under that HTTP status."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"HTTP {status}, {code}: {message}")
        self.status = status
        self.code = code
        self.message = message

    @property
    def body(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def refused(code: int, message: str) -> ApiError:
    """The request was understood and cannot be done: HTTP 400."""
    return ApiError(400, code, message)


def not_found(path: str) -> ApiError:
    return ApiError(404, 20404, f"The requested resource {path} was not found")


# What `error_message` says beside an `error_code` that a message ended with.
OUTCOMES = {
    11200: "HTTP retrieval failure",
    11751: "Media exceeds the size limit",
    12300: "Invalid Content-Type",
    21610: "Attempt to send to unsubscribed recipient",
    21703: "No sender of the Messaging Service can send this message",
    30003: "Unreachable destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30032: "Toll-Free Number Has Not Been Verified",
    30033: "US A2P 10DLC - Campaign Suspended",
    30034: "US A2P 10DLC - Message from an Unregistered Number",
}
