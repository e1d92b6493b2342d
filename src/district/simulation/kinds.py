"""The kinds of things that are simulated: what each measures, how often, and who sends it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from district.simulation.signals.world import HOUR, MINUTE, SECOND


@dataclass(frozen=True)
class Property:
    """An observed property: `kind` of the signals, its name, its unit; periods in microseconds.

    `past` is the coarser step of what is told of the past, 0 where nothing is.
    """

    kind: str
    name: str
    unit: str
    symbol: str
    period: int
    past: int


@dataclass(frozen=True)
class Sender:
    """A source of the simulation: how it sends where a broker is there (`mqtt`), else `http`."""

    code: str
    name: str
    transport: str


@dataclass(frozen=True)
class Kind:
    """A kind of thing, with its sender's code, its sensor's name and what it measures."""

    key: str
    label: str
    sender: str
    sensor: str
    properties: tuple[Property, ...]


SENDERS = (
    Sender("sim-weather", "雨水情遥测网关（演示）", "mqtt"),
    Sender("sim-forest", "森林防火监测平台（演示）", "mqtt"),
    Sender("sim-noise", "噪声监测平台（演示）", "mqtt"),
    Sender("sim-air", "空气自动站联网平台（演示）", "http"),
    Sender("sim-river", "河流水质联网平台（演示）", "http"),
    Sender("sim-gas", "燃气企业监测平台（演示）", "http"),
)
_MICROGRAM = ("微克每立方米", "µg/m³")
_MILLIGRAM = ("毫克每升", "mg/L")
# A level or a concentration stands for the stretch before it, so its past has the same steps.
_AIR = (10 * MINUTE, 10 * MINUTE)
_NOISE = (Property("noise", "噪声", "分贝（A计权）", "dB(A)", 5 * MINUTE, 5 * MINUTE),)
_RIVER = (30 * MINUTE, 4 * HOUR)

KINDS = (
    Kind(
        "rain_gauge",
        "雨量站",
        "sim-weather",
        "翻斗雨量计（演示）",
        (
            Property("rain", "雨量", "毫米", "mm", MINUTE, 10 * MINUTE),
            Property("rain_hour", "小时雨量", "毫米", "mm", MINUTE, 10 * MINUTE),
        ),
    ),
    Kind(
        "level_station",
        "水位站",
        "sim-weather",
        "雷达水位计（演示）",
        (Property("level", "水位", "米", "m", MINUTE, 10 * MINUTE),),
    ),
    Kind(
        "road_point",
        "道路积水点",
        "sim-weather",
        "积水监测仪（演示）",
        (Property("ponding", "积水深度", "米", "m", MINUTE, 10 * MINUTE),),
    ),
    Kind(
        "air_station",
        "空气站",
        "sim-air",
        "空气自动监测仪（演示）",
        (
            Property("pm25", "PM2.5", *_MICROGRAM, *_AIR),
            Property("pm10", "PM10", *_MICROGRAM, *_AIR),
            Property("so2", "SO2", *_MICROGRAM, *_AIR),
            Property("no2", "NO2", *_MICROGRAM, *_AIR),
            Property("co", "CO", "毫克每立方米", "mg/m³", *_AIR),
            Property("o3", "O3", *_MICROGRAM, *_AIR),
        ),
    ),
    Kind(
        "river_section",
        "河流断面",
        "sim-river",
        "水质自动监测仪（演示）",
        (
            Property("oxygen", "溶解氧", *_MILLIGRAM, *_RIVER),
            Property("permanganate", "高锰酸盐指数", *_MILLIGRAM, *_RIVER),
            Property("ammonia", "氨氮", *_MILLIGRAM, *_RIVER),
            Property("phosphorus", "总磷", *_MILLIGRAM, *_RIVER),
        ),
    ),
    Kind(
        "building_site",
        "工地噪声点",
        "sim-noise",
        "噪声自动监测仪（演示）",
        _NOISE,
    ),
    Kind("noise_zone", "功能区噪声点", "sim-noise", "噪声自动监测仪（演示）", _NOISE),
    Kind(
        "front_end",
        "森林防火前端",
        "sim-forest",
        "双光谱云台（演示）",
        (
            Property("smoke", "烟雾", "百分比", "%", 30 * SECOND, 20 * MINUTE),
            Property("heat", "热点温度", "摄氏度", "°C", 30 * SECOND, 20 * MINUTE),
            Property("fire_bearing", "火点方位角", "度", "°", 30 * SECOND, 0),
            Property("fire_distance", "火点距离", "米", "m", 30 * SECOND, 0),
        ),
    ),
    Kind(
        "gas_point",
        "燃气监测点",
        "sim-gas",
        "可燃气体探测器（演示）",
        (Property("gas", "燃气浓度", "爆炸下限百分比", "%LEL", MINUTE, 20 * MINUTE),),
    ),
)
BY_KEY = {kind.key: kind for kind in KINDS}
#: Signals by the name of the observed property, as datastreams tell it.
BY_PROPERTY = {each.name: each for kind in KINDS for each in kind.properties}
