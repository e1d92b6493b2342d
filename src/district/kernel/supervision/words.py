"""The names in the standard flow, for the catalogue: sentences are not looked for in data files.

A district that publishes another flow brings the translations of its own names.
"""

from django.utils.translation import pgettext_lazy

STANDARD_WORDS = (
    pgettext_lazy("supervision", "督办流程"),
    pgettext_lazy("supervision", "立项"),
    pgettext_lazy("supervision", "交办"),
    pgettext_lazy("supervision", "延期待批"),
    pgettext_lazy("supervision", "反馈"),
    pgettext_lazy("supervision", "核查"),
    pgettext_lazy("supervision", "销号"),
    pgettext_lazy("supervision", "撤销"),
    pgettext_lazy("supervision", "申请延期"),
    pgettext_lazy("supervision", "同意延期"),
    pgettext_lazy("supervision", "不同意延期"),
    pgettext_lazy("supervision", "核查通过"),
    pgettext_lazy("supervision", "退回重办"),
    pgettext_lazy("supervision", "通报"),
    pgettext_lazy("supervision", "撤销督办"),
)
