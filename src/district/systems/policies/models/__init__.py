"""What policies keep."""

from district.systems.policies.models.consultations import Consultation
from district.systems.policies.models.policies import Audience, Benefit, Policy, PolicyVersion
from district.systems.policies.models.pushes import Application, Consent, Push, PushLimit, PushRun
from district.systems.policies.models.recipients import Notice, Recipient

__all__ = [
    "Application",
    "Audience",
    "Benefit",
    "Consent",
    "Consultation",
    "Notice",
    "Policy",
    "PolicyVersion",
    "Push",
    "PushLimit",
    "PushRun",
    "Recipient",
]
