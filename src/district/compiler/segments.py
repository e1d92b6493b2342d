"""Words of general Chinese, for phrases that the grammar's own lists do not know.

A phrase is parted by the most probable sequence of words (a unigram model over the
vocabulary, the method of most Chinese word segmenters), with the grammar's own nouns
added. It answers one question: is there a verb at this place? Verbs that no dictionary
lists are recognised by how they are built: 新辟, 外运, 开复工, 转迁.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from district.compiler import lexicon as lex
from district.compiler.nouns import METRICS, NOUNS

_LONGEST = 6
#: Logarithm (base 2) of a word's cost relative to the whole vocabulary's frequency.
_TOTAL = 25.0
_SINGLE = 22.0
_OWN = 11.0
#: Verbs as rare as this are parts of proper names as often (天开园).
_RARE = 4
#: Characters that are verbs of reports where they stand alone.
_VERB_CHARS = frozenset(
    "举享付伐作供借促修充免兑养减出击划制创办动助募卖变合启售增备复奖孵安定审导展布帮建开引征"
    "惠扩扶找承抓投护招拓拔拟拥拨择持挂挖捐捕换授排接推提播收改攻放救整新施服杀查栽植清治添"
    "核颁签检止批游演炼用疏辟揽盖研移租积种立签筑筹管纳织续编缩聘育获补装解订训设评试诊课调购贴资赠超跨转输迁"
    "运进迎送选退通造连配采销铺锁锻降除集储预领验"
)
#: Those that also take a noun of several characters as their object (获国家级奖项).
_ALONE = frozenset("获引育评招聘派购签揽辟")
#: The second character of verbs that hold their object already, as 返乡 and 获奖 do.
_OBJECTS = frozenset(
    "乡岗地水电证学病业市园奖榜税款债资本额展赛会校房车船路桥站港货产粮油气煤矿城村户家人身心"
    "手口岸网线图书信贷险薪职位名牌标价值能力火灾"
)
_PREFIXES = frozenset("新外内复续增扩再净拟预共联代直并自重补加首双改另回")
#: In the vocabulary as verbs, in reports parts of nouns.
_NO_VERBS = frozenset(
    lex.words(
        "零工 临床 考生 高考 行为 位置 预算 选手 对手 通道 分布 表现 简介 演出 应用 演习 滴灌 "
        "处级 始建 "
        "集采 营商 团购 研学 康养 文旅 体旅 直采 实践 生活 快递 没有 相关 集中 为主 可用 用于 "
        "位于 来自 属于 分为 称为 包括 包含 不见 存在 具有 出入 "
        "入学 入园 入托 入户 升学 就学 上学 住院 就医 出行 居家 康复 残疾 困难 出生 死亡 带头 "
        "龙头 领先 领军 领头 骨干 示范 试点 支柱 主导 主营 主体 重大 重点 特色 优势 上市 挂牌 "
        "直播 网购 外卖 夜间 节日 支付 结算 清算 融资 贷款 授信 承保 理赔 养护 防护 防治 防控 "
        "监管 巡视 运行 运转 用水 用电 用地 用能 用气 耗能 耗水 产粮 产油 排放 达标 合格 优良 "
        "良好 满意 知晓 普及 参保 签约 履约 就业 失业 创业 从业 待业 在校 在册 在建 在岗 在编 "
        "专业 执业 开放 共享 共建 智慧 智能 绿色 循环 再生 数字 出租 出厂 出版 出境 入境 过境 "
        "离境 通勤 通航 通车 通行 通讯 通信 通风 供水 供电 供气 供热 供暖 排水 排污 治水 节水 "
        "蓄水 引水 调水 灌溉 防洪 排涝 防火 消防 抗旱 救灾 救护 急救 护理 养老 托育 抚育 育儿 "
        "保育 保健 养育 投诉 奖补 常住 常驻 看护 陪护 托养 托管 配餐 助餐 助浴 助洁 "
        "体检 诊疗 治疗 接种 免疫 计生 计划 规划 统计 核算 决算 审计 评估 可比 累计 "
        "合计 总计 未来 限额 限上 限下 规上 规下 归上 进出 出口 进口 转口 离岸 跨境 涉外 引导 "
        "种养 种植 养殖 捕捞 采掘 采矿 冶炼 炼油 发电 输电 变电 配电 充电 换电 储能 并网 起步 "
        "应急 应收 应付 应届 往届 历届 委托 受托 信托 代理 咨询 租赁 持有 固定 流动 移动 联动 "
        "互动 活动 运动 自动 电动 主动 机动 劳动 行动 带动 综合 联合 混合 融合 复合 组合 配合 "
        "城镇 绿地 停车 驻车 泊车 行车 客运 货运 航运 海运 空运 水运 陆运 联运 转运 中转 集散 "
        "公立 私立 公办 民办 衔接 剩余 易地 迁移 移民 安居 定居 居住 住宿 餐饮 休闲 度假 "
        "游览 观光 娱乐 比赛 竞赛 "
        "参赛 参展 "
        "可支配 可控 可再生 可回收 增值 保值 贬值 折旧 报废 回用 复用 复垦 复绿 轮作 休耕 耕种 "
        "播种 收割 收储 机收 机耕 秸秆 化肥 施肥 禁养 散养 圈养 育种 制种 育苗 有效 高效 低效 "
        "失能 失智 失独 留守 孤寡 低保 特困 边缘 流浪 乞讨 戒毒 禁毒 吸毒 缉毒 扫黑 除恶 "
        "建档 立卡 脱贫 返贫 致贫 扶贫 帮困 助困 助学 助残 助老 爱国 拥军 优抚 退役 退休 离休 "
        "开采 成品 成套 成长 成片 成熟 投保 投融资 创投 风投 直投 参股 控股 持股 入股 分红 分拨 "
        "分拣 分销 直销 经销 代销 展销 促销 营销 产销 购销 供销 内销 外销 热销 零售 批发 加盟 "
        "涉农 涉企 涉外 涉案 殡葬 丧葬 祭扫 退化 沙化 荒漠化 连锁 特许 专卖 专营 兼营 合营 "
        "合资 合作 协作 协同 协调 统筹 总承包 拆除 回迁 改造 更新"
    )
)
#: A word behind a verb that makes one noun of both.
_NOUN_MAKERS = frozenset(
    "率量额数度型性者力区站点体园器库地费权网线员工法证书品物机具车船厂店所院馆室校团队组会"
    "式制价款金税业户商链类级层面群圈带城村镇乡市县街路桥口港"
)


#: Those that do something in the rest of the phrase.
_DOERS = tuple(
    lex.words(
        "群众 居民 职工 农户 贫困户 学生 老人 老年人 妇女 残疾人 人员 干部 青年 儿童 村民 "
        "农民 市民 党员 志愿者 "
        "教师 医生 专家 劳动力 毕业生 劳动者 家庭 商户 企业 医务人员 特派员 队员 民警 学员 "
        "运动员 选手"
    )
)


#: Nouns that can do something, and that are the thing at the end of a longer name.
_HEADS = tuple(
    lex.words(
        "企业 高中 学校 中学 小学 高校 院校 大学 医院 中心 机构 单位 基地 平台 项目 工程 园区 街道 "
        "社区 乡镇 城市 成果 技术 产品 作品 案例 景区 县区 队 集团 公司 银行 学科 专业 品牌 事项 "
        "帮扶县 赋能县 实验室 研究院"
    )
)
_THINGS = (
    *_HEADS,
    *lex.words(
        "任务 行动 设施 系统 站 点 机制 试点 区 人员 队伍 活动 场景 计划 方案 政策 措施 标准 "
        "条例 基金 资金 "
        "体系 网络 车间 工厂 线 路 桥 馆 园 场 库 房 楼 院 所 室 校 村 镇 县 市 率 量 数 额 "
        "工作 服务 联盟 "
        "共同体 联合体 课程 教师 人才 学位 床位 车位 泊位 岗位"
    ),
)
#: Verbs that the vocabulary lists as nouns or as both.
_DOES = frozenset(lex.words("改善 提升 纳入 挂牌 亮相 开诊 填补 通过 高效 首次 梯次 规模化 全覆盖"))


@dataclass(frozen=True, slots=True)
class Token:
    """A word ``text[start:end]``; ``kind`` is v, w, d, n, r (a rare verb, as often a name),
    or c for an unknown character.
    """

    start: int
    end: int
    word: str
    kind: str


@cache
def _vocabulary() -> dict[str, tuple[float, str]]:
    """Word -> cost and class."""
    path = Path(__file__).with_name("vocabulary.json")
    groups: dict[str, str] = json.loads(path.read_text("utf-8"))
    found: dict[str, tuple[float, str]] = {}
    for key, joined in groups.items():
        cost = _TOTAL - int(key[1:])
        for word in joined.split():
            rare = key[0] == "v" and int(key[1:]) <= _RARE
            found[word] = cost, "r" if rare else key[0]
    for word in [*NOUNS, *METRICS]:
        if 2 <= len(word) <= _LONGEST:
            found[word] = found.get(word, (_TOTAL - _OWN, "n"))[0], "n"
    for word in lex.words("获批 核发 外运 外调 外迁 内引 归集 流转 消化"):
        found[word] = _TOTAL - _OWN, "v"
    for word in _NO_VERBS:
        found[word] = found.get(word, (_TOTAL - _OWN, "n"))[0], "n"
    return found


@lru_cache(maxsize=4096)
def tokens_of(phrase: str) -> tuple[Token, ...]:
    """The most probable words of a phrase of Chinese characters, in order."""
    words = _vocabulary()
    size = len(phrase)
    best: list[float] = [0.0] * (size + 1)
    step: list[int] = [1] * (size + 1)
    for position in range(size - 1, -1, -1):
        best[position] = (
            _SINGLE * (0.6 if not _is_han(phrase[position]) else 1) + best[position + 1]
        )
        for length in range(2, min(_LONGEST, size - position) + 1):
            entry = words.get(phrase[position : position + length])
            if entry is not None and entry[0] + best[position + length] < best[position]:
                best[position] = entry[0] + best[position + length]
                step[position] = length
        if step[position] == 0:
            step[position] = 1
    tokens: list[Token] = []
    position = 0
    while position < size:
        word = phrase[position : position + step[position]]
        kind = words[word][1] if len(word) > 1 else "c"
        tokens.append(Token(position, position + len(word), word, kind))
        position += len(word)
    return tuple(tokens)


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def predicate_at(phrase: str) -> int:
    """Where the verb behind a name begins (赛车小镇|跻身国家级景区); the whole length: none."""
    tokens = tokens_of(phrase)
    for index in range(1, len(tokens) - 1):
        token = tokens[index]
        if token.kind == "v" and token.start >= 3 and tokens[index + 1].word not in _NOUN_MAKERS:
            return token.start
    return len(phrase)


def covers(phrase: str, length: int) -> bool:
    """True where the first ``length`` characters are part of a longer noun (加速|器)."""
    tokens = tokens_of(phrase)
    return bool(tokens) and tokens[0].end > length and tokens[0].kind == "n"


def inner(phrase: str) -> frozenset[int]:
    """The positions inside nouns of a phrase, where no word begins (产教融|合共|同体)."""
    tokens = tokens_of(phrase)
    return frozenset(k for t in tokens if t.kind in "nd" for k in range(t.start + 1, t.end))


def names_doer(phrase: str) -> bool:
    """True for people and firms."""
    return phrase.endswith(_DOERS)


def acting(phrase: str) -> int:
    """Where the verb begins that people or firms in front of it do (贫困群众|销售农产品); "
    "0: none."""
    tokens = tokens_of(phrase)
    for index in range(1, len(tokens)):
        before, token = tokens[index - 1], tokens[index]
        doer = phrase[: token.start].endswith(_DOERS)
        if not doer or token.start < 2 or before.kind == "v":
            continue
        verb = token.kind in "vw" or token.word in lex.VERBS or token.word in "赴获到"
        noun = index + 1 < len(tokens) and tokens[index + 1].word in _NOUN_MAKERS
        last = token.end == len(phrase)
        if verb and not noun and (not last or (token.kind == "v" and len(token.word) > 1)):
            return token.start
    return 0


