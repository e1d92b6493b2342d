"""Which case goes on as which: mediation, aid, arbitration, court. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from district.kernel.cases.public import Words
from district.systems.disputes.names import ARBITRATION, COURT, LEGAL_AID, MEDIATION, PETITION


@dataclass(frozen=True, slots=True)
class Way:
    """From these stages of one type a case may go on as another. `kind` names the link;
    `labour` ways are open to labour disputes alone."""

    stages: frozenset[str]
    kind: Words
    labour: bool = False


def _way(stages: str, zh: str, en: str, *, labour: bool = False) -> Way:
    return Way(frozenset(stages.split()), Words(zh, en), labour)


WAYS: Mapping[tuple[str, str], Way] = {
    (MEDIATION, LEGAL_AID): _way(
        "assigned mediating agreed failed breached", "转法律援助", "To legal aid"
    ),
    (MEDIATION, ARBITRATION): _way("failed breached", "转劳动仲裁", "To arbitration", labour=True),
    (MEDIATION, COURT): _way("agreed failed breached", "移送法院", "To court"),
    (LEGAL_AID, MEDIATION): _way("granted helping closed refused", "转调解", "To mediation"),
    (LEGAL_AID, ARBITRATION): _way(
        "granted helping closed refused", "转劳动仲裁", "To arbitration", labour=True
    ),
    (LEGAL_AID, COURT): _way("granted helping closed", "移送法院", "To court"),
    (ARBITRATION, LEGAL_AID): _way(
        "applied accepted hearing awarded not_accepted", "转法律援助", "To legal aid"
    ),
    (ARBITRATION, COURT): _way("awarded not_accepted settled", "移送法院", "To court"),
    (PETITION, MEDIATION): _way("received assigned handling replied", "转调解", "To mediation"),
    (PETITION, LEGAL_AID): _way("received assigned handling replied", "转法律援助", "To legal aid"),
    (PETITION, ARBITRATION): _way(
        "received assigned handling replied", "转劳动仲裁", "To arbitration", labour=True
    ),
    (PETITION, COURT): _way("replied closed", "移送法院", "To court"),
}


def ways_from(type_key: str, stage: str, dispute_kind: str) -> dict[str, Way]:
    """The types as which a case may go on from where it stands, by key.

    A dispute whose kind nobody has told yet may turn out to be a labour dispute.
    """
    return {
        after: way
        for (before, after), way in WAYS.items()
        if before == type_key
        and stage in way.stages
        and (not way.labour or dispute_kind in ("labour", ""))
    }
