"""Good news or bad? Sentences about made-up companies, sorted by what they mean for a shareholder."""

from __future__ import annotations

import numpy as np

from core.engines.base import Watch
from core.lessons.lesson import Ask, Choice, Lesson, Result, Sheet
from core.lessons.texts import Talk, drawn, sheet, work_texts
from core.words import N_

SENTENCES = 900
SHARES = (0.30, 0.25, 0.45)
"""Of good, bad and neutral sentences: most news says nothing."""
CALLED = {"good": N_("good news"), "bad": N_("bad news"), "neutral": N_("neutral")}
BARE = 0.4
"""Share of good and bad sentences that are about an event instead of a figure."""
BESIDE = 0.3
"""Share of neutral sentences in which a figure moves that means nothing to a shareholder."""

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "company": (
            "Alderby Foods",
            "Norvika Shipping",
            "Baltana Bank",
            "Kestrel Software",
            "Orlo Paper",
            "Sundal Energy",
            "Tarn Textiles",
            "Vessen Motors",
            "Quillon Pharma",
            "Brightwater Hotels",
            "Fennmark Steel",
            "Lumio Telecom",
        ),
        "period": (
            "in the first quarter",
            "in the second quarter",
            "in the third quarter",
            "in the first half",
            "last year",
            "from a year earlier",
        ),
        "wanted": (
            "net sales",
            "operating profit",
            "net profit",
            "order intake",
            "the operating margin",
            "cash flow",
            "the number of customers",
            "earnings per share",
        ),
        "unwanted": (
            "the net loss",
            "the operating loss",
            "net debt",
            "costs",
            "write-downs on loans",
            "complaints",
            "staff turnover",
            "inventory that cannot be sold",
        ),
        "indifferent": (
            "the number of shareholders",
            "the length of the annual report",
            "the average age of the staff",
            "the number of press releases",
            "the share of paper forms",
        ),
        "up": ("rose by {n} %", "grew by {n} %", "climbed {n} %", "increased by {n} %", "went up by {n} %"),
        "down": ("fell by {n} %", "dropped {n} %", "declined by {n} %", "shrank by {n} %", "went down by {n} %"),
        "frame": (
            "{company} said that {measure} {moved} {period}.",
            "At {company} {measure} {moved} {period}.",
            "{company}: {measure} {moved} {period}.",
            "{company} reports that {measure} {moved} {period}.",
        ),
        "good": (
            "{company} has won an order worth {n} million euros.",
            "{company} raised its forecast for the year.",
            "{company} will pay a higher dividend than expected.",
            "A large customer renewed its contract with {company}.",
            "{company} opens {n} new shops because of strong demand.",
            "Regulators approved a drug made by {company}.",
            "{company} settled a dispute for less than feared.",
            "{company} paid back a loan of {n} million euros early.",
        ),
        "bad": (
            "{company} has lost an order worth {n} million euros.",
            "{company} cut its forecast for the year.",
            "{company} will pay a lower dividend than expected.",
            "A large customer ended its contract with {company}.",
            "{company} closes {n} shops because of weak demand.",
            "Regulators rejected a drug made by {company}.",
            "{company} was fined {n} million euros.",
            "{company} is laying off {n} people.",
        ),
        "neutral": (
            "{company} will publish its report for the year on {n} February.",
            "{company} has appointed a new head of finance.",
            "The annual meeting of {company} will be held on {n} April.",
            "{company} has its head office in a town by the sea.",
            "Shares of {company} have been listed for {n} years.",
            "At {company} {measure} {period} did not change.",
            "{company} employs about {n} hundred people.",
            "{company} moves its forecast conference to another day.",
            "{company} reports on its order book on {n} March.",
            "{company} holds a share of {n} % in a supplier.",
            "{company} explains how {measure} is counted.",
            "The dividend of {company} is paid out on {n} May.",
            "{company} has not yet said whether {measure} {moved} {period}.",
            "A reader asked whether {measure} at {company} really {moved} {period}.",
            "{company} opens its books for the tax office, as it does every year.",
            "{company} swaps a loan of {n} million euros for another of the same size.",
        ),
    },
    "zh_CN": {
        "company": (
            "云岭食品",
            "北湾航运",
            "江渡银行",
            "启明软件",
            "松川纸业",
            "长汀能源",
            "锦溪纺织",
            "远山汽车",
            "百草药业",
            "清泉酒店",
            "铁岭钢材",
            "海声通信",
        ),
        "period": ("第一季度", "第二季度", "第三季度", "上半年", "去年全年", "本报告期"),
        "wanted": ("营业收入", "营业利润", "净利润", "新签订单", "毛利率", "经营现金流", "客户数量", "每股收益"),
        "unwanted": ("净亏损", "营业亏损", "净负债", "成本费用", "贷款减值", "客户投诉", "员工流失率", "积压库存"),
        "indifferent": ("股东人数", "年报页数", "员工平均年龄", "新闻稿数量", "纸质表格占比"),
        "up": ("增长{n}%", "上升{n}%", "提高了{n}%", "增加{n}%", "同比上涨{n}%"),
        "down": ("下降{n}%", "减少{n}%", "下滑{n}%", "同比回落{n}%", "降低了{n}%"),
        "frame": (
            "{company}表示，{period}{measure}{moved}。",
            "{company}{period}{measure}{moved}。",
            "公告显示，{company}{period}的{measure}{moved}。",
            "{period}，{company}{measure}{moved}。",
        ),
        "good": (
            "{company}中标{n}亿元的订单。",
            "{company}上调全年业绩预期。",
            "{company}的分红将高于预期。",
            "大客户与{company}续签合同。",
            "因需求旺盛，{company}新开{n}家门店。",
            "监管部门批准了{company}的新药。",
            "{company}以低于预期的代价了结诉讼。",
            "{company}提前偿还{n}亿元贷款。",
        ),
        "bad": (
            "{company}失去{n}亿元的订单。",
            "{company}下调全年业绩预期。",
            "{company}的分红将低于预期。",
            "大客户与{company}终止合同。",
            "因需求疲软，{company}关闭{n}家门店。",
            "监管部门否决了{company}的新药。",
            "{company}被罚款{n}亿元。",
            "{company}将裁员{n}人。",
        ),
        "neutral": (
            "{company}将于2月{n}日发布年度报告。",
            "{company}任命了新的财务负责人。",
            "{company}的股东大会定于4月{n}日召开。",
            "{company}的总部设在一座海滨小城。",
            "{company}上市已有{n}年。",
            "{company}{period}{measure}与上年持平。",
            "{company}约有{n}百名员工。",
            "{company}的业绩预期说明会改期举行。",
            "{company}将于3月{n}日披露订单情况。",
            "{company}持有一家供应商{n}%的股份。",
            "{company}说明了{measure}的统计口径。",
            "{company}的分红将于5月{n}日发放。",
            "{company}尚未说明{period}{measure}是否{moved}。",
            "有读者询问{company}{period}{measure}是否真的{moved}。",
            "{company}照例接受税务检查。",
            "{company}以一笔{n}亿元的新贷款置换同等金额的旧贷款。",
        ),
    },
}