def may_act(word: str) -> bool:
    """True where two characters can be a verb, if nothing else is there to be one (劝返)."""
    tokens = tokens_of(word)
    if len(word) != 2 or not all(_is_han(char) for char in word):
        return False
    if len(tokens) == 1:
        return tokens[0].kind in "vrw"
    return any(char in _VERB_CHARS for char in word) or word[-1] not in _NOUN_MAKERS


def predicate_of(phrase: str) -> int:
    """Where what a named thing does begins behind its name (医院|提升服务能力); 0: none.

    医院改造项目, 学校建设 are names: the last noun is the thing, or the verb its name.
    """
    tokens = tokens_of(phrase)
    for index in range(1, len(tokens)):
        before, token = tokens[index - 1], tokens[index]
        verb = token.kind == "v" or token.word in _DOES
        if not verb or not before.word.endswith(_HEADS) or token.start < 3:
            continue
        rest = phrase[token.end :]
        if rest and (rest[0] in _NOUN_MAKERS or rest.endswith(_THINGS)):
            continue
        if token.word in lex.ENDING_VERBS or (rest and len(rest) < 2):
            continue
        return token.start
    return 0


def is_word(phrase: str) -> bool:
    """True for a single word of general Chinese or of the grammar."""
    return len(tokens_of(phrase)) == 1


