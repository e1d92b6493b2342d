"""A chart as Word keeps it: its drawing and the workbook that holds its numbers.

python-pptx writes both; only what a chart is called and how it is packed differs between slides and
documents (ECMA-376 part 1, 21.2).
"""

from __future__ import annotations

from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Mm, Pt
from pptx.chart.chart import Chart as Drawn
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.chart.xmlwriter import ChartXmlWriter
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.oxml import parse_xml as parse_drawing

from district.kernel.reports.files.layout import TEXT_MM
from district.kernel.reports.rules.manuscript import Chart

_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
_HEIGHT_MM = 78
_DRAWING = (
    "<w:drawing {spaces}><wp:inline distT='0' distB='0' distL='0' distR='0'>"
    "<wp:extent cx='{width}' cy='{height}'/><wp:docPr id='{number}' name='chart{number}'/>"
    "<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri='{c}'><c:chart r:id='{key}'/>"
    "</a:graphicData></a:graphic></wp:inline></w:drawing>"
)


def _untyped(made: Any) -> Any:
    """A class of python-pptx, whose types are incomplete."""
    return made


def add_chart(run: Any, chart: Chart, number: int) -> None:
    """Put a native chart into a run of a document; `number` tells the document's charts apart."""
    document = run.part
    data = _data(chart)
    book = Part(
        PackURI(f"/word/embeddings/chart{number}.xlsx"), _BOOK,
        _untyped(CategoryWorkbookWriter)(data).xlsx_blob, document.package,
    )  # fmt: skip
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), _CHART, b"", document.package)
    part._blob = _xml(chart, data, part.relate_to(book, RELATIONSHIP_TYPE.PACKAGE))
    key = document.relate_to(part, RELATIONSHIP_TYPE.CHART)
    drawing = parse_xml(
        _DRAWING.format(
            spaces=" ".join(f"xmlns:{name}='{uri}'" for name, uri in _SPACES.items()),
            width=int(Mm(int(TEXT_MM[0]))), height=int(Mm(_HEIGHT_MM)), number=number,
            c=_SPACES["c"], key=key,
        )
    )  # fmt: skip
    drawing[0].find(f"{{{_SPACES['wp']}}}docPr").set("descr", chart.caption)
    run._r.append(drawing)


def _data(chart: Chart) -> Any:
    data = _untyped(CategoryChartData)()
    data.categories = list(chart.labels)
    for name, values in chart.series:
        data.add_series(name, [None if value is None else float(value) for value in values])
    return data


def _xml(chart: Chart, data: Any, book: str) -> bytes:
    """The chart's own part: legend, unit at its axis, and which workbook holds its numbers."""
    kind = XL_CHART_TYPE.LINE_MARKERS if chart.kind == "line" else XL_CHART_TYPE.COLUMN_CLUSTERED
    space: Any = parse_drawing(_untyped(ChartXmlWriter)(kind, data).xml.encode())
    drawn = _untyped(Drawn)(space, None)
    drawn.has_legend = True
    drawn.legend.position = XL_LEGEND_POSITION.TOP
    drawn.legend.include_in_layout = False
    drawn.has_title = False
    drawn.font.size = Pt(10.5)
    drawn.value_axis.has_title = True
    drawn.value_axis.axis_title.text_frame.text = chart.unit
    held = space.makeelement(f"{{{_SPACES['c']}}}externalData", {f"{{{_SPACES['r']}}}id": book})
    held.append(held.makeelement(f"{{{_SPACES['c']}}}autoUpdate", {"val": "0"}))
    space.append(held)
    return bytes(serialize_part_xml(space))
