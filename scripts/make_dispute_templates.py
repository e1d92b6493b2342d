"""Writes the .docx templates of disputes' documents, from the words below.

A district may change them in Word: `{{placeholders}}` are filled from the case, all others stay.
Run it after changing a word here: `python scripts/make_dispute_templates.py`.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

FOLDER = Path(__file__).resolve().parents[1] / "src/district/systems/disputes/templates_docx"
# A line that begins with > stands at the right, one with # is a heading of a part.
PAPERS = {
    "agreement": (
        "人民调解协议书",
        """编号：{{文书编号}}

{{申请人}}
{{被申请人}}
{{其他当事人}}

# 一、纠纷主要事实、争议事项
纠纷类型：{{纠纷类型}}。
{{基本事实}}
当事人的请求：{{请求事项}}
涉及金额：{{金额}}

# 二、经调解，自愿达成如下协议
{{协议内容}}

# 三、履行方式和期限
履行期限：{{履行期限}}。

本协议自各方当事人签名、盖章或者按指印，人民调解员签名并加盖人民调解委员会印章之日起生效。双方可以自协议生效之日起三十日内共同向有管辖权的人民法院申请司法确认。

当事人（签名）：
人民调解员（签名）：

>{{办理单位}}（印章）
>{{日期}}""",
    ),
    "aid_decision": (
        "法律援助决定书",
        """编号：{{文书编号}}

{{申请人}}

申请人因{{纠纷类型}}一事（请求：{{请求事项}}）提出法律援助申请（单号：{{单号}}）。经审查，决定{{决定}}。

理由：{{理由}}
承办机构：{{承办机构}}

申请人对不予法律援助、终止法律援助的决定有异议的，可以向司法行政部门提出。

>{{办理单位}}（印章）
>{{日期}}""",
    ),
    "handover_letter": (
        "诉讼移送函",
        """编号：{{文书编号}}

{{受移送法院}}：

下列纠纷经前序环节（单号：{{前序单号}}）处理，现因{{移送事由}}移送你院。

{{申请人}}
{{被申请人}}
{{其他当事人}}

纠纷类型：{{纠纷类型}}
请求事项：{{请求事项}}
涉及金额：{{金额}}
基本事实：{{基本事实}}

请将立案或确认结果函告我单位。

>{{办理单位}}（印章）
>{{日期}}""",
    ),
}


def paper(title: str, text: str) -> bytes:
    """A template on A4 with the margins and letters of official papers."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin = Cm(3.7), Cm(3.5)
    page.left_margin, page.right_margin = Cm(2.8), Cm(2.6)
    line(document, title, size=22, centre=True, font="方正小标宋简体")
    for words in text.split("\n"):
        if words.startswith(">"):
            line(document, words[1:], right=True)
        elif words.startswith("#"):
            line(document, words.lstrip("# "), font="黑体")
        else:
            line(document, words)
    out = BytesIO()
    document.save(out)
    return steady(out.getvalue())


def line(
    document: object,
    words: str,
    *,
    size: int = 16,
    font: str = "仿宋_GB2312",
    centre: bool = False,
    right: bool = False,
) -> None:
    """One paragraph, its letters named for Chinese too."""
    paragraph = document.add_paragraph()  # type: ignore[attr-defined]  # python-docx ships no types
    run = paragraph.add_run(words)
    run.font.size, run.font.name = Pt(size), font
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    paragraph.paragraph_format.line_spacing = Pt(28)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def steady(content: bytes) -> bytes:
    """The same bytes for the same words: no times of making in the archive or its properties."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist()):
            body = old.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>2025-01-01T00:00:00Z", body)
            new.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    for key, (title, text) in PAPERS.items():
        (FOLDER / f"{key}.docx").write_bytes(paper(title, text))
        print(FOLDER / f"{key}.docx")


if __name__ == "__main__":
    main()