def write(language: str, meaning: str, generator: np.random.Generator) -> str:
    """One sentence with a meaning: a figure that moved, or an event."""
    words = WORDS[language]
    facts = {
        "company": _one(words["company"], generator),
        "period": _one(words["period"], generator),
        "n": str(int(generator.integers(2, 29))),
    }
    measure = _one((*words["wanted"], *words["unwanted"]), generator)
    if meaning == "neutral":
        moved = _one((*words["up"], *words["down"]), generator).format(n=facts["n"])
        if generator.random() < BESIDE:
            beside = _one(words["indifferent"], generator)
            return _one(words["frame"], generator).format(measure=beside, moved=moved, **facts)
        return _one(words["neutral"], generator).format(measure=measure, moved=moved, **facts)
    if generator.random() < BARE:
        return _one(words[meaning], generator).format(**facts)
    rising = (measure in words["wanted"]) == (meaning == "good")
    moved = _one(words["up" if rising else "down"], generator).format(n=facts["n"])
    return _one(words["frame"], generator).format(measure=measure, moved=moved, **facts)


def _one(texts: tuple[str, ...], generator: np.random.Generator) -> str:
    return texts[int(generator.integers(len(texts)))]


def talk(ask: Ask) -> Talk:
    """All sentences with their meanings; no sentence twice."""
    return drawn(ask, write, CALLED, SHARES, SENTENCES, WORDS)


def data(ask: Ask) -> Sheet:
    """All sentences as a table."""
    about = N_(
        "A row is a sentence of the kind that stands in market news, and what it means for a shareholder. {n:count} "
        "sentences put together by chance about companies that do not exist."
    )
    return sheet(talk(ask), ask, about, N_("Sentence"), N_("Meaning"))


def work(ask: Ask, watch: Watch) -> Result:
    """Words and parts of words get a weight for every meaning; asked of sentences it never met."""
    return work_texts(LESSON, talk(ask), ask, watch)


LESSON = Lesson(
    key="market",
    order=60,
    title=N_("Good news or bad?"),
    line=N_("Market news in one sentence each: “profit rose” is good, “debt rose” is not. Can a computer tell?"),
    field=N_("Finance"),
    seconds=3,
    question=N_("Is a sentence about a company good news for its shareholders, bad news, or neither?"),
    happens=N_(
        "Each sentence becomes a list of its words, pairs of words and parts of words. Every term gets a weight for "
        "good, bad and neutral, corrected pass by pass until the right meaning gets the highest chance."
    ),
    look=N_(
        "Almost half of the sentences are neutral, so always saying “neutral” is right almost half the time: compare "
        "with that. Then read the examples it got wrong."
    ),
    teaches=N_(
        "A word alone may mean either: “rose” is good of profit and bad of debt. Pairs of words carry the sense, and "
        "the model must meet a pair before it can know it: that is why it needs many sentences."
    ),
    source=N_(
        "The question of the Financial PhraseBank (Malo et al., 2014, arXiv:1307.5336); the sentences are made up."
    ),
    choices=(
        Choice(
            "rows", N_("Sentences it learns from"), (30, 60, 120, 240, 540), 540,
            N_("How far above “always neutral” is it with 30 sentences, and with all?"),
        ),
        Choice(
            "rate", N_("Learning rate"), (0.001, 0.01, 0.05), 0.01,
            N_("Compare the curves: a small one needs all its passes, a large one is done after a few."),
        ),
    ),
    data=data,
    work=work,
    domain="finance",
)  # fmt: skip
