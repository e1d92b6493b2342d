// ECharts with the few parts in use. Tooltips are drawn on the canvas: HTML ones need inline
// style attributes, which the CSP refuses.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import {
  AriaComponent,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { token } from "./schemes.js";

echarts.use([
  AriaComponent, BarChart, CanvasRenderer, DatasetComponent, GridComponent, LegendComponent,
  LineChart, MarkLineComponent, PieChart, TooltipComponent,
]);

const LIGHTS = { red: "red", yellow: "yellow-fill", green: "green", none: "none" };

/** Draws `data`: {kind, categories, series: [{name, values, light?, kind?, dashed?}], unit, due?, stacked?, horizontal?}. */
export function mount(element, data) {
  const chart = echarts.init(element, null, { renderer: "canvas" });
  const draw = () => chart.setOption(optionOf(data, element), true);
  draw();
  document.addEventListener("district:scheme", draw);
  // A page that hears of changes hands on new numbers without a new chart.
  element.addEventListener("district:data", (event) => {
    Object.assign(data, event.detail);
    draw();
  });
  new ResizeObserver(() => chart.resize()).observe(element);
  addEventListener("beforeprint", () => chart.resize({ animation: { duration: 0 } }));
  chart.on("click", (event) => {
    const address = data.series[event.seriesIndex]?.urls?.[event.dataIndex] ?? data.urls?.[event.dataIndex];
    if (address) location.assign(address);
  });
  return chart;
}

function optionOf(data, element) {
  const ink = token("ink");
  const muted = token("muted");
  const font = getComputedStyle(element).fontFamily;
  const base = {
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
    aria: { enabled: true, decal: { show: Boolean(data.patterns) } },
    color: [1, 2, 3, 4, 5, 6].map((n) => token(`series-${n}`)),
    textStyle: { fontFamily: font, color: ink, fontSize: 13 },
    tooltip: {
      trigger: data.kind === "pie" ? "item" : "axis",
      renderMode: "richText",
      backgroundColor: token("raised"),
      borderColor: token("line"),
      textStyle: { color: ink, fontSize: 13, fontFamily: font },
      axisPointer: { type: "shadow", shadowStyle: { color: token("sunken"), opacity: 0.6 } },
      valueFormatter: (value) => (value == null ? "-" : `${value}${data.unit ? ` ${data.unit}` : ""}`),
    },
    legend: {
      show: data.series.length > 1 || data.kind === "pie",
      top: 0,
      right: 0,
      itemWidth: 12,
      itemHeight: 12,
      textStyle: { color: muted, fontFamily: font, fontSize: 13 },
    },
  };
  return data.kind === "pie" ? { ...base, series: [pieOf(data)] } : { ...base, ...axesOf(data, muted) };
}

function axesOf(data, muted) {
  const category = {
    type: "category",
    data: data.categories,
    inverse: Boolean(data.horizontal),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: token("line") } },
    axisLabel: { color: muted, hideOverlap: true },
  };
  const value = {
    type: "value",
    name: data.unit || "",
    nameTextStyle: { color: muted, align: data.horizontal ? "right" : "left" },
    scale: data.kind === "line" && !data.fromZero,
    axisLabel: { color: muted, hideOverlap: true },
    splitLine: { lineStyle: { color: token("line-soft") } },
  };
  const top = data.series.length > 1 ? 40 : data.unit && !data.horizontal ? 32 : 12;
  return {
    grid: { left: 4, right: data.horizontal ? 32 : 12, top, bottom: 4, containLabel: true },
    xAxis: data.horizontal ? value : category,
    yAxis: data.horizontal ? category : value,
    series: data.series.map((series) => seriesOf(series, data)),
  };
}

function seriesOf(series, data) {
  const colour = series.light ? token(LIGHTS[series.light]) : undefined;
  const kind = series.kind || data.kind;
  const drawn = {
    name: series.name,
    type: kind,
    data: series.values,
    stack: data.stacked ? "all" : undefined,
    itemStyle: colour ? { color: colour } : {},
    cursor: series.urls || data.urls ? "pointer" : "default",
  };
  if (kind === "line") {
    Object.assign(drawn, {
      symbolSize: 6,
      connectNulls: false,
      lineStyle: { width: 2, color: colour, type: series.dashed ? "dashed" : "solid" },
    });
  } else {
    drawn.barMaxWidth = data.horizontal ? 18 : 32;
    if (!data.stacked) drawn.itemStyle.borderRadius = data.horizontal ? [0, 3, 3, 0] : [3, 3, 0, 0];
  }
  if (data.due != null && series === data.series[0]) {
    drawn.markLine = {
      symbol: "none",
      silent: true,
      lineStyle: { color: token("ink"), type: "dashed" },
      label: { formatter: data.dueLabel || "", color: token("ink"), position: "insideEndTop" },
      data: [data.horizontal ? { xAxis: data.due } : { yAxis: data.due }],
    };
  }
  return drawn;
}

function pieOf(data) {
  const series = data.series[0];
  return {
    type: "pie",
    radius: ["52%", "76%"],
    center: ["50%", "54%"],
    label: { color: token("ink"), formatter: "{b} {c}" },
    data: data.categories.map((name, at) => ({
      name,
      value: series.values[at],
      itemStyle: series.lights ? { color: token(LIGHTS[series.lights[at]]) } : {},
    })),
  };
}
