"""Who acts for which firm: what every service and selector of the portal is handed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotPermitted
from district.kernel.history.public import Actor
from district.systems.enterprises.public import EnterpriseRef, enterprises_by_ids
from district.systems.virtual_park.models import Firm, Mandate, Representative
from district.systems.virtual_park.names import REPRESENTATIVE
from district.systems.virtual_park.rules.roles import ParkRole, allows

#: Statuses of the register in which nobody acts for an enterprise.
GONE = ("cancelled", "revoked")


@dataclass(frozen=True)
class Acting:
    """A representative who acts for a firm under a mandate that runs today.

    `enterprise` is the firm as the register has it now. Nothing that is handed an Acting shows or
    changes anything of another firm.
    """

    representative: Representative
    mandate: Mandate
    enterprise: EnterpriseRef

    @property
    def firm(self) -> Firm:
        """The firm's row here."""
        return self.mandate.firm

    @property
    def id(self) -> str:
        """The enterprise's id as text, as other systems keep it."""
        return str(self.enterprise.id)

    @property
    def words(self) -> str:
        """For whom, as history and other systems may read it: no person's name, and of an
        individual business not its own either, which is its owner's."""
        if self.enterprise.kind == "individual":
            return "企业代表（个体工商户）"
        return f"企业代表（{self.enterprise.name}）"[:100]

    @property
    def actor(self) -> Actor:
        """The representative in history."""
        return actor_of_representative(self.representative, self.words)

    @property
    def portal(self) -> Actor:
        """The portal in other systems, which grant it what its services have looked at first."""
        return Actor("system", "virtual_park", self.words)

    def may(self, right: str) -> bool:
        """Whether the mandate's roles hold a right (see `rules.roles.RIGHTS`)."""
        return allows(self.mandate.roles, right)

    def require(self, right: str) -> None:
        """Raise NotPermitted unless `may`."""
        if not self.may(right):
            raise NotPermitted(_("您的角色不能办理这件事。请联系贵企业的管理员调整授权。"))


def actor_of_representative(representative: Representative, words: str = "企业代表") -> Actor:
    """The representative in history; `words` say for whom they act."""
    return Actor.outside(REPRESENTATIVE, str(representative.pk), words)


def running_q(day: date) -> Q:
    """Mandates that run on a day."""
    until = Q(last_day=None) | Q(last_day__gte=day)
    return Q(ended_at=None, first_day__lte=day) & until


def mandates_of(representative: UUID | str, epoch: int) -> QuerySet[Mandate]:
    """The running mandates of a representative whose sessions carry this epoch, by firm."""
    rows = Mandate.objects.filter(
        running_q(clock.today()),
        representative__pk=representative,
        representative__epoch=epoch,
        representative__forgotten_at=None,
    )
    return rows.select_related("firm", "representative").order_by("firm__name", "pk")


def awake(mandates: Iterable[Mandate]) -> list[Acting]:
    """Those whose firm the register has and does not say is gone. One query."""
    rows = list(mandates)
    known = enterprises_by_ids([row.firm.enterprise for row in rows]) if rows else {}
    found = []
    for row in rows:
        ref = known.get(row.firm.enterprise)
        if ref is not None and ref.status not in GONE:
            found.append(Acting(row.representative, row, ref))
    return found


def is_manager(mandate: Mandate) -> bool:
    """Whether it lets its holder manage the firm's people."""
    return ParkRole.MANAGER.value in mandate.roles
