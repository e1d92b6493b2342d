"""What policies keep."""

from district.systems.policies.models.policies import Audience, Benefit, Policy, PolicyVersion
from district.systems.policies.models.pushes import Application, Consent, Push, PushLimit, PushRun

__all__ = [
    "Application",
    "Audience",
    "Benefit",
    "Consent",
    "Policy",
    "PolicyVersion",
    "Push",
    "PushLimit",
    "PushRun",
]
