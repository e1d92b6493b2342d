"""The labelled texts, and how a draft is scored against them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from district.kernel.conditions.public import Attribute, Schema, parse, relation
from district.systems.policies.rules.drafting import Vocabulary, draft, read_terms
from district.systems.policies.selectors.recipients import recipient_schema

_FOLDER = Path(__file__).parent
TODAY = date(2025, 9, 26)


def _choices(*values: str) -> tuple[tuple[str, str], ...]:
    return tuple((value, value) for value in values)


SCHEMA = Schema(
    "enterprises",
    (
        Attribute("kind", "类型", "choice",
                  choices=_choices("company", "branch", "individual", "cooperative", "other")),
        Attribute("status", "状态", "choice",
                  choices=_choices("active", "suspended", "cancelled", "revoked")),
        Attribute("street", "街道", "code", hierarchy="path"),
        Attribute("industry", "行业", "code"),
        Attribute("size", "规模", "choice", choices=_choices("large", "medium", "small", "micro")),
        Attribute("established_on", "成立日期", "date"),
        Attribute("capital", "注册资本", "decimal", unit="万元", places=2),
        Attribute("revenue", "营业收入", "decimal", unit="万元", places=2),
        Attribute("revenue_growth", "营业收入增速", "decimal", unit="%", places=2),
        Attribute("staff", "从业人员", "integer", unit="人"),
        Attribute("rd_share", "研发费用占比", "decimal", unit="%", places=2),
        Attribute("patents", "发明专利", "integer", unit="件"),
        Attribute("exports", "出口额", "decimal", unit="万元", places=2),
        Attribute("is_above_scale", "四上", "boolean"),
        Attribute("qualifications", "资质", "set"),
        Attribute("is_dishonest", "失信", "boolean"),
    ),
)  # fmt: skip
WORDS = Vocabulary(
    SCHEMA,
    read_terms("enterprises"),
    places={"龙岗区": "440307", "宝龙街道": "440307019", "坂田街道": "440307013"},
    industries={
        "制造业": "C", "软件和信息技术服务业": "I65", "批发业": "F51", "零售业": "F52",
        "批发和零售业": "F", "住宿和餐饮业": "H", "房地产业": "K", "医药制造业": "C27",
        "计算机、通信和其他电子设备制造业": "C39", "专用设备制造业": "C35", "建筑业": "E",
        "住宿业": "H61", "餐饮业": "H62", "信息传输、软件和信息技术服务业": "I",
    },
    home="440307",
)  # fmt: skip


def texts(*, held_out: bool, name: str = "policy_texts") -> list[dict[str, Any]]:
    """The policies of a file, those held out or the others."""
    rows = tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))["policy"]
    return [row for row in rows if bool(row.get("held_out")) == held_out]


@dataclass(frozen=True)
class Score:
    """How many labels were met, how many proposals were wrong, and which."""

    labels: int
    proposals: int
    met: int
    missed: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def recall(self) -> float:
        """The share of labels that were met."""
        return self.met / self.labels

    @property
    def precision(self) -> float:
        """The share of proposals that a label asks for."""
        return self.met / self.proposals if self.proposals else 0.0

    def __str__(self) -> str:
        return f"recall {self.recall:.0%}, precision {self.precision:.0%} of {self.labels} labels"


#: People on record: every fact, and the places that the texts name.
PEOPLE = Vocabulary(recipient_schema(), read_terms("people"), places={"东街道": "901"}, home="9")


def score(policies: Iterable[dict[str, Any]], words: Vocabulary = WORDS) -> Score:
    """A label is met by a proposal that means the same rows and stands at its words."""
    labels = proposals = 0
    missed, wrong = [], []
    for policy in policies:
        text = policy["text"]
        found = list(draft(text, words).proposals)
        labels += len(policy["label"])
        proposals += len(found)
        for label in policy["label"]:
            wanted = parse(label["where"], words.schema)
            at = text.index(label["words"])
            hit = next(
                (
                    p
                    for p in found
                    if p.start < at + len(label["words"])
                    and at < p.end
                    and relation(p.condition, wanted, today=TODAY) == "equal"
                ),
                None,
            )
            if hit is None:
                missed.append(f"{policy['title']}: {label['where']}")
            else:
                found.remove(hit)
        wrong += [f"{policy['title']}: {text[p.start : p.end]} -> {p.where}" for p in found]
    return Score(labels, proposals, labels - len(missed), tuple(missed), tuple(wrong))