def is_manner(word: str) -> bool:
    """True for one word of general Chinese that is a verb or an adverb (巩固, 整体)."""
    tokens = tokens_of(word)
    known = tokens[0].kind in "vwd" or word in _NO_VERBS or word == "整体" if tokens else False
    return len(tokens) == 1 and len(word) == 2 and known


def verb_length(phrase: str) -> int:
    """How many characters at the start of a phrase are a verb with an object; 0 if none."""
    tokens = tokens_of(phrase)
    if not tokens:
        return 0
    stop = _verb_at(tokens, 0)
    if stop == 0 or stop >= len(tokens):
        return 0
    following = tokens[stop]
    if following.kind == "c" and following.word in _NOUN_MAKERS:
        return 0
    length = tokens[stop - 1].end
    rest = phrase[length:]
    if following.kind == "c" and following.word in "的、,)":
        return 0
    return length if len(rest) >= 2 else 0


def _verb_at(tokens: tuple[Token, ...], index: int) -> int:
    """The position behind the verb that starts at a token; ``index`` if there is none."""
    first = tokens[index]
    if first.kind == "v":
        return index if first.word[1] in _OBJECTS else index + 1
    if index + 1 >= len(tokens):
        return index
    second = tokens[index + 1]
    if first.kind == "w" and second.kind == "v" and second.word[1] not in _OBJECTS:
        # 结对帮扶困难学生
        return index + 2
    if first.kind != "c":
        return index
    if first.word in _ALONE and second.kind == "n":
        return index + 1
    if first.word in _PREFIXES and second.kind == "v":
        return index + 2
    if second.kind == "c" and second.word in _VERB_CHARS:
        # Two verbs or a prefix and a verb, not listed as a word: 新辟, 外运, 转迁.
        if first.word in _PREFIXES or first.word in _VERB_CHARS:
            return index + 2
        return index
    if first.word in _VERB_CHARS and second.kind == "v" and second.word[1] in _VERB_CHARS:
        return index + 2
    return index
