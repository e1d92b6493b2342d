"""Finds what tells who somebody is in a free text, and hides it for public pages. Pure.

Rather too much than too little: what is hidden wrongly costs a word, what is shown wrongly a
person's privacy. It does not replace the look of whoever publishes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from district.kernel.base.masking import (
    HIDDEN_IDENTITY,
    HIDDEN_PHONE,
    IDENTITY,
    NO_DIGIT_BEHIND,
    PHONE,
    fold,
    spoken_digits,
)

Kind = Literal["identity", "phone", "account", "plate", "email", "contact", "room", "name"]

_HIDDEN: dict[Kind, str] = {
    "identity": HIDDEN_IDENTITY,
    "phone": HIDDEN_PHONE,
    "account": "〔号码〕",
    "plate": "〔车牌〕",
    "email": "〔邮箱〕",
    "contact": "〔联系方式〕",
    "room": "〔房号〕",
}
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE_SIGNS = "[a-hj-np-z0-9]"
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾"
    "丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤"
    "尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦柳邢骆岳齐梅莫庄"
    "辛管祝左涂谷祁舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲游裴席屈鲍覃霍翁隋植甘景薄司柏宁柯阮桂闵"
    "冼邝招练利麦佘巫古丘幸缪植冉房连"
)
# A surname that ends or begins an everyday word: signs before and behind it that make it one.
_NO_NAME = {
    "何": ("任如为有", ""),
    "方": ("对地甲乙丙双多官警校院园资厂各东南西北", ""),
    "任": ("主责上前信现", "何意由务"),
    "于": ("由关对等位属终在至", "是"),
    "安": ("保治公平西宝不", "保排置装"),
    "常": ("经日平通正异非时", ""),
    "金": ("押定租基奖资现薪本", ""),
    "施": ("实设措", "工"),
    "管": ("不物主保没只尽", "理道"),
    "关": ("有相无机海", "门于系了掉"),
    "程": ("工流过全课", ""),
    "易": ("容交贸不", ""),
    "游": ("旅导上下", "泳"),
    "费": ("收业电水气学缴消", ""),
    "高": ("提最太", "空"),
    "马": ("上", "上路"),
    "房": ("租住楼出厂", "东租子管产"),
    "连": ("", "续"),
    "古": ("木", ""),
    "招": ("", "工聘生"),
    "利": ("权福有", ""),
    "练": ("教", ""),
    "万": ("几一二三四五六七八九十", ""),
    "段": ("路这那阶", ""),
    "文": ("公中语", ""),
    "左": ("", "右"),
    "幸": ("不", ""),
    "白": ("明", "天"),
    "石": ("", "头"),
    "江": ("滨", ""),
}
_COMPOUND = "欧阳|上官|司徒|司马|诸葛|皇甫|尉迟|公孙|慕容|令狐|端木"
_TITLES = (
    "先生|女士|小姐|太太|阿姨|大爷|大妈|大姐|大哥|大叔|叔叔|伯伯|奶奶|爷爷|婆婆|老师|医生|大夫|护士|"
    "师傅|老板|老板娘|经理|主任|科长|处长|局长|所长|院长|校长|园长|书记|队长|警官|警员|律师|法官|教练|"
    "工程师|总监|会计|同学|同志|姓女子|姓男子|某某|某|总(?=[,，。的说讲答跟])"
)


def _surname(sign: str) -> str:
    before, behind = _NO_NAME.get(sign, ("", ""))
    return (f"(?<![{before}])" if before else "") + sign + (f"(?![{behind}])" if behind else "")


_WHO = "(?:" + "|".join((_COMPOUND, *(_surname(sign) for sign in dict.fromkeys(_SURNAMES)))) + ")"
_NAME_WITH_TITLE = re.compile(f"{_WHO}[\u4e00-\u9fff]{{0,2}}?(?P<title>{_TITLES})")
_NAME_SAID = re.compile(
    r"(?:我叫|名叫|名字叫|名字是|姓名|联系人|投诉人|当事人|举报人|报案人|户主|业主叫|本人叫|身份证名)"
    f"[是为:： ]{{0,2}}(?P<name>{_WHO}[\u4e00-\u9fff]{{1,2}}?)"
    r"(?=[,，。.;；、 \n!！(（]|电话|手机|身份证|住|在|是|要|$)"
)
# Order matters: what was hidden already is not looked at again.
_RULES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")),
    (
        "contact",
        re.compile(
            r"(?:微信号?|weixin|wechat|vx|qq号?|扣扣)[是为:：号加 ]{0,3}"
            r"(?P<hide>[a-z0-9][a-z0-9_-]{4,19})"
        ),
    ),
    ("identity", IDENTITY),
    ("phone", PHONE),
    ("account", re.compile(rf"(?<![0-9])\d(?:[ -]?\d){{14,18}}x?{NO_DIGIT_BEHIND}")),
    (
        "plate",
        re.compile(
            rf"[{_PROVINCES}][ ]?[a-z][ ·•.\-]?{_PLATE_SIGNS}{{4,5}}"
            r"[a-hj-np-z0-9挂学警港澳领](?![a-z0-9])"
            rf"|车牌号?[是为:： ]{{0,2}}(?P<hide>[a-z][·•.\- ]?{_PLATE_SIGNS}{{5,6}})(?![a-z0-9])"
        ),
    ),
    (
        "room",
        re.compile(
            r"(?:\d{1,3}|[a-z]|[一二三四五六七八九十]{1,3})(?:栋|幢|座|号楼)"
            r"(?:[a-z0-9一二三四五六七八九十]{1,3}(?:单元|座|梯))?\d{3,4}(?:室|房|号房)?(?![0-9元块])"
            r"|(?<![0-9])\d{3,4}(?:室|房(?![东租子地产]))"
        ),
    ),
    ("name", _NAME_SAID),
    ("name", _NAME_WITH_TITLE),
)


@dataclass(frozen=True)
class Personal:
    """A stretch of the text that tells who somebody is."""

    kind: Kind
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Masked:
    """The text without what was found; `found` has the stretches of the original, in order."""

    text: str
    found: tuple[Personal, ...]


def personal_content(text: str) -> tuple[Personal, ...]:
    """Phone numbers, identity and other long numbers, plates, addresses, rooms, names with titles.

    In the order of the text, apart from each other.
    """
    return tuple(found for found, _shown in _found(text))


def masked(text: str) -> Masked:
    """The text with each such stretch replaced: 〔电话〕, 〔车牌〕, 某先生."""
    pieces, at, found = [], 0, []
    for one, shown in _found(text):
        pieces += [text[at : one.start], shown]
        found.append(one)
        at = one.end
    return Masked("".join([*pieces, text[at:]]), tuple(found))


def _found(text: str) -> list[tuple[Personal, str]]:
    folded = fold(text)
    spoken = spoken_digits(folded)
    taken = [False] * len(text)
    found = []
    for kind, rule in _RULES:
        for start, end, shown in _matches(kind, rule, spoken if kind == "phone" else folded):
            if not any(taken[start:end]):
                taken[start:end] = [True] * (end - start)
                found.append((Personal(kind, start, end, text[start:end]), shown))
    return sorted(found, key=lambda row: row[0].start)


def _matches(kind: Kind, rule: re.Pattern[str], text: str) -> Iterator[tuple[int, int, str]]:
    for match in rule.finditer(text):
        groups = match.groupdict()
        if kind != "name":
            part = "hide" if groups.get("hide") else 0
            yield (*match.span(part), _HIDDEN[kind])
        elif "name" in groups:
            yield (*match.span("name"), "某某")
        else:
            title = groups["title"]
            yield (*match.span(), title if title.startswith("某") else "某" + title)
