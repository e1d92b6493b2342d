"""Reads of signing in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import User

from district.kernel.organisation.public import Member
from district.kernel.signing_in.models import RecoveryCode, SecondFactor


@dataclass(frozen=True, slots=True)
class Standing:
    """What a member has set up: `factor` None where nothing, else confirmed or begun."""

    factor: SecondFactor | None
    codes_left: int

    @property
    def is_on(self) -> bool:
        """Whether a code is asked for at every sign-in."""
        return self.factor is not None and self.factor.confirmed_at is not None


def factor_of(member_id: UUID) -> SecondFactor | None:
    """The second factor that is asked of this member; None where none is."""
    return SecondFactor.objects.filter(pk=member_id, confirmed_at__isnull=False).first()


def standing_of(member: Member) -> Standing:
    """What a member has set up. Two queries."""
    factor = SecondFactor.objects.filter(pk=member.pk).first()
    left = RecoveryCode.objects.filter(member=member, used_at=None).count()
    return Standing(factor, left)


def member_of_user(user_id: int) -> Member | None:
    """The active member behind a log-in."""
    return Member.objects.filter(user_id=user_id, is_active=True).first()


def user_by_name(name: str) -> User | None:
    """The log-in of exactly that name, with its member; None where there is none. One query."""
    return User.objects.select_related("member").filter(username=name).first()
