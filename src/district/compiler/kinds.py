"""Verbs inside a name that say which things they are: 重点|帮扶|县, 共建|重点项目."""

from __future__ import annotations

import re

from district.compiler import lexicon as lex

#: Verbs that say in a name what is done with the things, and what those are.
_OF_KINDS = frozenset(
    lex.words("帮扶 赋能 培育 共建 续建 储备 扶持 监测 承接 结对 援建 签约 入驻 注册 上市")
)
_KINDS = re.compile(
    "(?:重点|重大|省级|市级)?(?:县域|[县村镇乡户](?![\u4e00-\u9fff]*[级域])|产业园|园区|企业|单位|车间|对象|人员|机构|项目)"
)


def tells_kind(text: str, position: int, verb: str) -> int:
    """Where the noun ends of which a verb says the kind (重点|帮扶|县, 共建|重点项目), or 0."""
    kind = _KINDS.match(text, position + len(verb)) if verb in _OF_KINDS else None
    return kind.end() if kind else 0
