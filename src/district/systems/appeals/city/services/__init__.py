"""All writes of the city's orders: one named transactional function each."""

from district.systems.appeals.city.services.intake import Outcome, put_aside, take_all, take_order
from district.systems.appeals.city.services.platforms import (
    create_token,
    platform_of_token,
    revoke_token,
    save_platform,
)
from district.systems.appeals.city.services.pulling import claim_pulls, pull_orders, pull_soon
from district.systems.appeals.city.services.returns import (
    claim_returns,
    deliver_return,
    queue_returns,
    resume_all,
    resume_return,
)

__all__ = [
    "Outcome",
    "claim_pulls",
    "claim_returns",
    "create_token",
    "deliver_return",
    "platform_of_token",
    "pull_orders",
    "pull_soon",
    "put_aside",
    "queue_returns",
    "resume_all",
    "resume_return",
    "revoke_token",
    "save_platform",
    "take_all",
    "take_order",
]
